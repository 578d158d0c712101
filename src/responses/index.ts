export { URL_TYPE, urlTagOf } from "./answer-key"
export { type ResolvedResponseOptions, type ResponseOptions, resolveResponseOptions } from "./options"
export { Responses } from "./responses"
export { isRouteType } from "./routes"

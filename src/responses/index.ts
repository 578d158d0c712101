export { type ResponseOptions, resolveResponseOptions } from "./options"
export { Responses } from "./responses"

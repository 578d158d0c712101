export { queryWatch } from "./query-watch"

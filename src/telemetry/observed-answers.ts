import type { Attributes } from "@medusajs/framework/opentelemetry/api"
import type { AnswerCalls, AnswerLoad } from "../cache"
import { HTTP_ROUTE, peerOf, TAG_COUNT } from "./attributes"
import type { Observation } from "./observation"
import { ofFoundAnswer } from "./outcome"

/** Returns the same answers, with lookups and sets that are reported to OpenTelemetry as those of entries are. */
export function observedAnswers(answers: AnswerCalls, observation: Observation): AnswerCalls {
  const routes = new WeakMap<AnswerLoad, string>()
  return {
    get maxBytes() {
      return answers.maxBytes
    },
    versions: () => answers.versions(),
    making: (load) => answers.making(load),
    notStored: (load) => answers.notStored(load),
    isUnchanged: (since, parts) => answers.isUnchanged(since, parts),
    isCurrent: (load, parts) => answers.isCurrent(load, parts),
    find: (key, near, query = {}) => {
      const { route } = query
      const server = observation.serverOf(key)
      const operation = observation.begin("get", server, ofRoute(route))
      const finding = answers.find(key, near, query)
      void finding.then((found) => {
        if (found.kind === "miss") {
          if (route !== undefined) routes.set(found.load, route)
          observation.linkCause(operation, key, found.reason)
        }
        operation.end(ofFoundAnswer(found), peerOf(server))
      })
      return finding
    },
    store: (load, input) => {
      const server = observation.serverOf(input.key)
      const details = { ...ofRoute(routes.get(load)), [TAG_COUNT]: input.tags.length }
      const operation = observation.begin("set", server, details)
      const stored = answers.store(load, input)
      void stored.then((outcome) => operation.endSet(outcome, peerOf(server)))
      return stored
    },
  }
}

/** The route as Express and OpenTelemetry write it: `/store/products/:id`. */
const ofRoute = (route: string | undefined): Attributes =>
  route === undefined ? {} : { [HTTP_ROUTE]: route.replace(/\[(\w+)\]/g, ":$1") }

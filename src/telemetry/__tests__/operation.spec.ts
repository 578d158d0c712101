import type { Histogram, Tracer } from "@medusajs/framework/opentelemetry/api"
import { placeOf } from "../attributes"
import { type Instruments, Operation } from "../operation"

const broken = (): never => {
  throw new Error("A processor of the shop is broken")
}

/** As of a shop whose span processors and metric readers throw in the given places. */
function brokenIn(...places: ("start" | "end" | "record")[]): Instruments {
  const span = {
    setAttributes: () => span,
    setStatus: () => span,
    end: places.includes("end") ? broken : () => undefined,
  }
  return {
    tracer: { startSpan: places.includes("start") ? broken : () => span } as unknown as Tracer,
    durations: { record: places.includes("record") ? broken : () => undefined },
    builds: { record: places.includes("record") ? broken : () => undefined },
  }
}

describe("an operation", () => {
  it.each([[["start"]], [["end"]], [["record"]], [["start", "end", "record"]]] as const)(
    "does not fail when the shop's telemetry does: %j",
    (places) => {
      const work = () => {
        const operation = new Operation(brokenIn(...places), "get", placeOf("medusa", "a:1"), {})
        operation.link([{ traceId: "t", spanId: "s", traceFlags: 1 }])
        operation.recordBuild(1)
        expect(operation.context).toBeUndefined()
        operation.end({ attributes: {}, errorType: "unreachable" })
      }

      expect(work).not.toThrow()
    }
  )

  it("records its duration also when there are no spans", () => {
    const recorded: unknown[] = []
    const durations = { record: (...values: unknown[]) => recorded.push(values) } as unknown as Histogram
    new Operation({ tracer: undefined, durations, builds: undefined }, "get", placeOf("medusa", "a:1"), {
      "cache.tag_count": 1,
    }).end({
      attributes: { "cache.outcome": "miss", "cache.reason": "unreachable" },
      errorType: "unreachable",
    })

    expect(recorded).toEqual([
      [
        expect.any(Number),
        {
          "db.system.name": "memcached",
          "db.operation.name": "get",
          "db.namespace": "medusa",
          "server.address": "a",
          "server.port": 1,
          "cache.outcome": "miss",
          "error.type": "unreachable",
        },
      ],
    ])
  })
})

describe("the place of a server", () => {
  it.each([
    ["cache.example.com:11211", "cache.example.com", 11211],
    ["127.0.0.1:7", "127.0.0.1", 7],
    ["[::1]:11211", "::1", 11211],
  ])("%s is an address and a port", (id, address, port) => {
    expect(placeOf("medusa", id)).toMatchObject({ "server.address": address, "server.port": port })
  })
})

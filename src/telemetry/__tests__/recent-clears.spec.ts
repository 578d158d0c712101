import type { SpanContext } from "@medusajs/framework/opentelemetry/api"
import { RecentClears } from "../recent-clears"

const span = (spanId: string): SpanContext => ({ traceId: "t", spanId, traceFlags: 1 })

describe("recent clears", () => {
  it("are found by their record, which several of them may share", () => {
    const clears = new RecentClears()
    clears.note("1:7", span("a"))
    clears.note("1:7", span("b"))
    clears.note("1:8", span("c"))

    expect(clears.of("1:7").map(({ spanId }) => spanId)).toEqual(["a", "b"])
    expect(clears.of("1:9")).toEqual([])
  })

  it("are bounded: the oldest records are forgotten, and a record has a few spans", () => {
    const clears = new RecentClears()
    for (let i = 0; i < 1_500; i++) clears.note(`1:${i}`, span(String(i)))
    for (let i = 0; i < 100; i++) clears.note("1:1499", span("more"))

    expect(clears.of("1:499")).toEqual([])
    expect(clears.of("1:500")).toHaveLength(1)
    expect(clears.of("1:1499")).toHaveLength(8)
  })
})

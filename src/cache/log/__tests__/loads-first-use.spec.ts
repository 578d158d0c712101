import { ManualRuntime } from "../../__tests__/manual-runtime"
import { Loads } from "../loads"

// A file of its own: it is about the first lookup of a process.
describe("the first lookup of a process", () => {
  it("leaves its cell to its own context only, not to what was under way before", async () => {
    const loads = new Loads(new ManualRuntime())
    let begun = (): void => undefined
    const waits = new Promise<void>((resolve) => (begun = resolve))
    const other = (async () => {
      await waits
      return loads.match("k", undefined)
    })()

    loads.missed(loads.begin("k", 0), { lineage: 1, position: 7 })
    begun()

    // By the memory of the key: had it found the cell, it would know since when the load has run.
    expect(await other).toEqual({ kind: "load", stamp: { lineage: 1, position: 7 }, startedAt: undefined })
    expect(loads.match("k", undefined)).toMatchObject({ kind: "load", startedAt: 0 })
  })
})

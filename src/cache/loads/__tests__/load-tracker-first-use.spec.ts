import { ManualRuntime } from "../../../../testing/manual-runtime"
import { LoadTracker } from "../load-tracker"
import { DEFAULT_CACHE_OPTIONS } from "../../options"

// A file of its own: it is about the first lookup of a process.
describe("the first lookup of a process", () => {
  it("leaves its cell to its own context only, not to what was under way before", async () => {
    const loads = new LoadTracker(new ManualRuntime(), DEFAULT_CACHE_OPTIONS.loads)
    let begun = (): void => undefined
    const waits = new Promise<void>((resolve) => (begun = resolve))
    const other = (async () => {
      await waits
      return loads.match("k", { epoch: 1, version: 9 })
    })()

    loads.missed(loads.begin("k", 0), { epoch: 1, version: 7 })
    begun()

    // By the memory of the key: had it found the cell, it would know that it is its load.
    expect(await other).toMatchObject({ kind: "unknown", since: { version: 7 } })
    expect(loads.match("k", undefined)).toMatchObject({ kind: "load", startedAt: 0 })
  })
})

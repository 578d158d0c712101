import { MedusaModule } from "@medusajs/framework/modules-sdk"
import { Modules } from "@medusajs/framework/utils"
import { beginRecording, type Cache, inFlow } from "../../../cache"
import { runningCaches } from "../running-caches"
import { separateCalls } from "../separate-calls"

/** The field of Medusa's Caching Module that has the calls under way. */
const caching: { ongoingRequests: Map<string, Promise<unknown>> } = { ongoingRequests: new Map() }

beforeAll(() => {
  jest.spyOn(MedusaModule, "getLoadedModules").mockReturnValue([{ [Modules.CACHING]: caching }] as never)
  runningCaches().set("ours", {} as Cache)
  separateCalls()
})
afterAll(() => {
  runningCaches().delete("ours")
})

describe("calls of the Caching Module", () => {
  it("are shared by those of other providers only", async () => {
    for (const provider of ["ours", "theirs"]) caching.ongoingRequests.set(`key||${provider}`, Promise.resolve(1))
    await expect(caching.ongoingRequests.get("key||theirs")).resolves.toBe(1)
    expect(caching.ongoingRequests.get("key||ours")).toBeUndefined()
  })

  it.each([
    ["key|tag|ours", undefined],
    ["key|tag|theirs", "what theirs has stored"],
    ["key|tag|ours,theirs", "what theirs has stored"],
    ["clear:key|tag|theirs", undefined],
  ])("%s leaves what is not known: %s", (name, gap) => {
    inFlow(() => {
      const recorded = beginRecording()
      void caching.ongoingRequests.get(name)
      expect(recorded?.recording.gap).toBe(gap)
    })
  })
})

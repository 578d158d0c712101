import { MedusaModule } from "@medusajs/framework/modules-sdk"
import type { Cache } from "../../../cache"
import { runningCaches } from "../../../providers/memcached/running-caches"
import { CacheMonitorService } from "../service"

describe("CacheMonitorService", () => {
  afterEach(() => {
    runningCaches().clear()
    jest.restoreAllMocks()
  })

  function runCache() {
    let closed = (): void => undefined
    const closing = new Promise<void>((resolve) => (closed = resolve))
    const close = jest.fn(() => closing)
    runningCaches().set("caching-memcached", { close } as unknown as Cache)
    return { close, closed }
  }
  const service = () => new CacheMonitorService({} as ConstructorParameters<typeof CacheMonitorService>[0])
  const turns = () => new Promise((resolve) => setTimeout(resolve, 100))

  it("is not ended by a second signal before the caches have told what they know", async () => {
    const { close, closed } = runCache()
    const { onApplicationShutdown } = service().__hooks
    const ended: string[] = []
    const both = [onApplicationShutdown(), onApplicationShutdown()].map((each) => each.then(() => ended.push("ended")))
    await turns()
    expect(ended).toEqual([])
    closed()
    await Promise.all(both)
    expect(close).toHaveBeenCalledTimes(1)
  })

  it("keeps the caches open while something is being changed", async () => {
    const { close, closed } = runCache()
    closed()
    const changes = { isChanging: true }
    jest.spyOn(MedusaModule, "getLoadedModules").mockReturnValue([{ cacheChanges: changes }] as never)
    const ended = service().__hooks.onApplicationShutdown()
    await turns()
    expect(close).not.toHaveBeenCalled()
    changes.isChanging = false
    await ended
    expect(close).toHaveBeenCalledTimes(1)
  })
})

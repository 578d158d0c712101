import { openMemcachedProvider } from "../contract/memcached-subject"
import type { WorkerReply, WorkerRequest } from "./worker"

/** A process without HTTP that shares the cache, as a Medusa worker does. Carries out what its parent sends. */
async function main(): Promise<void> {
  const { cache } = await openMemcachedProvider({ cachePrefix: process.env.CACHE_PREFIX ?? "medusa" })
  const reply = (message: WorkerReply) => process.send?.(message)
  process.on("message", (request: WorkerRequest) => {
    const call = request.op === "get" ? cache.get(request.input) : cache.clear(request.input)
    void (call as Promise<unknown>).then((value) => reply({ id: request.id, value }))
  })
  process.on("disconnect", () => process.exit(0))
  reply({ id: 0, value: "ready" })
}

void main()

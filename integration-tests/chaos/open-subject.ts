import { Cache, DEFAULT_CACHE_OPTIONS, DependableServer } from "../../src/cache"
import type { ChaosSubject, SubjectName } from "./subject"

const SILENT = { info: () => undefined, warn: () => undefined, debug: () => undefined }

export async function openSubject(name: SubjectName, port: number, prefix: string): Promise<ChaosSubject> {
  if (name === "memcached") return openMemcached(port, prefix)
  // Brings Medusa with it, which takes seconds to load: the processes with the engine do not need it.
  const { openRedis } = await import("./redis-subject.js")
  return openRedis(port, prefix)
}

/** The engine itself, since it tells whether a clear is pending. */
async function openMemcached(port: number, prefix: string): Promise<ChaosSubject> {
  const server = new DependableServer({ host: "127.0.0.1", port })
  const cache = new Cache({ ...DEFAULT_CACHE_OPTIONS, prefix }, { servers: [server], logger: SILENT })
  await cache.connect()
  return {
    get: (key) => cache.get({ key }),
    set: (key, data, tags) => cache.set({ key, data, tags, ttl: 60 }),
    clear: async (tags) => (await cache.clear({ tags })).status === "applied",
    close: () => cache.close(),
  }
}

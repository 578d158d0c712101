import { FaultProxy } from "../../testing/fault-proxy"
import { type MemcachedProcess, startMemcached } from "../../testing/memcached"

/** Long enough for a busy machine, where a lookup that takes longer would be a miss. In milliseconds. */
const PATIENT = "10000"

type More = (memcached: MemcachedProcess) => NodeJS.ProcessEnv

/**
 * A memcached of its own for the application that the file boots, which reads its configuration after this. `more` has further
 * variables, or other values of these; `args` are memcached's.
 */
export function useMemcached(
  cachePrefix: string,
  more: More = () => ({}),
  args: readonly string[] = []
): () => MemcachedProcess {
  let memcached: MemcachedProcess
  beforeAll(async () => {
    memcached = await startMemcached({ args })
    Object.assign(
      process.env,
      { MEMCACHED_SERVERS: memcached.address, CACHE_PREFIX: cachePrefix, CACHE_TIMEOUT_MS: PATIENT },
      more(memcached)
    )
  })
  afterAll(() => memcached.stop())
  silenceKnex()
  return () => memcached
}

/** The same, behind a proxy that counts what is sent: all processes reach Memcached through it only. */
export function useProxiedMemcached(cachePrefix: string): {
  memcached: () => MemcachedProcess
  proxy: () => FaultProxy
} {
  let proxy: FaultProxy
  const memcached = useMemcached(cachePrefix)
  beforeAll(async () => {
    proxy = await FaultProxy.start(memcached().port)
    process.env.MEMCACHED_SERVERS = `${proxy.host}:${proxy.port}`
  })
  afterAll(() => proxy.stop())
  return { memcached, proxy: () => proxy }
}

/** It says there that its connections ended, each time that the runner replaces the database between two tests. */
export function silenceKnex(): void {
  beforeAll(() => void jest.spyOn(console, "log").mockImplementation(() => undefined))
}

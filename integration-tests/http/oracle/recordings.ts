import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils"
import type { Answers } from "../../../src/cache/answers"
import { eventually } from "../../../testing/eventually"
import { runningCaches } from "../../contract/memcached-subject"
import type { Trial } from "./trial"
import { type Reader, readersOf } from "./readers"

type Store = Answers["store"]
interface RunningCache {
  readonly answers: Answers
  get(): Promise<unknown>
  set(): Promise<unknown>
}

const CONNECTIONS = 2
const PATIENCE_MS = 60_000

/** What a request reads is its own, however many others wait for a connection to Postgres with it. */
export function describeRecordings({ world }: Trial): void {
  it("what is recorded of a request is the same when it comes alone, and when fifty wait for two connections", async () => {
    const { container, http, catalogue } = world()
    const cache = runningCaches().get("caching-memcached") as unknown as RunningCache
    const { pool } = container.resolve(ContainerRegistrationKeys.PG_CONNECTION).client as { pool: { max: number } }
    // Everything comes from Postgres.
    jest.spyOn(cache, "get").mockResolvedValue(null)
    jest.spyOn(cache, "set").mockResolvedValue(undefined)
    const parts = new Map<string, readonly number[]>()
    const store = cache.answers.store.bind(cache.answers)
    jest.spyOn(cache.answers, "store").mockImplementation(((load, input) => {
      parts.set(
        input.key,
        [...input.parts].sort((a, b) => a - b)
      )
      return store(load, input)
    }) satisfies Store)
    const readers = readersOf(world()).filter(
      ({ method, headers }) => method === "GET" && Object.keys(headers).length === 1 && isOwn(headers, catalogue)
    )
    const ask = ({ path, headers }: Reader) => http.get(path, { headers, validateStatus: () => true })
    const recorded = async (asking: () => Promise<unknown>): Promise<Record<string, readonly number[]>> => {
      parts.clear()
      await container.resolve(Modules.CACHING).clear({ tags: ["*"] })
      await asking()
      await eventually(
        () => Promise.resolve(parts.size),
        (size) => size >= readers.length,
        PATIENCE_MS
      )
      return Object.fromEntries(parts)
    }
    const alone = await recorded(async () => {
      for (const reader of readers) await ask(reader)
    })
    const { max } = pool
    pool.max = CONNECTIONS
    const together = await recorded(() => Promise.all(readers.map(ask)))
    pool.max = max
    jest.restoreAllMocks()
    expect(readers.length).toBeGreaterThanOrEqual(50)
    expect(together).toEqual(alone)
  })
}

const isOwn = (headers: Reader["headers"], { publishableKey }: { publishableKey: string }): boolean =>
  headers["x-publishable-api-key"] === publishableKey

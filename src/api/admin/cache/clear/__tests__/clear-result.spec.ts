import type { RunningCache } from "../../../../../modules/cache-monitor/running-cache"
import { clearResultOf } from "../clear-result"

const requestedWith = (ttlCapSeconds: number) =>
  ({
    providerId: "caching-memcached",
    cache: { servers: [{ id: "127.0.0.1:11211" }, { id: "127.0.0.1:11212" }], options: { ttlCapSeconds } },
  }) as unknown as RunningCache

const facts = { targets: { tags: ["a"], keys: ["k"], all: false, complete: true }, entries: 2, nowMs: 0 }

describe("clearResultOf", () => {
  it("says what was applied", () => {
    expect(clearResultOf(requestedWith(0), { ...facts, status: "applied" })).toMatchObject({
      status: "applied",
      provider_id: "caching-memcached",
      pending_servers: [],
      targets: 2,
      entries: 2,
      stale_until: null,
    })
  })

  it("is stale for at most the longest TTL while it is pending", () => {
    const servers = ["127.0.0.1:11212"]
    const result = clearResultOf(requestedWith(3_600), { ...facts, status: "pending", servers })
    expect(result.pending_servers).toEqual(servers)
    expect(result.message).toContain("127.0.0.1:11212 could not be reached")
    expect(result.stale_until).toBe("1970-01-01T01:00:00.000Z")
    expect(result.message).toContain("delivered when the server answers again")
  })

  it("names no time without a longest TTL, rather than a wrong one", () => {
    const result = clearResultOf(requestedWith(0), { ...facts, status: "pending" })
    expect(result.stale_until).toBeNull()
    expect(result.message).toContain("until they expire")
  })

  it("counts everything as one target", () => {
    const targets = { tags: [], keys: [], all: true, complete: true }
    expect(clearResultOf(requestedWith(0), { ...facts, targets, status: "applied" })).toMatchObject({
      targets: 1,
      all: true,
    })
  })

  it("knows no number of entries when not all tags could be compared with the patterns", () => {
    const targets = { tags: [], keys: [], all: false, complete: false }
    const result = clearResultOf(requestedWith(0), { ...facts, targets, entries: 0, status: "dry_run" })
    expect(result).toMatchObject({ targets: 0, entries: null })
    expect(result.message).toContain("Not all known tags could be read")
  })
})

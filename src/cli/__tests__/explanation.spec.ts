import type { AdminCacheClear, AdminCacheEntry, AdminCacheResponse, AdminCacheServer } from "../../types/http"
import { explanation } from "../explain/report"

const NOW = Date.parse("2026-01-01T12:00:00.000Z")

const stats: AdminCacheServer["stats"] = {
  version: "1.6.38",
  uptime_seconds: 259_200,
  started_at: "2025-12-29T12:00:00.000Z",
  memory_used_bytes: 1_000,
  memory_limit_bytes: 64 * 1024 ** 2,
  item_size_max_bytes: 1024 ** 2,
  items: 3,
  evictions: 0,
  connections: 4,
  get_hits: 1,
  get_misses: 1,
  ping_ms: 0.4,
  sampled_at: "2026-01-01T12:00:00.000Z",
}

const server: AdminCacheServer = {
  id: "cache-1:11211",
  log: null,
  clears_pending: false,
  state: "ready",
  protocol: "binary",
  reason: null,
  down_since: null,
  share_of_items: 1,
  stats,
}

const healthy: Pick<AdminCacheResponse["cache"], "status" | "reason" | "message"> = {
  status: "healthy",
  reason: null,
  message: "Memcached answers.",
}

const valid: AdminCacheEntry = {
  key: "menu",
  about: null,
  state: "valid",
  cleared_by: null,
  size_bytes: 5_000,
  stored_bytes: 900,
  stored_at: "2026-01-01T11:59:30.000Z",
  expires_at: "2026-01-01T12:09:30.000Z",
  ttl_left_seconds: 570,
  auto_invalidate: true,
  tag_count: 2,
  compute_ms: 34,
  name: "medusa:menu",
  server: "cache-1:11211",
  tags: ["Menu:main", "Menu:list:*"],
  absent_because: null,
  read_version: 12,
  log: { version: 15, horizon: 3 },
  clears: [{ of: "Menu:main", version: 10 }],
  preview: "{}",
  preview_truncated: false,
}

const absent: AdminCacheEntry = {
  ...valid,
  state: "absent",
  absent_because: "new",
  size_bytes: 0,
  stored_bytes: 0,
  stored_at: null,
  expires_at: null,
  ttl_left_seconds: null,
  tags: [],
  tag_count: 0,
  read_version: null,
  clears: [],
}

const line: AdminCacheClear = {
  at: "2026-01-01T11:59:48.000Z",
  origin: "api_key",
  actor_id: "apk_1",
  all: false,
  calls: 1,
  tags: 1,
  keys: 0,
  sample: ["Menu:main"],
  status: "applied",
  misses: 3,
  rebuild_ms: 40,
  actor_name: null,
  sample_name: null,
}

interface Setting {
  readonly entry: AdminCacheEntry
  readonly servers?: readonly AdminCacheServer[]
  readonly cache?: typeof healthy
  readonly clear?: AdminCacheClear | null
}

function explain({ entry, servers = [server], cache = healthy, clear = null }: Setting): string {
  const findings = { entry, servers, cache: cache as AdminCacheResponse["cache"], clear }
  return explanation(findings, (_, text) => text, NOW)
}

const onOneLine = (text: string): string => text.replace(/\s+/g, " ")

describe("explanation", () => {
  it("of a hit has everything that is known of the entry", () => {
    expect(explain({ entry: valid })).toBe(`menu  hit

  A lookup of this key returns this entry: nothing that it carries was cleared after its data was
  read.

Age         30 s: stored 2026-01-01 11:59:30 UTC
TTL left    9 min 30 s: expires 2026-01-01 12:09:30 UTC
Size        4.9 KB as JSON, 900 bytes in Memcached
Build time  34 ms, which each hit saves
Cleared by  events of Medusa and explicit clears of its key and tags
Read at     version 12 of the log of clears, which is at 15 now. Later clears void the entry.
Server      cache-1:11211: ready, up for 3 d
Item        medusa:menu, which is its name in Memcached

Tags (2), with the version of the last clear of each
  Menu:main    10  before its data was read: no effect
  Menu:list:*   –  no clear since version 3`)
  })

  it("of a cleared entry names what was cleared, when and by whom, and shows it first", () => {
    const clears = [
      { of: "*", version: 4 },
      { of: "Menu:list:*", version: 14 },
    ]
    const text = explain({
      entry: { ...valid, state: "cleared", cleared_by: "Menu:list:*", clears },
      clear: { ...line, sample: ["Menu:list:*"] },
    })
    expect(text).toMatch(/^menu {2}miss: cleared\n/)
    expect(onOneLine(text)).toContain("its tag Menu:list:* was cleared after its data was read")
    expect(text).toContain("That was 12 s ago, with an API key (apk_1). It has caused 3 misses.")
    expect(text).toMatch(
      /each\n {2}Menu:list:\* +14 {2}after its data was read: this makes it a miss\n {2}\(everything\) +4/
    )
  })

  it("of an entry whose clear is forgotten says from where on clears are known", () => {
    const entry: AdminCacheEntry = { ...valid, state: "cleared", cleared_by: null, read_version: 2, clears: [] }
    expect(onOneLine(explain({ entry }))).toContain(
      "its data was read at version 2 of the log of clears, and the process that answers only knows what was cleared after version 3"
    )
  })

  it("of an entry from before a restart does not compare versions of different logs", () => {
    const text = explain({ entry: { ...valid, state: "other_epoch", read_version: null } })
    expect(text).toMatch(/^menu {2}miss: from before a restart\n/)
    expect(text).toContain("Read at     a version of an earlier log of clears")
    expect(text).not.toContain("no effect")
  })

  it("of nothing says what is known, and what is not", () => {
    const text = explain({ entry: absent })
    expect(text).toMatch(/^menu {2}miss: not stored\n/)
    expect(text).toContain("The process that answers has not met this key lately")
    expect(text).not.toContain("Age")
    expect(text).not.toContain("Tags")
  })

  it.each([
    ["expired", "Its entry has expired."],
    ["removed", "Memcached needed the room"],
    ["too_large", "start memcached with -I 4m"],
    ["uncacheable", "an answer without tags"],
  ] as const)("of nothing says what the process remembers: %s", (absent_because, text) => {
    expect(onOneLine(explain({ entry: { ...absent, absent_because } }))).toContain(text)
  })

  it.each([
    ["its server has just been started", { uptime_seconds: 300 }, "Its server was started 5 min ago."],
    ["its server evicts", { evictions: 7 }, "Its server has evicted 7 items since its start"],
  ])("of nothing says that %s", (_, change, text) => {
    const servers = [{ ...server, stats: { ...stats, ...change } }]
    expect(onOneLine(explain({ entry: absent, servers }))).toContain(text)
    expect(onOneLine(explain({ entry: { ...absent, absent_because: "expired" }, servers }))).not.toContain(text)
  })

  it("of nothing says that the key was cleared, and by whom", () => {
    const entry = { ...absent, clears: [{ of: "key", version: 14 }] }
    const text = explain({ entry, clear: { ...line, origin: "code", actor_id: null, sample: ["menu"] } })
    expect(text).toContain("This key itself was cleared, which removes the entry.")
    expect(text).toContain("That was 12 s ago, by the shop's own code.")
    expect(text).not.toContain("has not met this key")
  })

  it("of a server that is away names it, since when, and how to check it", () => {
    const down: AdminCacheServer = {
      ...server,
      state: "down",
      reason: "nothing is listening",
      down_since: "2026-01-01T11:58:00.000Z",
      share_of_items: null,
      stats: null,
    }
    const text = onOneLine(explain({ entry: { ...absent, state: "unreachable", log: null }, servers: [down] }))
    expect(text).toContain("cache-1:11211 has been down for 2 min (nothing is listening)")
    expect(text).toContain("medusa-memcached check cache-1:11211")
  })

  it("of a pending clear says that it is one", () => {
    const text = explain({
      entry: { ...valid, state: "unreachable" },
      cache: { status: "degraded", reason: "clear_pending", message: "A clear waits." },
    })
    expect(onOneLine(text)).toContain("A clear could not be delivered to Memcached yet")
    expect(text).toContain("The cache is degraded: A clear waits.")
  })

  it("says that Medusa does not use the cache", () => {
    const cache = { status: "not_active", reason: "flag_off", message: "Turn on the flag." } as const
    expect(onOneLine(explain({ entry: valid, cache }))).toContain("Medusa does not use this cache")
  })

  it("shows thirty of a thousand tags, those with the last clears first", () => {
    const tags = Array.from({ length: 1_000 }, (_, i) => `Product:${i}`)
    const text = explain({ entry: { ...valid, tags, clears: [{ of: "Product:999", version: 14 }] } })
    expect(text).toMatch(/Tags \(1000\).*\n {2}Product:999 +14/)
    expect(text).toContain("and 970 more, see --json")
    expect(text.split("\n").length).toBeLessThan(60)
  })

  it("writes nothing to the terminal that a key or a tag contains", () => {
    const text = explain({ entry: { ...valid, key: "a\u001b[2J\nb", tags: ["\u001b]0;x\u0007"], name: "\u001b" } })

    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/)
  })
})

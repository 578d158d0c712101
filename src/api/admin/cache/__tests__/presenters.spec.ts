import type { EntryReport } from "../../../../cache"
import { entryOf, entrySummaryOf } from "../presenters"

const report: EntryReport = {
  key: "menu",
  name: "medusa:menu",
  serverId: "127.0.0.1:11211",
  state: "valid",
  clearedBy: null,
  rawBytes: 5_000,
  bytes: 900,
  storedAtMs: 1_000,
  expiresAtMs: 61_000,
  autoInvalidate: false,
  costMicros: 12_500,
  tags: ["Menu:main", "Menu:list:*"],
  absentBecause: null,
  readVersion: 3,
  log: { version: 5, horizon: 1 },
  clears: [{ of: "Menu:main", version: 2 }],
  preview: '{"a":1}',
  previewTruncated: false,
}

describe("entrySummaryOf", () => {
  it("says how long it has to live", () => {
    expect(entrySummaryOf(report, 31_000)).toMatchObject({ ttl_left_seconds: 30, tag_count: 2, compute_ms: 12.5 })
  })

  it("has no time left once it has expired", () => {
    expect(entrySummaryOf(report, 999_000).ttl_left_seconds).toBe(0)
  })

  it("has no time to tell when it never expires", () => {
    expect(entrySummaryOf({ ...report, expiresAtMs: null }, 0)).toMatchObject({
      expires_at: null,
      ttl_left_seconds: null,
    })
  })
})

describe("entryOf", () => {
  it("has the tags, the preview and the place", () => {
    expect(entryOf(report, 0)).toMatchObject({
      key: "menu",
      name: "medusa:menu",
      server: "127.0.0.1:11211",
      tags: ["Menu:main", "Menu:list:*"],
      preview: '{"a":1}',
      preview_truncated: false,
    })
  })
})

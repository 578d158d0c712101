import type { AdminCacheEntry, AdminCacheEntrySummary } from "../../../../types/http"
import type { EntryReport } from "../../../../cache"
import { isoOrNull } from "./time"

export const entrySummaryOf = (report: EntryReport, nowMs: number): AdminCacheEntrySummary => ({
  key: report.key,
  state: report.state,
  cleared_by: report.clearedBy,
  size_bytes: report.rawBytes,
  stored_bytes: report.bytes,
  stored_at: isoOrNull(report.storedAtMs),
  expires_at: isoOrNull(report.expiresAtMs),
  ttl_left_seconds: report.expiresAtMs === null ? null : Math.max(0, Math.round((report.expiresAtMs - nowMs) / 1000)),
  auto_invalidate: report.autoInvalidate,
  tag_count: report.tags.length,
  compute_ms: report.costMicros / 1000,
})

export const entryOf = (report: EntryReport, nowMs: number): AdminCacheEntry => ({
  ...entrySummaryOf(report, nowMs),
  name: report.name,
  server: report.serverId,
  tags: report.tags,
  preview: report.preview,
  preview_truncated: report.previewTruncated,
})

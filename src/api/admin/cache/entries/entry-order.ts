import { costOf, type RememberedKey } from "../../../../cache"
import type { EntriesQuery, EntryColumn } from "../validators"

type Compared = Pick<RememberedKey, "bytes" | "costMicros" | "kind" | "hits" | "storedAtMs"> & { readonly name: string }

const VALUES: Readonly<Record<EntryColumn, (key: Compared) => number>> = {
  stored_bytes: ({ bytes }) => bytes,
  compute_ms: (key) => costOf(key, key.costMicros),
  hits: ({ hits }) => hits,
  stored_at: ({ storedAtMs }) => storedAtMs,
}

/** Returns a comparison for the requested order. Equal entries are ordered by key. */
export function entryOrder(order: EntriesQuery["order"]): (a: Compared, b: Compared) => number {
  const descending = order.startsWith("-")
  const valueOf = VALUES[(descending ? order.slice(1) : order) as EntryColumn]
  return (a, b) => (descending ? -1 : 1) * (valueOf(a) - valueOf(b)) || (a.name < b.name ? -1 : 1)
}

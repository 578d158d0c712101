import { hashOfKey } from "../hash"
import { nameOfRequest, type RepeatableRequest } from "../repeatable-request"
import type { CacheParts } from "../parts"
import { type EntryState, examined, NOT_READ, readEntries } from "./inspector"
import type { RememberedKeys } from "./remembered-keys"

/** The most entries that are read in search of cleared ones. What is wanted less than all of these is not missed. */
const MAX_EXAMINED = 2_000

/** The number of entries that are read at once. */
const BATCH = 50

/**
 * Returns the requests that build anew what was cleared, those of the most wanted entries first, each once and `limit`
 * at most. It knows the keys that this process has looked up for visitors. An entry counts when a lookup would miss it
 * because of a clear, or of a restart of Memcached.
 */
export async function clearedRequests(
  keys: Pick<RememberedKeys, "wanted" | "explain">,
  parts: Pick<CacheParts, "cluster" | "log" | "keys" | "runtime">,
  limit: number
): Promise<readonly RepeatableRequest[]> {
  const wanted = keys.wanted().slice(0, MAX_EXAMINED)
  const found = new Map<string, RepeatableRequest>()
  for (let start = 0; start < wanted.length && found.size < limit; start += BATCH) {
    const batch = wanted.slice(start, start + BATCH)
    if (parts.log.unreachable) break
    const read = await readEntries(
      parts,
      batch.map(({ name }) => name)
    )
    for (const [i, { name, request }] of batch.entries()) {
      const { state } = examined(name, read[i] ?? NOT_READ, parts.runtime)
      if (isCleared(keys, name, state) && found.size < limit) found.set(nameOfRequest(request), request)
    }
  }
  return [...found.values()]
}

function isCleared(keys: Pick<RememberedKeys, "explain">, key: string, state: EntryState): boolean {
  if (state === "valid" || state === "expired" || state === "unreachable") return false
  const cause = keys.explain(hashOfKey(key), state)
  return cause === "cleared" || cause === "restarted"
}

import { type EntryState, examineEach, type ExaminedParts } from "../tag-index/examined-entries"
import { hashOfKey } from "../support/hash"
import { nameOfRequest, type RepeatableRequest } from "../repeatable-request"
import type { RememberedKeys } from "./remembered-keys"

/** The most entries that are read in search of cleared ones. What is wanted less than all of these is not missed. */
const MAX_EXAMINED = 2_000

/**
 * Returns the requests that build anew what was cleared, those of the most wanted entries first, each once and `limit`
 * at most. It knows the keys that this process has looked up for visitors. An entry counts when a lookup would miss it
 * because of a clear, or of a restart of Memcached.
 */
export async function clearedRequests(
  keys: Pick<RememberedKeys, "wanted" | "explain">,
  parts: ExaminedParts,
  limit: number
): Promise<readonly RepeatableRequest[]> {
  const wanted = new Map(
    keys
      .wanted()
      .slice(0, MAX_EXAMINED)
      .map(({ name, request }) => [name, request])
  )
  const found = new Map<string, RepeatableRequest>()
  for await (const { key, state } of examineEach(parts, [...wanted.keys()])) {
    const request = wanted.get(key)
    if (request && isCleared(keys, key, state)) found.set(nameOfRequest(request), request)
    if (found.size >= limit) break
  }
  return [...found.values()]
}

function isCleared(keys: Pick<RememberedKeys, "explain">, key: string, state: EntryState): boolean {
  if (state === "valid" || state === "unreachable") return false
  const cause = keys.explain(hashOfKey(key), state)
  return cause === "cleared" || cause === "restarted"
}

import { setImmediate as nextTurn } from "node:timers/promises"
import type { Cache } from "../../cache"
import { urlTagOf } from "../../responses"
import type { ClearTargets } from "./clear-targets"
import { refuseMisspeltTypes } from "./entity-types"
import { TagPattern, matchesEverything } from "./tag-pattern"

/** The targets of a clear, each once. With `all`, both lists are empty. */
export interface NamedTargets {
  readonly tags: string[]
  readonly keys: string[]
  readonly all: boolean
}

export interface ResolvedTargets extends NamedTargets {
  /** False when patterns were matched without all known tags. */
  readonly complete: boolean
}

const EVERYTHING = "*"

/** `https://shop.example.com` */
const ORIGIN = /^https?:\/\/[^/]+/

/** The number of characters between two readings of the clock. A thousand long addresses would take seconds. */
const CHARS_AT_ONCE = 50_000

/** The source of known tags that patterns are matched against. */
type KnownTags = Pick<Cache["insight"]["tags"], "list">

/**
 * Resolves names to tags and keys. Entities become the tags that Medusa gives them, and patterns the known tags that
 * match. The list of known tags is bounded, a few seconds old, and only readable while Memcached answers, so callers
 * that know the tags should name them. Throws INVALID_DATA for a misspelt type of entity. Other requests are served in
 * the meantime, however many names there are.
 */
export async function resolveTargets(
  known: KnownTags,
  { tags = [], keys = [], entities = [], patterns = [], urls = [], all = false }: ClearTargets
): Promise<ResolvedTargets> {
  if (all || tags.includes(EVERYTHING) || patterns.some(matchesEverything)) {
    return { tags: [], keys: [], all: true, complete: true }
  }
  await refuseMisspeltTypes(known, entities)
  const breather = new Breather()
  const named = await distinct(tagsNamedBy(tags, entities, urls), breather)
  const complete = patterns.length === 0 || (await addMatching(known, patterns, named, breather))
  return { tags: [...named], keys: [...(await distinct(keys, breather))], all: false, complete }
}

/** The most names of a batch, which is one record of the log: 6 KB, which other processes fetch when they follow. */
const BATCH_NAMES = 1_000

/** The size limit of a batch, in UTF-16 units. Names may be long, and a batch is one value in the database. */
const BATCH_LENGTH = 250_000

/** Yields what is cleared at once, tags before keys. */
export function* batchesOf({ tags, keys, all }: NamedTargets): Generator<NamedTargets> {
  if (all) {
    yield { tags: [], keys: [], all }
    return
  }
  let batch: NamedTargets = { tags: [], keys: [], all }
  let length = 0
  const isFull = (name: string): boolean =>
    countTargets(batch) === BATCH_NAMES || (length > 0 && length + name.length > BATCH_LENGTH)
  for (const list of ["tags", "keys"] as const) {
    for (const name of list === "tags" ? tags : keys) {
      if (isFull(name)) {
        yield batch
        batch = { tags: [], keys: [], all }
        length = 0
      }
      batch[list].push(name)
      length += name.length
    }
  }
  if (length > 0) yield batch
}

export const countTargets = ({ tags, keys, all }: NamedTargets): number => (all ? 1 : tags.length + keys.length)

async function addMatching(
  known: KnownTags,
  patterns: readonly string[],
  found: Set<string>,
  breather: Breather
): Promise<boolean> {
  const { tags, complete, truncated } = await known.list()
  const wanted = [...new Set(patterns)].map((pattern) => new TagPattern(pattern))
  for (const { tag } of tags) {
    if (wanted.some((pattern) => pattern.matches(tag))) found.add(tag)
    await breather.pause()
  }
  return complete && !truncated
}

function* tagsNamedBy(
  tags: readonly string[],
  entities: NonNullable<ClearTargets["entities"]>,
  urls: readonly string[]
): Generator<string> {
  yield* tags
  for (const url of urls) yield urlTagOf(url.replace(ORIGIN, ""))
  for (const { type, ids } of entities) for (const id of ids) yield `${type}:${id}`
}

async function distinct(names: Iterable<string>, breather: Breather): Promise<Set<string>> {
  const found = new Set<string>()
  let chars = 0
  for (const name of names) {
    found.add(name)
    chars += name.length
    if (chars < CHARS_AT_ONCE) continue
    chars = 0
    await breather.pause()
  }
  return found
}

/** How long a request may wait for other work without anybody noticing. */
const MAX_STRETCH_MS = 10

/** Interrupts long work, so that other requests get their turn. */
class Breather {
  #since = performance.now()

  /** Waits for a turn of the event loop when the last one was a while ago. Call it between steps of the work. */
  async pause(): Promise<void> {
    if (performance.now() - this.#since < MAX_STRETCH_MS) return
    await nextTurn()
    this.#since = performance.now()
  }
}

import { type Hash, hashOfKey } from "../support/hash"

/** A key that the index names. */
export interface NamedKey {
  readonly key: string
  /** Whether its entry is an answer, which no lookup by tags returns. */
  readonly isAnswer: boolean
}

/**
 * The layout of the tag index in Memcached. It is text to which processes append, in 64 shards, with these lines:
 *
 *     Aur8mQ3_=products-1     names the key with this id
 *     Aur8mQ3_~/store/…       the same, if its entry is an answer
 *     Aur8mQ3_q0Zx8P          tells of the tags in this shard that the key's entry has, three characters each
 *
 * A key is named once, in the shard of its hash, however many tags its entry has. The three characters are 18 bits of the
 * tag's hash, so each tag of a key in a shard matches another one once in 260,000. Such a key is found and not served,
 * since its entry says what it carries.
 */
export class IndexShard {
  readonly #value: Buffer
  #keys: ReadonlyMap<string, NamedKey> | undefined

  /** Whatever else is among the bytes is left out. */
  constructor(value: Buffer = Buffer.alloc(0)) {
    this.#value = value
  }

  get lineCount(): number {
    return this.#validLines().length
  }

  /** Returns the ids of the keys that may carry one of these tags of this shard, in the order of their last lines. */
  idsWith(tags: readonly Hash[]): Set<string> {
    const fingerprints = new Set(tags.map((tag) => codeAt(fingerprintOf(tag), 0)))
    const ids = new Set<string>()
    for (const line of this.#lines()) {
      if (!isName(line) && hasAny(line, fingerprints) && LINE.test(line)) addLast(ids, idIn(line))
    }
    return ids
  }

  /** Returns the key with this id, if it is named in this shard. */
  keyOf(id: string): NamedKey | undefined {
    this.#keys ??= new Map(
      this.#lines()
        .filter(isName)
        .map((line) => [idIn(line), keyIn(line)])
    )
    const named = this.#keys.get(id)
    return named && idOf(hashOfKey(named.key)) === id ? named : undefined
  }

  /**
   * Returns the newest lines that fit into so many bytes: the last about each key, and none about dead ones. Names come
   * first. They may have what tags leave of the bytes, and half of them in any case, so that a tag that all entries have
   * does not push out the names of others.
   */
  newest(maxBytes: number, dead: ReadonlySet<string>): string[] {
    const lines = this.#validLines()
    const tags = newestOf(
      lines.filter((line) => !isName(line)),
      maxBytes,
      dead
    )
    const names = newestOf(lines.filter(isName), Math.max(maxBytes / 2, maxBytes - valueOf(tags).length), dead)
    return [...names, ...newestOf(tags, maxBytes - valueOf(names).length, dead)]
  }

  #lines(): string[] {
    return this.#value.toString("utf8").split(SEPARATOR)
  }

  /** For rewriting. A reader checks only the lines that it finds something in, which takes a third of the time. */
  #validLines(): string[] {
    return this.#lines().filter((line) => LINE.test(line))
  }
}

/** Adds an element, or moves it to the end. */
export function addLast<T>(set: Set<T>, element: T): void {
  set.delete(element)
  set.add(element)
}

function newestOf(lines: readonly string[], maxBytes: number, dead: ReadonlySet<string>): string[] {
  const kept = new Map<string, string>()
  let bytes = 0
  for (let i = lines.length - 1; i >= 0; i--) {
    const line = lines[i] ?? ""
    const id = idIn(line)
    const size = Buffer.byteLength(line) + 1
    if (kept.has(id) || dead.has(id) || bytes + size > maxBytes) continue
    bytes += size
    kept.set(id, line)
  }
  return [...kept.values()].reverse()
}

/** An entry that the index is to know. */
export interface IndexedEntry extends NamedKey {
  /** Hashes of the key and its tags, the key's first. */
  readonly hashes: readonly Hash[]
}

/** What is to be added to a shard. */
export interface ShardLines {
  readonly shard: number
  readonly lines: string[]
  /** Hashes of the keys that the lines are about. */
  readonly keys: Set<Hash>
}

export const SHARDS = 64

/** Returns the shard of a key or a tag. */
export const shardOf = (hash: Hash): number => hash & (SHARDS - 1)

/** Returns the shard of a key with this id. */
export const shardOfId = (id: string): number => DIGITS.indexOf(id[ID_CHARS - 1] ?? "")

/** Returns what stands for a key: all 48 bits of its hash. */
export const idOf = (key: Hash): string => digits(Math.floor(key / 2 ** 24), 4) + digits(key, 4)

/** Whether a key can be named in a line. Visitors choose the addresses of answers, and could fill a shard with a few. */
export const canBeNamed = ({ key, isAnswer }: NamedKey): boolean =>
  key !== "" && !key.includes(SEPARATOR) && !(isAnswer && key.length > MAX_ANSWER_KEY_CHARS)

/** Returns the lines that tell of entries, by shard. */
export function linesAbout(entries: readonly IndexedEntry[]): ShardLines[] {
  const shards = new Map<number, ShardLines>()
  for (const { key, isAnswer, hashes } of entries) {
    const [keyHash = 0, ...tags] = hashes
    const add = (shard: number, line: string): void => {
      const about = shards.get(shard) ?? { shard, lines: [], keys: new Set() }
      about.lines.push(line)
      about.keys.add(keyHash)
      shards.set(shard, about)
    }
    const id = idOf(keyHash)
    add(shardOf(keyHash), id + (isAnswer ? ANSWER : JSON_ENTRY) + key)
    const tagLines = new Map<number, string>()
    for (const tag of tags) tagLines.set(shardOf(tag), (tagLines.get(shardOf(tag)) ?? id) + fingerprintOf(tag))
    for (const [shard, line] of tagLines) add(shard, line)
  }
  return [...shards.values()]
}

export const valueOf = (lines: readonly string[]): Buffer => Buffer.from(lines.map((line) => line + SEPARATOR).join(""))

/** More than the addresses of a storefront have. */
const MAX_ANSWER_KEY_CHARS = 500

const SEPARATOR = "\n"
/** Between an id and its key. Neither is a digit. */
const JSON_ENTRY = "="
const ANSWER = "~"
/** Base64url's. */
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
const ID_CHARS = 8
const FINGERPRINT_CHARS = 3
const LINE = /^[\w-]{8}(?:[=~]|(?:[\w-]{3})+$)/

const isName = (line: string): boolean => line[ID_CHARS] === JSON_ENTRY || line[ID_CHARS] === ANSWER

const idIn = (line: string): string => line.slice(0, ID_CHARS)

const keyIn = (line: string): NamedKey => ({ key: line.slice(ID_CHARS + 1), isAnswer: line[ID_CHARS] === ANSWER })

/** Whether a line has one of these fingerprints. As numbers they are compared five times as fast as three characters are. */
function hasAny(line: string, fingerprints: ReadonlySet<number>): boolean {
  for (let at = ID_CHARS; at < line.length; at += FINGERPRINT_CHARS) {
    if (fingerprints.has(codeAt(line, at))) return true
  }
  return false
}

const codeAt = (text: string, at: number): number =>
  (text.charCodeAt(at) << 16) | (text.charCodeAt(at + 1) << 8) | text.charCodeAt(at + 2)

/** The bits above those that choose the shard. */
const fingerprintOf = (tag: Hash): string => digits(tag >>> 6, FINGERPRINT_CHARS)

/** Returns the lowest bits of an integer, six for each digit. */
function digits(value: number, count: number): string {
  let text = ""
  for (let place = count - 1; place >= 0; place--) text += DIGITS[(value >>> (6 * place)) & 63] ?? ""
  return text
}

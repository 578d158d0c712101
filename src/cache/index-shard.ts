import { type Hash, hashOfKey } from "./hash"

/**
 * The layout of the tag index in Memcached. It is text that is only appended to, in 64 shards, with two kinds of lines:
 *
 *     Aur8mQ3_=products-1     names the key with this id
 *     Aur8mQ3_q0Zx8P          tells of the tags in this shard that the key's entry has, three characters each
 *
 * A key is named once, in the shard of its hash, however many tags its entry has. The three characters are 18 bits of the
 * tag's hash, so one key in 260,000 is found without reason. It is not served, since its entry says what it carries.
 */
export class IndexShard {
  readonly #lines: readonly string[]
  #keys: ReadonlyMap<string, string> | undefined

  /** Whatever else is among the bytes is left out. */
  constructor(value: Buffer | undefined) {
    this.#lines = (value?.toString("utf8") ?? "").split(SEPARATOR).filter((line) => LINE.test(line))
  }

  get lineCount(): number {
    return this.#lines.length
  }

  /** Returns the ids of the keys that may carry a tag of this shard, each once. */
  idsWith(tag: Hash): Set<string> {
    const fingerprint = fingerprintOf(tag)
    const isIn = (line: string): boolean => {
      let at = line.indexOf(fingerprint, ID_CHARS)
      while (at !== -1 && (at - ID_CHARS) % FINGERPRINT_CHARS !== 0) at = line.indexOf(fingerprint, at + 1)
      return at !== -1
    }
    return new Set(this.#lines.filter((line) => !isName(line) && isIn(line)).map(idIn))
  }

  /** Returns the key with this id, if it is named in this shard. */
  keyOf(id: string): string | undefined {
    this.#keys ??= new Map(this.#lines.filter(isName).map((line) => [idIn(line), line.slice(ID_CHARS + 1)]))
    const key = this.#keys.get(id)
    return key !== undefined && idOf(hashOfKey(key)) === id ? key : undefined
  }

  /** Returns the newest lines that fit into so many bytes: the last about each key, and none about dead ones. */
  newest(maxBytes: number, isDead: (id: string) => boolean): string[] {
    const kept: string[] = []
    const seen = new Set<string>()
    let bytes = 0
    for (const line of [...this.#lines].reverse()) {
      const subject = line.slice(0, isName(line) ? ID_CHARS + 1 : ID_CHARS)
      if (seen.has(subject) || isDead(idIn(line))) continue
      if ((bytes += Buffer.byteLength(line) + 1) > maxBytes) break
      seen.add(subject)
      kept.push(line)
    }
    return kept.reverse()
  }
}

/** An entry that the index is to know. */
export interface IndexedEntry {
  readonly key: string
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

/** Whether a key can be named in a line. */
export const canBeNamed = (key: string): boolean => key !== "" && !key.includes(SEPARATOR)

/** Returns the lines that tell of entries, by shard. */
export function linesAbout(entries: readonly IndexedEntry[]): ShardLines[] {
  const shards = new Map<number, ShardLines>()
  for (const { key, hashes } of entries) {
    const [keyHash = 0, ...tags] = hashes
    const add = (shard: number, line: string): void => {
      const about = shards.get(shard) ?? { shard, lines: [], keys: new Set() }
      about.lines.push(line)
      about.keys.add(keyHash)
      shards.set(shard, about)
    }
    const id = idOf(keyHash)
    add(shardOf(keyHash), id + NAMES + key)
    const tagLines = new Map<number, string>()
    for (const tag of tags) tagLines.set(shardOf(tag), (tagLines.get(shardOf(tag)) ?? id) + fingerprintOf(tag))
    for (const [shard, line] of tagLines) add(shard, line)
  }
  return [...shards.values()]
}

export const valueOf = (lines: readonly string[]): Buffer => Buffer.from(lines.map((line) => line + SEPARATOR).join(""))

const SEPARATOR = "\n"
/** Between an id and its key. It is none of the digits. */
const NAMES = "="
/** Base64url's. */
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
const ID_CHARS = 8
const FINGERPRINT_CHARS = 3
const LINE = /^[\w-]{8}(?:=|(?:[\w-]{3})+$)/

const isName = (line: string): boolean => line[ID_CHARS] === NAMES

const idIn = (line: string): string => line.slice(0, ID_CHARS)

/** The bits above those that choose the shard. */
const fingerprintOf = (tag: Hash): string => digits(tag >>> 6, FINGERPRINT_CHARS)

/** Returns the lowest bits of an integer, six for each digit. */
function digits(value: number, count: number): string {
  let text = ""
  for (let place = count - 1; place >= 0; place--) text += DIGITS[(value >>> (6 * place)) & 63] ?? ""
  return text
}

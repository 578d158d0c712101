import { createHash } from "node:crypto"
import type { LogVersion } from "./log/tag-versions"

/** protocol.txt, "Keys": at most 250 bytes, no control characters or whitespace. */
export const MAX_KEY_BYTES = 250

/**
 * The mark of the plugin's own items (log, index, statistics), after the prefix. A caller's key that begins with it is
 * hashed.
 */
const OWN_MARK = "~"
const HASHED_MARK = "~h:"

const PLAIN_KEY = /^[\x21-\x7e]+$/

/**
 * Builds the names of all items under one prefix. A prefix contains no colon, so the first colon ends it, and no two
 * prefixes share a name. A caller's key may be any string. A key that Memcached cannot take is named by its SHA-256,
 * for which no collision is known. So is one that is not plain ASCII, so that names stay readable in a shell and their
 * length is their length in bytes.
 */
export class KeySpace {
  readonly #prefix: string

  constructor(prefix: string) {
    this.#prefix = `${prefix}:`
  }

  entry(key: string): string {
    return this.#named("", key)
  }

  /** Names the lease of an early refresh. */
  lease(key: string): string {
    return this.#named(`${OWN_MARK}lease:`, key)
  }

  head(): string {
    return `${this.#prefix}${OWN_MARK}head`
  }

  /** Names the item that identifies a server. */
  identity(): string {
    return `${this.#prefix}${OWN_MARK}server`
  }

  /** Names a record that has left the head, by its version. */
  record({ epoch, version }: LogVersion): string {
    return `${this.#prefix}${OWN_MARK}log:${short(epoch)}:${version}`
  }

  /**
   * Names the body of a large record, by the record's id. The version would not do: two writers that race for it write
   * their bodies before the swap decides, and the loser's must not replace the winner's.
   */
  body({ epoch }: LogVersion, recordId: number): string {
    return `${this.#prefix}${OWN_MARK}rec:${short(epoch)}:${short(recordId)}`
  }

  /** Names a part of the tag index. */
  index(shard: number): string {
    return `${this.#prefix}${OWN_MARK}index:${shard}`
  }

  /** Names the clear history. */
  clears(): string {
    return `${this.#prefix}${OWN_MARK}clears`
  }

  /** Names the counts of all processes in one bucket of time. */
  statistics(bucketSeconds: number, bucket: number): string {
    return `${this.#prefix}${OWN_MARK}stats:${bucketSeconds}:${bucket}`
  }

  /** Names the counts of all processes since they began. */
  totals(): string {
    return `${this.#prefix}${OWN_MARK}totals`
  }

  /** Names a part of the tag directory. */
  tags(shard: number): string {
    return `${this.#prefix}${OWN_MARK}tags:${shard}`
  }

  #named(mark: string, key: string): string {
    const name = this.#prefix + mark + key
    if (name.length <= MAX_KEY_BYTES && PLAIN_KEY.test(name) && !key.startsWith(OWN_MARK)) return name
    return this.#prefix + mark + HASHED_MARK + digest(key)
  }
}

const short = (id: number): string => id.toString(36)

/** Hashes the string's 16-bit units. UTF-8 has no form for half of a surrogate pair, and would make such keys equal. */
const digest = (text: string): string => createHash("sha256").update(text, "utf16le").digest("base64url")

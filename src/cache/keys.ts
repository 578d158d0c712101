import { createHash } from "node:crypto"
import type { LogVersion } from "./log/tag-versions"

/** protocol.txt, "Keys": at most 250 bytes, no control characters or whitespace. */
export const MAX_KEY_BYTES = 250

/** The plugin's own items (log, index, statistics) have it after the prefix. A key of a caller that begins with it is hashed. */
const OWN_MARK = "~"
const HASHED_MARK = "~h:"

const PLAIN_KEY = /^[\x21-\x7e]+$/

/**
 * The names of all items, under one prefix. A prefix has no colon in it, so the first one ends it, and no two prefixes have a
 * name in common. A caller's key may be any string; what Memcached cannot take (or what is not
 * plain ASCII, so that names stay readable in a shell and their length in bytes is their length) is named by its SHA-256,
 * for which no two keys are known to agree.
 */
export class KeySpace {
  readonly #prefix: string

  constructor(prefix: string) {
    this.#prefix = `${prefix}:`
  }

  entry(key: string): string {
    const name = this.#prefix + key
    if (name.length <= MAX_KEY_BYTES && PLAIN_KEY.test(name) && !key.startsWith(OWN_MARK)) return name
    return this.#prefix + HASHED_MARK + digest(key)
  }

  /** The lease of an early refresh. */
  lease(key: string): string {
    return this.#digested("lease", key)
  }

  head(): string {
    return `${this.#prefix}${OWN_MARK}head`
  }

  /** What tells one server from another. */
  identity(): string {
    return `${this.#prefix}${OWN_MARK}server`
  }

  /** A record that has left the head: its place in the order decides its name. */
  record({ epoch, version }: LogVersion): string {
    return `${this.#prefix}${OWN_MARK}log:${short(epoch)}:${version}`
  }

  /**
   * The body of a big record. Named by the record's id and not by its version: two writers that race for one version
   * write their bodies before the swap decides, and the loser's must not replace the winner's.
   */
  body({ epoch }: LogVersion, recordId: number): string {
    return `${this.#prefix}${OWN_MARK}rec:${short(epoch)}:${short(recordId)}`
  }

  /** The keys that carry a tag, best effort. */
  index(tag: string): string {
    return this.#digested("idx", tag)
  }

  /** A small value that processes share. */
  shared(name: string): string {
    return this.#digested("shared", name)
  }

  /** The history of recent clears. */
  clears(): string {
    return `${this.#prefix}${OWN_MARK}clears`
  }

  /** What all processes have counted in one bucket of time. */
  statistics(bucketSeconds: number, bucket: number): string {
    return `${this.#prefix}${OWN_MARK}stats:${bucketSeconds}:${bucket}`
  }

  /** A part of the tag directory. */
  tags(shard: number): string {
    return `${this.#prefix}${OWN_MARK}tags:${shard}`
  }

  #digested(kind: string, text: string): string {
    const name = `${this.#prefix}${OWN_MARK}${kind}:${text}`
    if (name.length <= MAX_KEY_BYTES && PLAIN_KEY.test(name) && !text.startsWith(OWN_MARK)) return name
    return `${this.#prefix}${OWN_MARK}${kind}:${HASHED_MARK}${digest(text)}`
  }
}

const short = (id: number): string => id.toString(36)

/** Of the string's own 16-bit units: UTF-8 has no form for half of a surrogate pair, and would make such keys equal. */
const digest = (text: string): string => createHash("sha256").update(text, "utf16le").digest("base64url")

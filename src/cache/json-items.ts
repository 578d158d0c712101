import { ask } from "./ask"
import { checksumOf, intactValue } from "./checksum"
import { expirationOf } from "./codec/expiration"
import type { KeySpace } from "./keys"
import type { Cluster } from "./memcached/cluster"
import type { Command, Reply } from "./memcached/server"
import type { Runtime } from "./runtime"

/**
 * The size limit of an item. It is far below the item limit of any server, and small enough to be read and written
 * every few seconds.
 */
export const MAX_JSON_BYTES = 64 * 1024

/**
 * The most lost races in a row. Writers come every few seconds, so more than one or two show that something is wrong.
 */
const MAX_ATTEMPTS = 8

export type JsonReading =
  /** `value` is undefined when the bytes are not JSON, damaged, or more than 64 KB. */
  | { readonly status: "ok"; readonly value: unknown }
  | { readonly status: "missing" }
  | { readonly status: "unreachable" }

type JsonUpdate =
  | { readonly status: "written"; readonly value: unknown }
  /** The value is over 64 KB, has no JSON form, or is refused by the server. Trying again does not help. */
  | { readonly status: "refused" }
  /** The value may or may not be written, now or later. */
  | { readonly status: "unreachable" }
  /** Other writers were faster each time. Nothing was written. */
  | { readonly status: "contended" }

/**
 * Small JSON items that processes share: statistics, clear history, tag directory, progress. They are changed by
 * compare-and-swap, so that nobody's change is lost. Nothing rejects.
 */
export class JsonItems {
  readonly #cluster: Pick<Cluster, "submit">
  readonly #runtime: Runtime

  constructor(cluster: Pick<Cluster, "submit">, runtime: Runtime) {
    this.#cluster = cluster
    this.#runtime = runtime
  }

  /** Reads an item. One of more than `maxBytes` reads like a damaged one. */
  async read(name: string, maxBytes = MAX_JSON_BYTES): Promise<JsonReading> {
    return readingOf(name, await this.#get(name, maxBytes))
  }

  /** Writes an item. Resolves with false when it was refused, or perhaps not written. */
  async write(name: string, value: unknown, ttlSeconds: number): Promise<boolean> {
    const bytes = bytesOf(value)
    const expiration = expirationOf(ttlSeconds, this.#runtime.now(), 0)?.wire
    if (!bytes || expiration === undefined) return false
    const item = { key: name, value: bytes, flags: checksumOf(bytes, name), expiration }
    return (await ask(this.#cluster, { op: "set", ...item })).status === "ok"
  }

  /** Removes an item. Resolves with false when it was perhaps not removed. */
  async remove(name: string): Promise<boolean> {
    const { status } = await ask(this.#cluster, { op: "delete", key: name })
    return status === "ok" || status === "missing"
  }

  /**
   * Changes an item. `change` gets what is stored (undefined: nothing, or no JSON) and returns what to store; undefined
   * leaves the item alone. It may be called several times. If the answer of the swap is lost ("unreachable"), the
   * change may have been applied. A caller that tries again must make a change that can be applied twice.
   */
  async update(name: string, change: (old: unknown) => unknown, ttlSeconds: number): Promise<JsonUpdate> {
    const expiration = expirationOf(ttlSeconds, this.#runtime.now(), 0)?.wire
    if (expiration === undefined) return { status: "refused" }
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      const reply = await this.#get(name)
      const old = readingOf(name, reply)
      if (old.status === "unreachable") return old
      const value = change(old.status === "ok" ? old.value : undefined)
      if (value === undefined) return { status: "written", value: old.status === "ok" ? old.value : undefined }
      const bytes = bytesOf(value)
      // Without a token (memcached -C) the item could only be overwritten.
      if (!bytes || (old.status === "ok" && !reply.cas)) return { status: "refused" }
      const item = { key: name, value: bytes, flags: checksumOf(bytes, name), expiration }
      const swap: Command = reply.cas ? { op: "set", ...item, cas: reply.cas } : { op: "add", ...item }
      const { status } = await ask(this.#cluster, swap)
      if (status === "ok") return { status: "written", value }
      if (status === "unreachable") return { status }
      if (status !== "exists" && status !== "missing") return { status: "refused" }
    }
    return { status: "contended" }
  }

  #get(name: string, maxBytes = MAX_JSON_BYTES): Promise<Reply> {
    return ask(this.#cluster, { op: "get", key: name, maxBytes })
  }
}

function readingOf(name: string, reply: Reply): JsonReading {
  if (reply.status === "missing") return { status: "missing" }
  if (reply.status !== "ok" || !reply.value) return { status: "unreachable" }
  const bytes = intactValue(reply, name)
  return { status: "ok", value: bytes && parsed(bytes.toString("utf8")) }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown
  } catch {
    return undefined
  }
}

/** Returns undefined for a value that has no JSON form, or is too large. */
function bytesOf(value: unknown): Buffer | undefined {
  try {
    const json: unknown = JSON.stringify(value)
    if (typeof json !== "string") return undefined
    const bytes = Buffer.from(json)
    return bytes.length <= MAX_JSON_BYTES ? bytes : undefined
  } catch {
    return undefined
  }
}

/**
 * Returns whether a later version of this plugin wrote the item. Two versions run side by side while a shop is
 * deployed, or rolled back, one process after the other. Such an item must be left alone, or its contents would be
 * lost.
 */
export function isOfLaterVersion(item: unknown, knownVersion: number): boolean {
  if (typeof item !== "object" || item === null || !("version" in item)) return false
  return typeof item.version === "number" && item.version > knownVersion
}

/**
 * Small JSON values that the processes of one installation share by name, such as the progress of an invalidation. They
 * can be evicted like anything in Memcached. At most 64 KB each. Nothing rejects, whatever Memcached does.
 */
export class SharedItems {
  readonly #items: JsonItems
  readonly #keys: KeySpace

  constructor(items: JsonItems, keys: KeySpace) {
    this.#items = items
    this.#keys = keys
  }

  /** Returns undefined when there is nothing under this name, or Memcached cannot be reached. */
  async read(name: string): Promise<unknown> {
    const reading = await this.#items.read(this.#keys.shared(name))
    return reading.status === "ok" ? reading.value : undefined
  }

  /**
   * Writes a value. Resolves with false when it was refused (over 64 KB, no JSON form), or Memcached did not confirm
   * it. `ttlSeconds` 0 means no expiry.
   */
  write(name: string, value: unknown, ttlSeconds: number): Promise<boolean> {
    return this.#items.write(this.#keys.shared(name), value, ttlSeconds)
  }

  /** Removes a value. Resolves with false when Memcached did not confirm it. */
  remove(name: string): Promise<boolean> {
    return this.#items.remove(this.#keys.shared(name))
  }

  /**
   * Changes a value by compare-and-swap. `change` gets the old value (undefined: none) and may be called several times.
   * Its result is stored; undefined changes nothing. Resolves with false as `write` does. If an answer was lost, the
   * change may have been made nevertheless.
   */
  async update(name: string, change: (old: unknown) => unknown, ttlSeconds: number): Promise<boolean> {
    return (await this.#items.update(this.#keys.shared(name), change, ttlSeconds)).status === "written"
  }
}

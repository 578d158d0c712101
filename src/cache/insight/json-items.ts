import { ask } from "../support/ask"
import { checksumOf, intactValue } from "../support/checksum"
import { expirationOf } from "../codec/expiration"
import type { Cluster } from "../memcached/cluster"
import type { Command, Reply } from "../memcached/server"
import type { Runtime } from "../support/runtime"

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

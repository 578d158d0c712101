import { deflateSync } from "node:zlib"
import { Client } from "memjs"

interface TutorialEntry {
  readonly key: string
  readonly data: object
  readonly tags?: readonly string[]
  readonly autoInvalidate?: boolean
}

/** The tutorial's defaults, in bytes and seconds. */
const COMPRESSION_THRESHOLD = 2048
const TTL_SECONDS = 3600
/** Time-outs of the client in seconds, for machines that are busy: it rejects what takes longer. */
const PATIENT = { timeout: 10, conntimeout: 10 }

/**
 * Leaves behind what a shop with the provider of Medusa's Memcached tutorial leaves: for each entry its JSON (deflated and
 * in Base64 when large), its options and the version of each of its tags; for each tag its version, a time in seconds, which
 * never expires, and the list of its keys.
 */
export class TutorialShop {
  readonly #client: Client
  readonly #prefix: string

  constructor(address: string, prefix: string) {
    this.#client = Client.create(address, PATIENT)
    this.#prefix = `${prefix}:`
  }

  async store({ key, data, tags = [], autoInvalidate = true }: TutorialEntry): Promise<void> {
    const text = JSON.stringify(data)
    const compressed = text.length >= COMPRESSION_THRESHOLD
    await this.#set(key, compressed ? deflateSync(text).toString("base64") : text, TTL_SECONDS)
    await this.#set(`opt:${key}`, JSON.stringify({ autoInvalidate, compressed }), TTL_SECONDS)
    const version = String(Math.floor(Date.now() / 1000))
    for (const tag of tags) {
      await this.#set(`tag:${tag}`, version, 0)
      await this.#set(`tag_keys:${tag}`, JSON.stringify([key]), TTL_SECONDS)
    }
    const versions = Object.fromEntries(tags.map((tag) => [tag, version]))
    if (tags.length > 0) await this.#set(`key_tags:${key}`, JSON.stringify(versions), TTL_SECONDS)
  }

  /** A clear of a tag: its version goes up, which is all that processes of the tutorial's provider look at. */
  async clear(tag: string): Promise<void> {
    await this.#client.increment(`${this.#prefix}tag:${tag}`, 1, {})
  }

  /** As it lies in Memcached. */
  async rawValue(name: string): Promise<string | undefined> {
    return (await this.#client.get(this.#prefix + name)).value?.toString()
  }

  close(): void {
    this.#client.close()
  }

  async #set(name: string, value: string, expires: number): Promise<void> {
    await this.#client.set(this.#prefix + name, value, { expires })
  }
}

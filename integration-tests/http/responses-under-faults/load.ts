import { createHash } from "node:crypto"
import { Agent } from "node:http"
import { setTimeout as delay } from "node:timers/promises"
import type { AxiosInstance } from "axios"
import { inFixedOrder } from "../shop"
import type { Body, Reader, Subject } from "./readers"

/** Visitors who ask without a pause. */
const AT_ONCE = 16

const EDIT_EVERY_MS = 1_000

const ENCODINGS = ["br", "gzip", "identity"]

/** The title of a subject after so many edits. */
export const titleOf = (edit: number): string => `edit ${edit}`

const editOf = (title: string | undefined): number => Number(/^edit (\d+)$/.exec(title ?? "")?.[1])

/** What the visitors have seen. */
export interface Seen {
  requests: number
  hits: number
  edits: number
  /** In other words than a response with status 200. */
  readonly failed: string[]
  /** Responses to other requests, and those that differ from others with the same edits. */
  readonly wrong: string[]
  /** Responses without an edit that was acknowledged before their request was sent. */
  readonly stale: string[]
}

interface LoadInput {
  /** Processes with one cache. */
  readonly shops: readonly AxiosInstance[]
  readonly readers: readonly Reader[]
  /** Headers of the visitors' requests. */
  readonly headers: Readonly<Record<string, string>>
  /** Gives a subject the title of this edit in the dashboard. */
  readonly edit: (subject: Subject, edit: number) => Promise<unknown>
}

/**
 * Visitors who ask as fast as they are answered, while an editor counts up the title of one subject after the other. So
 * one look at a response says of when it is.
 */
export class Load {
  readonly seen: Seen = { requests: 0, hits: 0, edits: 0, failed: [], wrong: [], stale: [] }
  readonly #input: LoadInput
  /** The number of the last edit of each subject that was sent, and of the last one that was acknowledged. */
  readonly #edits = new Map<Subject, { sent: number; acknowledged: number }>()
  /** Digests of responses, by the request and the number of the edit that they show. */
  readonly #digests = new Map<string, string>()
  readonly #work: Promise<unknown>
  #isOver = false

  constructor(input: LoadInput) {
    this.#input = input
    for (const { subject } of input.readers) this.#edits.set(subject, { sent: 0, acknowledged: 0 })
    this.#work = Promise.all([this.#editInTurn(), ...Array.from({ length: AT_ONCE }, (_, i) => this.#visit(i))])
  }

  /** Returns when nobody asks any more. */
  async end(): Promise<Seen> {
    this.#isOver = true
    await this.#work
    return this.seen
  }

  async #editInTurn(): Promise<void> {
    const subjects = [...this.#edits]
    for (let turn = 0; !this.#isOver; turn++) {
      const [subject, edit] = subjects[turn % subjects.length] ?? []
      if (!subject || !edit) throw new Error("There is nothing to edit")
      edit.sent += 1
      await this.#input.edit(subject, edit.sent)
      edit.acknowledged = edit.sent
      this.seen.edits += 1
      await delay(EDIT_EVERY_MS)
    }
  }

  async #visit(visitor: number): Promise<void> {
    const { shops, readers } = this.#input
    // Each begins with another request, and goes on in steps that reach all of them.
    for (let turn = visitor; !this.#isOver; turn++) {
      const reader = readers[(turn * 7) % readers.length]
      const shop = shops[turn % shops.length]
      if (reader && shop) await this.#ask(shop, reader, ENCODINGS[Math.floor(turn / 3) % ENCODINGS.length] ?? "br")
    }
  }

  async #ask(shop: AxiosInstance, reader: Reader, encoding: string): Promise<void> {
    const atLeast = this.#edits.get(reader.subject)?.acknowledged ?? 0
    const headers = { ...this.#input.headers, "accept-encoding": encoding }
    this.seen.requests += 1
    try {
      const { status, data, headers: answered } = await shop.get<unknown>(reader.path, { headers, ...AS_IT_IS })
      if (status !== 200) return void this.seen.failed.push(`${reader.path}: ${status}`)
      const from = String(answered["cache-status"])
      if (from.includes("; hit")) this.seen.hits += 1
      this.#judge(reader, data, atLeast, from)
    } catch (error) {
      this.seen.failed.push(`${reader.path}: ${String(error)}`)
    }
  }

  #judge({ path, subject, recordsIn }: Reader, data: unknown, atLeast: number, from: string): void {
    const records = typeof data === "object" && data !== null ? recordsIn(data as Body) : []
    const shown = records?.find(({ id }) => id === subject.id)?.[subject.field]
    const edit = editOf(shown)
    const { sent = 0 } = this.#edits.get(subject) ?? {}
    if (!(edit <= sent)) return void this.seen.wrong.push(`${path}: "${shown ?? "nothing"}", ${from}`)
    if (edit < atLeast) this.seen.stale.push(`${path}: edit ${edit} after ${atLeast}, ${from}`)
    const digest = createHash("sha1")
      .update(JSON.stringify(inFixedOrder(data)))
      .digest("base64")
    const name = `${edit} ${path}`
    if ((this.#digests.get(name) ?? digest) !== digest) this.seen.wrong.push(`${path}: another edit ${edit}, ${from}`)
    this.#digests.set(name, digest)
  }
}

/**
 * A body that is no JSON is an error, and so is one that is not compressed as it says. Each request has a connection of
 * its own: a server closes an idle one after some seconds, perhaps when the next request is on its way.
 */
const AS_IT_IS = {
  httpAgent: new Agent({ keepAlive: false }),
  validateStatus: () => true,
  responseType: "json",
  transitional: { silentJSONParsing: false },
} as const

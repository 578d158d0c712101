import type { ClearRequest } from "./subject"

/** What the workload sets: enough to tell, when it comes back, whether it was allowed to. */
export interface Payload {
  readonly id: number
  readonly key: string
  readonly tags: readonly string[]
  /** Entries with `autoInvalidate: false` survive automatic clears. */
  readonly automatic: boolean
  /** When the source was read. */
  readonly moment: number
  /** A cached part that it was made of. */
  part: { readonly moment: number; readonly tags: readonly string[] } | undefined
  /** Set when the caller mutates the object after it has handed it over. */
  spoilt: boolean
  readonly padding: string
}

/** A clear that has begun. */
export interface Ticket {
  readonly request: ClearRequest
  readonly process: string
  /** Data read from the source before this moment is stale once the clear has resolved. */
  readonly moment: number
}

/** What nobody can tell whether it was loaded before a clear is kept for so long, and Memcached counts in whole seconds. */
const BRIEFLY_MS = 12_000

interface Bound {
  readonly ticket: Ticket
  /** Pending: only the process that issued it knows. */
  readonly onlyFor: string | undefined
}

/**
 * The source of truth and the judge. Its clock counts the commits and the beginnings of clears; what a caller reads from
 * the source carries the time. A lookup that begins when a clear has resolved must not return what was read before that
 * clear began (G1); while it is only pending, that binds the process that issued it (G5).
 */
export class Oracle {
  private moment = 1
  private lastPayload = 0
  private readonly bounds: Bound[] = []
  private readonly stored = new Map<number, string>()
  /** Sets without a lookup that could be known, by payload: when they were made. */
  private readonly unknown = new Map<number, number>()
  /** Clears of the flow that stored the payload, between its lookup and its set. */
  private readonly own = new Map<number, ClearRequest>()

  commit(): void {
    this.moment += 1
  }

  readSource(key: string, tags: readonly string[], automatic: boolean, padding: string): Payload {
    const id = ++this.lastPayload
    const payload = { id, key, tags, automatic, moment: this.moment, part: undefined, spoilt: false, padding }
    this.stored.set(id, JSON.stringify(payload))
    return payload
  }

  /** What was loaded is put together with something that was looked up, and carries its tags, too. */
  compose(payload: Payload, part: Payload): Payload {
    // What clears do not reach, or only later, says nothing of the whole.
    const isStrict = part.automatic && !part.part && !this.unknown.has(part.id) && !this.own.has(part.id)
    if (!isStrict) return payload
    const tags = [...new Set([...payload.tags, ...part.tags])]
    const whole = { ...payload, tags, part: { moment: part.moment, tags: part.tags } }
    this.stored.set(payload.id, JSON.stringify(whole))
    return whole
  }

  /** The engine cannot know the lookup that it belongs to. */
  setWithoutLookup({ id }: Payload, nowMs: number): void {
    this.unknown.set(id, nowMs)
  }

  /** Its own flow has cleared on purpose before it sets this. */
  setAfterOwnClear({ id }: Payload, request: ClearRequest): void {
    this.own.set(id, request)
  }

  beginClear(process: string, request: ClearRequest): Ticket {
    this.moment += 1
    return { process, request, moment: this.moment }
  }

  clearResolved(ticket: Ticket, outcome: "applied" | "pending"): void {
    this.bounds.push({ ticket, onlyFor: outcome === "applied" ? undefined : ticket.process })
  }

  /** Everything that was pending has been delivered. */
  clearsDelivered(process: string): void {
    for (const { ticket, onlyFor } of [...this.bounds]) {
      if (onlyFor === process) this.bounds.push({ ticket, onlyFor: undefined })
    }
  }

  /** What a lookup that begins now is bound by. */
  mark(): number {
    return this.bounds.length
  }

  /** What is wrong with a hit, in words; undefined when nothing is. */
  judge(
    process: string,
    mark: number,
    asked: { key?: string; tags?: string[] },
    hit: unknown,
    nowMs: number
  ): string | undefined {
    const payload = asPayload(hit)
    if (!payload) return `returned something that was never stored: ${JSON.stringify(hit)}`
    if (this.stored.get(payload.id) !== JSON.stringify(payload)) {
      return `returned entry #${payload.id} changed: ${JSON.stringify(payload)}`
    }
    if (asked.key !== undefined && payload.key !== asked.key) return `asked for ${asked.key}, returned ${payload.key}`
    if (asked.key === undefined && asked.tags && !asked.tags.some((tag) => payload.tags.includes(tag))) {
      return `asked for the tags ${asked.tags.join(" ")}, returned an entry with ${payload.tags.join(" ")}`
    }
    if (nowMs - (this.unknown.get(payload.id) ?? -Infinity) <= BRIEFLY_MS) return undefined
    for (const { ticket, onlyFor } of this.bounds.slice(0, mark)) {
      if (onlyFor !== undefined && onlyFor !== process) continue
      if (ticket.request === this.own.get(payload.id)) continue
      const { part } = payload
      const hasOldPart =
        part !== undefined &&
        part.moment < ticket.moment &&
        covers(ticket.request, { key: undefined, tags: part.tags, automatic: payload.automatic })
      if (hasOldPart || (payload.moment < ticket.moment && covers(ticket.request, payload))) {
        const scope = onlyFor === undefined ? "had been applied" : "was pending in this process"
        return (
          `STALE: entry #${payload.id} of ${payload.key}, read from the source at moment ${payload.moment}${hasOldPart ? `, with a part of moment ${part.moment}` : ""}; the clear ` +
          `that ${ticket.process} began at moment ${ticket.moment} (${describeClear(ticket.request)}) ${scope}`
        )
      }
    }
    return undefined
  }
}

export function describeClear({ key, tags, options }: ClearRequest): string {
  const names = tags && tags.length > 6 ? [...tags.slice(0, 6), `… ${tags.length} in all`] : tags
  return `${key === undefined ? `tags ${names?.join(" ")}` : `key ${key}`}${options ? ", automatic" : ""}`
}

interface Coverable {
  readonly key: string | undefined
  readonly tags: readonly string[]
  readonly automatic: boolean
}

function covers({ key, tags, options }: ClearRequest, payload: Coverable): boolean {
  if (key !== undefined) return payload.key === key
  if (options?.autoInvalidate && !payload.automatic) return false
  return tags?.some((tag) => tag === "*" || payload.tags.includes(tag)) ?? false
}

function asPayload(value: unknown): Payload | undefined {
  return typeof value === "object" && value !== null && "id" in value && "moment" in value
    ? (value as Payload)
    : undefined
}

import { setImmediate } from "node:timers/promises"
import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { MedusaNextFunction, MedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import type { Logger } from "@medusajs/framework/types"
import {
  type AnswerLoad,
  beginRecording,
  type Cache,
  currentRecording,
  hashOfKey,
  hashOfTag,
  type LogVersions,
  type MissReason,
  NearCache,
  RecentMap,
  type Recording,
} from "../cache"
import { Admission } from "./admission"
import { type Answer, decodeAnswer, encodeAnswer, type Encoding } from "./answer"
import { type AnswerKey, answerKeyOf } from "./answer-key"
import { capture, type Captured, type CapturedAnswer } from "./capture"
import { compressed, encodingFor, storedEncodingOf } from "./encoding"
import { Flights, MAX_WAIT_MS } from "./flights"
import { type ResolvedResponseOptions, routesOf } from "./options"
import { PRICE_HASHES, PriceListMoments } from "./price-list-moments"
import { RouteCounts, type RouteReport } from "./route-reports"
import { type AnswerRoute, otherRouteIn, RouteTable } from "./routes"
import { send, setCacheStatus, setHeadersOfStored } from "./send"
import { isForOne, sessionOf, type VisitorRequest, withoutConditions } from "./visitor"

/** An answer that has just been made, for those who wait for it. */
interface Landed {
  readonly load: AnswerLoad
  readonly parts: readonly number[]
  /** Compresses it when it is first wanted. Rejects when that fails. */
  readonly answer: () => Promise<Answer>
  /** How long it may be used, in seconds; 0 when only the one who has made it may have it. */
  readonly ttl: Promise<number>
  /** Whether it will be stored, if nothing goes wrong. */
  readonly isStored: boolean
}

/** Instead of an answer: its visitor has gone away before it was complete. */
const ABANDONED = "abandoned"

/** One request, as far as it is answered from here. */
interface Visit {
  readonly req: VisitorRequest
  readonly res: MedusaResponse
  readonly next: MedusaNextFunction
  readonly cache: Cache
  readonly route: AnswerRoute
  readonly key: AnswerKey
  readonly encoding: Encoding
}

/** What a request has read from its beginning on, also in middlewares, since answers are made of that as well. */
interface Reads {
  readonly recording: Recording
  /** Where the logs stood before. */
  readonly since: LogVersions
  readonly end: () => void
}

/** An answer that is being made. */
interface Making extends Visit {
  readonly load: AnswerLoad
  readonly reads: Reads
  readonly begunAtMs: number
  /** What the session had before, as text. Undefined if nobody knows. */
  readonly session: string | undefined
}

/** Instead of an answer: what it would have been made of, some of which was cleared meanwhile. */
type Outdated = Pick<Landed, "parts">

type Landing = Landed | Outdated | typeof ABANDONED

type Land = NonNullable<ReturnType<Flights<Landing>["lead"]>>

const isAnswer = (landed: Landing | undefined): landed is Landed => typeof landed === "object" && "answer" in landed

/** Answers requests of the storefront from the cache, or stores what their routes answer. */
export class Responses {
  readonly #options: ResolvedResponseOptions
  readonly #logger: Pick<Logger, "warn">
  readonly #routes: RouteTable
  readonly #near: NearCache
  /** Answers of payloads that are kept near, or on their way. */
  readonly #decoded = new WeakMap<Buffer, Answer>()
  readonly #flights = new Flights<Landing>()
  readonly #admission = new Admission()
  readonly #moments: PriceListMoments
  readonly #counts = new Map<AnswerRoute, RouteCounts>()
  readonly #reads = new WeakMap<object, Reads>()
  /** Until when nobody waits for the answers of these keys, since the last one was for one visitor only, by Unix time. */
  readonly #unshared = new RecentMap<number, number>(MAX_UNSHARED)

  constructor(options: ResolvedResponseOptions, connection: () => Knex, logger: Pick<Logger, "warn">) {
    this.#options = options
    this.#logger = logger
    this.#near = new NearCache(options.memoryBytes)
    this.#routes = new RouteTable(routesOf(options))
    this.#moments = new PriceListMoments(connection)
  }

  /** Returns what this process knows of each route, in the order of their names. */
  reports(): readonly RouteReport[] {
    return this.#routes.routes
      .map((route) => {
        const { bypassed = 0, notStored = [] } = this.#counts.get(route) ?? {}
        return { route: route.name, ttlSeconds: route.ttl, bypassed, notStored }
      })
      .sort((a, b) => (a.route < b.route ? -1 : 1))
  }

  /** Returns the route that a request is for, if its answers are stored. */
  routeOf({ method, path }: Pick<MedusaRequest, "method" | "path">): AnswerRoute | undefined {
    return method === "GET" || method === "HEAD" ? this.#routes.find(path) : undefined
  }

  /** Notes what a request reads from now on. Call it at the beginning of its flow, if `routeOf` has a route for it. */
  begin(req: object, cache: Cache): void {
    const recorded = beginRecording()
    if (recorded) this.#reads.set(req, { ...recorded, since: cache.answers.versions() })
  }

  /** Notes why nothing is stored of a route. */
  refuse(route: AnswerRoute, reason: string): void {
    this.#tell(route, reason)
  }

  /** Answers a request, or lets its route do so. Who asks is known by then. */
  async handle(
    route: AnswerRoute,
    cache: Cache,
    ...[req, res, next]: [req: VisitorRequest, res: MedusaResponse, next: MedusaNextFunction]
  ): Promise<void> {
    const encoding = encodingFor(req)
    const key = this.#isBypassed(req, route)
      ? undefined
      : answerKeyOf(req, route, storedEncodingOf(encoding), this.#options.version)
    if (!key) {
      this.#reads.get(req)?.end()
      this.#countsOf(route).bypassed += 1
      setCacheStatus(res, "fwd=bypass")
      return next()
    }
    await this.#answer({ req, res, next, cache, route, key, encoding })
  }

  async #answer(visit: Visit): Promise<void> {
    const { req, cache, key, next } = visit
    const mayMake = req.method !== "HEAD"
    const isReadable = (payload: Buffer): boolean => this.#decode(payload, cache) !== undefined
    const found = await cache.answers.find(key.key, this.#near, { isReadable, mayMake, route: visit.route.name })
    if (found.kind === "hit") {
      const { payload, storedAtMs, expiresAtMs } = found
      const answer = this.#decode(payload, cache)
      const now = Date.now()
      const ttl = expiresAtMs === 0 ? "" : `; ttl=${Math.ceil((expiresAtMs - now) / 1000)}`
      const ageSeconds = Math.max(0, Math.round((now - storedAtMs) / 1000))
      if (answer && (await this.#send(visit, answer, `hit${ttl}`, ageSeconds))) return
      return next()
    }
    if (!mayMake || found.reason === "unreachable") return this.#pass(visit, found.reason)
    const land = this.#flights.lead(key.key) ?? (this.#isShared(key) ? undefined : ignore)
    if (land) this.#make(visit, found.load, found.reason, land)
    else await this.#join(visit, found.load, found.reason)
  }

  /** Waits for the answer that somebody else makes. Lets the route answer when there will be none that may be had. */
  async #join(visit: Visit, load: AnswerLoad, reason: MissReason): Promise<void> {
    const { cache, key } = visit
    const waitsUntil = performance.now() + MAX_WAIT_MS
    for (let waits = 1; ; waits++) {
      const landed = await this.#flights.wait(key.key)
      // Nobody is there any more.
      if (visit.res.closed) return
      const isShareable = isAnswer(landed) && cache.answers.isCurrent(landed.load, landed.parts)
      if (isShareable && (await this.#share(visit, landed, reason))) return
      const mayWait = landed === ABANDONED ? performance.now() < waitsUntil : landed !== undefined && waits < MAX_WAITS
      const waitsAgain = mayWait && !isShareable && this.#isShared(key)
      const parts = typeof landed === "object" ? landed.parts : []
      // Nobody stores what he may have read before the clear, so one who has asked after it goes first.
      if (waitsAgain && !cache.answers.isCurrent(load, parts)) {
        await setImmediate()
        continue
      }
      // One of those who wait makes it then, and not each.
      const land = this.#flights.lead(key.key)
      if (land) return this.#make(visit, load, reason, land)
      if (!waitsAgain) return this.#pass(visit, reason)
    }
  }

  /** Sends what somebody else has made. Resolves with false when it cannot be sent. */
  async #share(visit: Visit, made: Landed, reason: MissReason): Promise<boolean> {
    const [answer, ttl] = await Promise.all([made.answer().catch(() => undefined), made.ttl])
    return answer !== undefined && ttl > 0 && this.#send(visit, answer, `fwd=${forwardOf(reason)}; collapsed`)
  }

  #decode(payload: Buffer, { answers }: Cache): Answer | undefined {
    const known = this.#decoded.get(payload)
    if (known) return known
    const answer = decodeAnswer(payload, answers.maxBytes)
    if (answer) this.#decoded.set(payload, answer)
    return answer
  }

  /** Lets the route answer. */
  #pass({ res, next }: Visit, reason: MissReason): void {
    setCacheStatus(res, `fwd=${forwardOf(reason)}`)
    next()
  }

  /** Lets the route answer, and stores what it answers. */
  #make(visit: Visit, load: AnswerLoad, reason: MissReason, land: Land): void {
    const { req, res, route, cache } = visit
    const reads = this.#reads.get(req)
    if (!reads) {
      land(undefined)
      return this.#pass(visit, reason)
    }
    cache.answers.making(load)
    const making = { ...visit, load, reads, begunAtMs: Date.now(), session: sessionOf(req) }
    const restore = withoutConditions(req)
    capture(res, {
      vary: route.vary,
      maxBytes: Math.min(this.#options.maxBytes, cache.answers.maxBytes),
      onEnd: (captured) => {
        // A middleware has gone on in a callback of something else, and nothing was recorded there.
        if (currentRecording() !== reads.recording) reads.recording.missed(WHAT_IS_READ_APART)
        reads.end()
        restore()
        const made = this.#madeOf(making, captured)
        if (!res.headersSent) {
          if (made?.isStored) setCacheStatus(res, `fwd=${forwardOf(reason)}; stored`)
          if (made) setHeadersOfStored(res, this.#told(route))
        }
        land(made ?? this.#reasonOf(making))
      },
      isKnown: () => req.fresh,
    })
    this.#pass(visit, reason)
  }

  /** Returns why there is no answer, as far as it matters to those who wait for it. */
  #reasonOf({ res, cache, reads: { recording, since } }: Making): Landing | undefined {
    if (res.closed) return ABANDONED
    return cache.answers.isUnchanged(since, recording.hashes) ? undefined : { parts: [...recording.hashes] }
  }

  /** Whether those who ask for the same are to wait for one of them. */
  #isShared({ key }: AnswerKey): boolean {
    return (this.#unshared.get(hashOfKey(key)) ?? 0) <= Date.now()
  }

  #told({ vary }: AnswerRoute) {
    return { cacheControl: this.#options.cacheControl, vary }
  }

  #madeOf(making: Making, captured: Captured): Landed | undefined {
    if ("refusal" in captured) return this.#refuse(making, captured.refusal)
    const refusal = refusalOf(making, captured.answer)
    if (refusal !== undefined) return this.#refuse(making, refusal)
    const { cache, key, load } = making
    const { recording } = making.reads
    const parts = [hashOfKey(key.key), ...key.tags.map(hashOfTag), ...recording.hashes]
    let compressing: Promise<Answer> | undefined
    const answer = () => (compressing ??= this.#compressed(captured.answer, making.encoding))
    const ttl = this.#ttlOf(making, captured.answer).catch(() => 0)
    this.#unshared.delete(hashOfKey(key.key))
    const isStored = this.#admission.admits(key.key)
    // Nobody waits for it.
    if (isStored) void this.#store(making, { answer, ttl }).catch(() => cache.answers.notStored(load))
    else cache.answers.notStored(load)
    return { load, parts, answer, ttl, isStored }
  }

  #refuse({ cache, key, load, route }: Making, refusal: string): undefined {
    cache.answers.notStored(load)
    this.#tell(route, refusal)
    if (!OF_ONE_REQUEST.test(refusal)) this.#unshared.set(hashOfKey(key.key), Date.now() + UNSHARED_MS)
  }

  async #compressed({ body, etag, headers }: CapturedAnswer, encoding: Encoding): Promise<Answer> {
    const small = await compressed(body, storedEncodingOf(encoding))
    return { ...small, etag, headers, rawBytes: body.length }
  }

  async #store(making: Making, { answer: compress, ttl: known }: Pick<Landed, "answer" | "ttl">): Promise<void> {
    const { cache, key, load } = making
    const { recording } = making.reads
    const [answer, ttl] = await Promise.all([compress(), known])
    const payload = ttl > 0 ? encodeAnswer(answer) : undefined
    if (!payload) return cache.answers.notStored(load)
    await cache.answers.store(load, {
      ...{ key: key.key, payload, rawBytes: answer.rawBytes, ttl },
      tags: [...key.tags, ...shownOf(recording.tags)],
      parts: recording.hashes,
    })
  }

  /** Returns how long an answer may be stored, in whole seconds; 0 when not at all. */
  async #ttlOf({ cache, route, reads, begunAtMs }: Making, made: CapturedAnswer): Promise<number> {
    const { recording } = reads
    const ends = [recording.expiresAtMs]
    if (PRICE_HASHES.some((hash) => recording.hashes.has(hash))) {
      ends.push(await this.#moments.after(begunAtMs, cache.answers))
    }
    const leftSeconds = ends.map((endMs) => (endMs === 0 ? Infinity : (endMs - Date.now()) / 1000))
    return Math.max(0, Math.floor(Math.min(route.ttl, made.freshSeconds, ...leftSeconds)))
  }

  async #send(visit: Visit, answer: Answer, status: string, ageSeconds?: number): Promise<boolean> {
    const { req, res, encoding, route } = visit
    try {
      await send(req, res, answer, { encoding, status, ageSeconds, ...this.#told(route) })
      return true
    } catch {
      return res.headersSent
    }
  }

  #isBypassed(req: VisitorRequest, route: AnswerRoute): boolean {
    if (isForOne(req)) return true
    try {
      const verdict: unknown = this.#options.bypass?.(req)
      if (verdict instanceof Promise) this.#tell(route, "the option bypass returns a promise, which counts as true")
      return Boolean(verdict)
    } catch (error) {
      this.#tell(route, `the option bypass has thrown an error: ${error instanceof Error ? error.message : "unknown"}`)
      return true
    }
  }

  /** Counts why an answer is not stored, and says it once for each route if that is not a matter of one request. */
  #tell(route: AnswerRoute, refusal: string): void {
    if (!this.#countsOf(route).refused(refusal) || UNREMARKABLE.test(refusal)) return
    this.#logger.warn(`medusa-plugin-memcached: responses of ${route.name} are not stored: ${refusal}.`)
  }

  #countsOf(route: AnswerRoute): RouteCounts {
    const counts = this.#counts.get(route) ?? new RouteCounts()
    this.#counts.set(route, counts)
    return counts
  }
}

/** The most tags of single records that are named. A list of fifty products has a thousand, and all are hashed. */
const MAX_NAMED = 100

/** Returns the tags that people are shown of an answer: those of lists, and not too many others. */
function shownOf(tags: ReadonlySet<string>): readonly string[] {
  const all = [...tags]
  const ofLists = all.filter((tag) => tag.endsWith(":list:*"))
  return all.length - ofLists.length > MAX_NAMED ? ofLists : all
}

const WHAT_IS_READ_APART = "what it has read in another asynchronous context"

/** So often does a request wait for others whose answers are out of date when they are made. */
const MAX_WAITS = 2

/** What needs no word in the log. */
const UNREMARKABLE = /^its status is|^it was not completed|^something that it has read/

/** A matter of one request: the next one may be stored. */
const OF_ONE_REQUEST = /^it was not completed|^something that it has read/

/** So many addresses are known of which nothing is stored. */
const MAX_UNSHARED = 20_000

/** How long that is assumed of the next answers. */
const UNSHARED_MS = 60_000

const ignore = (): void => undefined

/** Returns why what a route has answered must not be stored, although it could be. */
function refusalOf({ req, route, session, reads, cache }: Making, made: CapturedAnswer): string | undefined {
  const { recording, since } = reads
  const other = otherRouteIn(req.route, route)
  if (other !== undefined) return other
  // A middleware of the route has, after the lookup: it may show drafts to editors.
  if (req.auth_context?.actor_id) return "it was made for somebody who is logged in"
  if (session === undefined || sessionOf(req) !== session) return "it changes the session"
  if (made.freshSeconds < 1) return "it says that it is out of date at once"
  // What was read before the lookup may be older than the version that the answer is stored with.
  if (!cache.answers.isUnchanged(since, recording.hashes)) return "something that it has read was cleared meanwhile"
  if (recording.gap !== undefined) return `it is not known what clears ${recording.gap}`
  return recording.hashes.size === 0 ? "nothing is known of what it is made of" : undefined
}

/** RFC 9211, 2.2. */
function forwardOf(reason: MissReason): "miss" | "stale" {
  return reason === "cleared" || reason === "other_epoch" || reason === "refresh" ? "stale" : "miss"
}

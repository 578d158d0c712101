import { inFlow } from "../../src/cache/loads/load-tracker"
import type { Oracle, Payload } from "./oracle"
import { type Operation, OPERATIONS, type Profile } from "./profile"
import type { Prng } from "../../testing/prng"
import type { Lane, Scheduler } from "./scheduler"
import type { SimulatedProcess } from "./simulated-process"
import type { ClearRequest } from "./subject"

const LIST_TAG = "Product:list:*"
const TTL_SECONDS = [1, 2.5, 60, 3600, 3600, 3600, 0, -1, 60 * 60 * 24 * 40]
const PAUSES_MS = [5, 30, 100, 1200, 5000, 12_000, 70_000]
const PADDING_BYTES = [0, 0, 0, 100, 900]
/**
 * Loads that have lost their context, or share one with others of their key, are matched with a lookup for so long. What takes
 * longer is taken for a write-through, which the engine says it cannot do better, so callers do not store it.
 */
const LOST_LOAD_MS = 10_000

/** What a load belongs to. */
interface Loaded {
  /** When its lookup began. */
  readonly beganMs: number
  /** Its lookup is the only one in its context. */
  readonly alone: boolean
  /** Its lookup was made by a helper, whose context its caller does not have. */
  readonly viaHelper: boolean
}

const tagOf = (record: number) => `Product:${record}`
export const keyOf = (record: number) => `key-${record}`
const answerKeyOf = (record: number) => `answer-${record}`
/** An entry shows two records and the list that they are in. */
export const tagsOf = (record: number) => [tagOf(record), tagOf(record + 1), LIST_TAG]

/**
 * Somebody who uses the cache of one process, as Medusa's core and its subscribers do. Each caller draws what it does
 * next, and gives control back wherever real code would wait.
 */
export class Caller {
  private readonly total: number

  constructor(
    private readonly process: SimulatedProcess,
    private readonly lane: Lane,
    private readonly profile: Profile,
    private readonly prng: Prng,
    private readonly scheduler: Scheduler,
    private readonly oracle: Oracle
  ) {
    this.total = OPERATIONS.reduce((sum, operation) => sum + profile.weights[operation], 0)
  }

  async work(): Promise<void> {
    if (this.profile.longLived) return this.inContextOfItsOwn((mark) => this.workInOneContext(mark))
    for (let left = this.profile.operations; left > 0; left--) {
      // Started by the scheduler and not from here: a request does not inherit the context of the one before it.
      await this.do(this.draw())
    }
  }

  /** Does one thing, as a request of its own. */
  async do(operation: Operation, record?: number): Promise<void> {
    await new Promise<void>((resolve) =>
      this.lane.push(
        () => operation,
        () => void this.inContextOfItsOwn((mark) => this.perform(operation, mark, record)).then(resolve)
      )
    )
  }

  /** Makes one thing of what is stored of another, if that is found, and stores it. */
  async make(record: number, part: number): Promise<void> {
    const { process, oracle } = this
    const act = async (): Promise<void> => {
      const key = keyOf(record)
      if (await process.cache.get({ key })) return
      const read = oracle.readSource(key, tagsOf(record), true, "")
      const found = part === record ? undefined : await process.cache.get({ key: keyOf(part) })
      const data = found ? oracle.compose(read, found as Payload) : read
      await process.cache.set({ key, data, ttl: 3600, tags: [...data.tags], options: { autoInvalidate: true } })
    }
    await new Promise<void>((resolve) =>
      this.lane.push(
        () => `makes ${keyOf(record)} of ${keyOf(part)}`,
        () => void this.inContextOfItsOwn(act).then(resolve)
      )
    )
  }

  private async workInOneContext(mark: number | undefined): Promise<void> {
    for (let left = this.profile.operations; left > 0; left--) {
      const operation = this.draw()
      await this.lane.turn(() => operation)
      await this.perform(operation, mark)
    }
  }

  /** Tells what is done what it is bound by as part of a flow. */
  private async inContextOfItsOwn(act: (mark?: number) => Promise<void>): Promise<void> {
    await Promise.resolve()
    const mark = this.oracle.mark()
    await (this.profile.inFlows ? inFlow(() => act(mark)) : act())
  }

  /** A timer of the process: when that crashes, nobody wakes up. */
  private sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => void this.process.runtime.schedule(delayMs, resolve))
  }

  private draw(): Operation {
    let choice = this.prng.next() * this.total
    for (const operation of OPERATIONS) if ((choice -= this.profile.weights[operation]) < 0) return operation
    return "lookup"
  }

  private async perform(
    operation: Operation,
    mark: number | undefined,
    record = this.prng.below(this.profile.keys)
  ): Promise<void> {
    const { prng } = this
    switch (operation) {
      case "lookup":
        await this.lookup(record)
        return
      case "answer":
        return prng.chance(0.2) ? this.answer(record, mark) : this.visits(record)
      case "crowd":
        return this.crowd(record)
      case "bundle":
        return this.bundle()
      case "retry":
        return this.retry(record)
      case "own clear":
        return this.ownClear(record)
      case "tags":
        await this.process.cache.get({ tags: [prng.pick(tagsOf(record))] })
        return
      case "write through":
        return this.writeThrough(record)
      case "event":
        return this.change({ tags: [tagOf(record), LIST_TAG], options: { autoInvalidate: true } })
      case "explicit":
        return this.change({ tags: [prng.pick(tagsOf(record))] })
      case "clear key":
        return this.change({ key: prng.chance(0.3) ? answerKeyOf(record) : keyOf(record) })
      case "clear all":
        return this.change({ tags: ["*"] })
      case "unrelated":
        return this.change({ tags: [`Order:${prng.below(50)}`], options: { autoInvalidate: true } })
      case "burst":
        await Promise.all(Array.from({ length: prng.between(2, 6) }, () => this.change(this.someClear())))
        return
      case "bulk":
        return this.change(this.bulkClear(record))
      case "pause":
        return this.sleep(prng.pick(PAUSES_MS))
    }
  }

  /** `useCache`: look, and on a miss load and store, without waiting for the latter. */
  private async lookup(
    record: number,
    within: readonly number[] = [],
    isTogether = false
  ): Promise<Payload | undefined> {
    const key = keyOf(record)
    const beganMs = this.scheduler.nowMs
    const viaHelper = this.prng.chance(this.profile.helperChance)
    const found = await (viaHelper ? this.helper(key) : this.process.cache.get({ key }))
    if (found) return found as Payload
    const payload = await this.load(record)
    // What is loaded is often put together from parts that are cached, too; never from itself.
    const loading = [...within, record]
    const parts = Array.from({ length: this.profile.keys }, (_, at) => at).filter((part) => !loading.includes(part))
    const nested = payload !== undefined && parts.length > 0 && this.prng.chance(this.profile.nestedLookupChance)
    const part = nested ? await this.lookup(this.prng.pick(parts), loading) : undefined
    const whole = payload && part ? this.oracle.compose(payload, part) : payload
    if (whole) this.store(whole, { beganMs, alone: !nested && !isTogether, viaHelper })
    return whole && { ...whole }
  }

  /** Visitors who ask for one page, one after the other. */
  private async visits(record: number): Promise<void> {
    for (let left = this.prng.between(1, 4); left > 0; left--) {
      await new Promise<void>((resolve) =>
        this.lane.push(
          () => `somebody asks for ${answerKeyOf(record)}`,
          () => void this.inContextOfItsOwn((mark) => this.answer(record, mark)).then(resolve)
        )
      )
    }
  }

  /** A request for an answer: who asks is looked up first, and the answer is made when there is none. */
  private async answer(record: number, mark: number | undefined): Promise<void> {
    if (this.prng.chance(0.7)) await this.process.cache.get({ key: keyOf(this.prng.below(this.profile.keys)) })
    const key = answerKeyOf(record)
    const found = await this.process.cache.find(key, mark)
    if (found.text !== undefined) return
    await this.lane.turn(() => `makes ${key}`)
    const payload = this.oracle.readSource(key, tagsOf(record), true, "")
    await this.lane.turn(() => `stores #${payload.id} as ${key}`)
    void found.store(JSON.stringify(payload), payload.tags)
  }

  /** A class that waits for a connection before it looks something up. */
  private async helper(key: string): Promise<unknown> {
    await this.lane.turn(() => "waits for a connection")
    return this.process.cache.get({ key })
  }

  /** Looks up, loads, clears on purpose and stores, all in one flow. */
  private async ownClear(record: number): Promise<void> {
    const beganMs = this.scheduler.nowMs
    if (await this.process.cache.get({ key: keyOf(record) })) return
    const payload = await this.load(record)
    if (!payload) return
    const request = this.prng.chance(0.5) ? { key: keyOf(record) } : { tags: [this.prng.pick(tagsOf(record))] }
    await this.process.cache.clear(request)
    this.oracle.setAfterOwnClear(payload, request)
    if (this.scheduler.nowMs - beganMs < LOST_LOAD_MS) this.send(payload)
  }

  /** Requests that arrive together: several misses, several loads, several sets of one key. */
  private async crowd(record: number): Promise<void> {
    const members = Array.from({ length: this.prng.between(2, 4) }, () => {
      return new Promise<void>((resolve) =>
        this.lane.push(
          () => `one of a crowd looks up ${keyOf(record)}`,
          () => void this.inContextOfItsOwn(async () => void (await this.lookup(record))).then(resolve)
        )
      )
    })
    await Promise.all(members)
  }

  /** Several keys in one context: looked up one after the other or at once, stored in any order. */
  private async bundle(): Promise<void> {
    const { prng } = this
    const records = Array.from({ length: prng.between(2, 4) }, () => prng.below(this.profile.keys))
    if (prng.chance(0.3)) {
      await Promise.all(records.map((record) => this.lookup(record, [], true)))
      return
    }
    const beganMs = this.scheduler.nowMs
    const missed: number[] = []
    if (prng.chance(0.5)) {
      const found = await Promise.all(records.map((record) => this.process.cache.get({ key: keyOf(record) })))
      missed.push(...records.filter((_, at) => !found[at]))
    } else {
      for (const record of records) if (!(await this.process.cache.get({ key: keyOf(record) }))) missed.push(record)
    }
    while (missed.length > 0) {
      const [record] = missed.splice(prng.below(missed.length), 1)
      const payload = record === undefined ? undefined : await this.load(record)
      if (payload) this.store(payload, { beganMs, alone: false, viaHelper: false })
    }
  }

  /** Gives up a load that takes too long, looks again, and stores what the first load returned after all. */
  private async retry(record: number): Promise<void> {
    const beganMs = this.scheduler.nowMs
    if (await this.process.cache.get({ key: keyOf(record) })) return
    const first = await this.load(record)
    if (await this.process.cache.get({ key: keyOf(record) })) return
    if (first) this.store(first, { beganMs, alone: false, viaHelper: false })
    const second = await this.load(record)
    if (second && this.prng.chance(0.5)) this.store(second, { beganMs, alone: false, viaHelper: false })
  }

  /** Stores what it has just read or written, without a lookup: what it hands over is true at that moment. */
  private async writeThrough(record: number): Promise<void> {
    await this.lane.turn(() => `writes ${keyOf(record)} through`)
    this.send(this.read(record))
  }

  private async load(record: number): Promise<Payload | undefined> {
    const { prng, profile } = this
    await this.lane.turn(() => `reads ${keyOf(record)} from the source`)
    if (prng.chance(profile.failingLoadChance)) return undefined
    const payload = this.read(record)
    this.scheduler.note(() => `#${payload.id} is ${keyOf(record)} at moment ${payload.moment}`)
    if (profile.boundlessLoads && prng.chance(0.4)) await this.sleep(prng.pick(PAUSES_MS))
    await this.lane.turn(() => `stores #${payload.id} as ${keyOf(record)}`)
    return payload
  }

  private read(record: number): Payload {
    const { prng } = this
    const padding = "x".repeat(prng.pick(PADDING_BYTES))
    return this.oracle.readSource(keyOf(record), tagsOf(record), !prng.chance(0.2), padding)
  }

  private store(payload: Payload, { beganMs, alone, viaHelper }: Loaded): void {
    const { inFlows, detachedChance } = this.profile
    const detached = !inFlows && this.prng.chance(detachedChance)
    const isLost = detached || (viaHelper && !inFlows)
    const send = () => {
      const tookMs = this.scheduler.nowMs - beganMs
      if (tookMs >= LOST_LOAD_MS && (isLost || !alone || viaHelper)) return
      if (isLost) this.oracle.setWithoutLookup(payload, this.scheduler.nowMs)
      this.send(payload)
    }
    if (!detached) return send()
    this.lane.push(
      () => `stores #${payload.id} from elsewhere`,
      () => void this.inContextOfItsOwn(async () => send())
    )
  }

  private send(payload: Payload): void {
    const { prng, process } = this
    const flag = payload.automatic ? prng.pick([{ autoInvalidate: true }, {}]) : { autoInvalidate: false }
    const request = {
      key: payload.key,
      data: prng.chance(0.02) ? prng.pick([null, undefined]) : payload,
      ttl: prng.pick(TTL_SECONDS),
      tags: [...payload.tags],
      options: flag,
    }
    void process.cache.set(request)
    // The caller goes on with its object.
    payload.spoilt = true
  }

  /** Commits to the source and then clears. */
  private async change(request: ClearRequest): Promise<void> {
    this.oracle.commit()
    if (this.prng.chance(0.5)) await this.lane.turn(() => "goes on after its commit")
    await this.process.cache.clear(request)
  }

  private someClear(): ClearRequest {
    const { prng } = this
    const record = prng.below(this.profile.keys)
    if (prng.chance(0.1)) return { key: keyOf(record) }
    const tags = prng.chance(0.5) ? [prng.pick(tagsOf(record))] : [`Order:${prng.below(50)}`]
    return prng.chance(0.7) ? { tags, options: { autoInvalidate: true } } : { tags }
  }

  /** An import clears hundreds of tags at once, most of them of nothing that is cached. */
  private bulkClear(record: number): ClearRequest {
    const { prng } = this
    const first = prng.below(1000)
    const tags = Array.from({ length: prng.between(8, 40) }, (_, at) => `Order:${first + at}`)
    if (prng.chance(0.5)) tags.splice(prng.below(tags.length), 0, prng.pick(tagsOf(record)))
    return prng.chance(0.5) ? { tags, options: { autoInvalidate: true } } : { tags }
  }
}

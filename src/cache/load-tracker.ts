import { AsyncLocalStorage } from "node:async_hooks"
import { type Hash, hashOfKey } from "./hash"
import type { Runtime } from "./runtime"
import { type OpenLoad, WorkClock } from "./work-clock"
import type { OwnClear, LogVersion } from "./log/tag-versions"

/**
 * A set may only use a version that was read before its own load began. So the question is: which lookup does a set
 * belong to? Medusa's core gives no handle.
 *
 * 1. A cell entered in the synchronous part of `get` travels with the caller's asynchronous context to its `set`. Cells
 *    form a short chain, so that get(a), get(b), set(a), set(b) works, and are compared by key.
 * 2. A caller that reaches `get` through a helper which awaits something first gets no cell. Where the plugin sees the
 *    beginning of a flow (a request), the flow notes the misses of all its helpers, however deep.
 * 3. A set without any of these, while misses of its key by somebody without a flow are open, may belong to one of them or
 *    be a write-through: it is unknown. Who calls this decides what becomes of it.
 * 4. Without an open miss it is a write-through: its data was fresh when it was handed over, so the newest version that
 *    was known by then is its read version. So is what follows a clear in the same flow without a lookup in between.
 *
 * A flow that looks up, loads, clears and then sets has cleared on purpose: its own clears do not count against its set.
 */
export interface LoadCell {
  readonly kind: "load"
  readonly owner: LoadTracker
  readonly key: string
  readonly startedAt: number
  /** looking: the lookup has not answered. missed: `readVersion` holds. stored: a set has used it. hit: there is nothing to load. */
  state: "looking" | "missed" | "stored" | "hit"
  /** undefined after a miss: no head was ever read, so nothing that is loaded now has a read version. */
  readVersion: LogVersion | undefined
  /** After a miss. */
  work: OpenLoad | undefined
  /** Left behind in the same context, newest first. */
  previous: Step | undefined
  readonly flow: Flow | undefined
}

/** A clear that somebody has asked for on purpose. */
export interface ClearCell {
  readonly kind: "clear"
  readonly owner: LoadTracker
  readonly own: OwnClear
  previous: Step | undefined
  readonly flow: Flow | undefined
}

type Step = LoadCell | ClearCell | FlowRoot

interface FlowRoot {
  readonly kind: "flow"
  readonly previous: undefined
  readonly flow: Flow
}

/** What happened in one flow: everything that was begun by one request. */
interface Flow {
  /** By their key, oldest first. */
  readonly misses: Map<string, LoadCell[]>
  readonly clears: ClearCell[]
  /** There were more than are kept, so that nothing in it can be taken for a write-through. */
  overflowed: boolean
}

export type SetOrigin =
  /** Loaded by a miss that is known. */
  | {
      readonly kind: "load"
      readonly readVersion: LogVersion
      readonly startedAt: number
      /** What it would have taken alone, in microseconds; 0 when that is not known. */
      readonly costMicros: number
      /** Of the same flow; they do not count against the set. */
      readonly clears: readonly OwnClear[]
    }
  /** No miss is known. */
  | { readonly kind: "write-through"; readonly readVersion: LogVersion }
  /** A write-through, or loaded by a miss as old as `since`; undefined is older than any. */
  | { readonly kind: "unknown"; readonly readVersion: LogVersion; readonly since: LogVersion | undefined }
  /** No version is known that is older than the data: must not be stored. */
  | { readonly kind: "unproven" }

const UNPROVEN: SetOrigin = { kind: "unproven" }

/** A job may look up many keys at once, before it loads any of them. */
const MAX_CHAIN = 64

/** Per flow. */
const MAX_FLOW_KEYS = 1_000
const MAX_FLOW_MISSES_PER_KEY = 16
const MAX_FLOW_CLEARS = 16

/** Loads that take longer than this and have lost their context are taken for write-throughs. */
const REMEMBER_MS = 60_000

const MAX_REMEMBERED = 20_000

/** What is left of them when there are too many. */
const KEPT_SHARE = 7 / 8

/** How often expired ones are looked for. */
const SWEEP_MS = 10_000

/** A miss whose set may already have come is in doubt for this long: another set may have been taken for its own. */
const USUAL_LOAD_MS = 10_000

/** Misses of one key in this time are remembered together. */
const TOGETHER_MS = 5_000

/** Misses of one key by callers without a flow, which came together. */
interface Misses {
  readonly firstAt: number
  lastAt: number
  /** Without a set. */
  open: number
  /** undefined is older than any. */
  oldest: LogVersion | undefined
}

// Node starts to propagate contexts with the first use: promises made before it would carry none, and the first cell would
// be everybody's. Running with undefined, which is what an unused storage holds, would not count as a use.
const contexts = new AsyncLocalStorage<Step | undefined>()
inFlow(() => undefined)

/** Runs what belongs together, a request for example, as a flow of its own. */
export function inFlow<T>(run: () => T): T {
  const flow: Flow = { misses: new Map(), clears: [], overflowed: false }
  return contexts.run({ kind: "flow", previous: undefined, flow }, run)
}

export class LoadTracker {
  readonly #runtime: Runtime
  readonly #clock: WorkClock
  /** By hash of the key, in the order of the last miss; oldest first. Keys that collide share the older version, which is safe. */
  readonly #remembered = new Map<Hash, Misses[]>()
  /** While it lasts, misses may have been forgotten for lack of room. */
  #forgetfulUntil = 0
  #nextSweepAt = 0

  constructor(runtime: Runtime) {
    this.#runtime = runtime
    this.#clock = new WorkClock(runtime)
  }

  /** To be called in the synchronous part of a lookup. */
  begin(key: string, startedAt: number): LoadCell {
    const before = contexts.getStore()
    const cell: LoadCell = {
      kind: "load",
      owner: this,
      key,
      startedAt,
      state: "looking",
      readVersion: undefined,
      work: undefined,
      previous: openAncestor(before),
      flow: before?.flow,
    }
    enter(cell)
    return cell
  }

  hit(cell: LoadCell): void {
    cell.state = "hit"
  }

  missed(cell: LoadCell, readVersion: LogVersion | undefined): void {
    cell.state = "missed"
    cell.readVersion = readVersion
    cell.work = this.#clock.begin(isPartOfALoad(cell))
    if (cell.flow) noteMiss(cell.flow, cell)
    else this.#remember(cell.key, readVersion)
  }

  /** To be called in the synchronous part of an explicit clear. */
  clears(own: OwnClear): void {
    const before = contexts.getStore()
    const cell: ClearCell = { kind: "clear", owner: this, own, previous: openAncestor(before), flow: before?.flow }
    enter(cell)
    if (!cell.flow) return
    cell.flow.clears.push(cell)
    if (cell.flow.clears.length > MAX_FLOW_CLEARS) cell.flow.clears.shift()
  }

  /** To be called in the synchronous part of a set. `newest` is the newest version that this process has read. */
  match(key: string, newest: LogVersion | undefined): SetOrigin {
    const context = contexts.getStore()
    const own = this.#ownMisses(key, context)
    const [nearest] = own
    if (nearest) {
      // Several lookups of one key in one context: their loads cannot be told apart, so all use the oldest version.
      const oldest = own.reduce<LogVersion | undefined>(
        (readVersion, cell) => older(readVersion, cell.readVersion),
        nearest.readVersion
      )
      for (const cell of own) cell.readVersion = oldest
      const costMicros = this.#stored(nearest)
      return this.#loadOf(oldest, nearest.startedAt, costMicros, context)
    }
    // One load, two sets: the second one may have the same data, soon after; later ones have other data, perhaps.
    const stored = this.#storedCell(key, context)
    if (stored && this.#runtime.elapsed() - stored.startedAt < USUAL_LOAD_MS) {
      return this.#loadOf(stored.readVersion, stored.startedAt, 0, context)
    }
    if (!newest) return UNPROVEN
    const since = stored ? stored.readVersion : this.#doubt(key, context)
    if (since === "none") return { kind: "write-through", readVersion: newest }
    // What its flow stores after it has cleared on purpose, it has made after that.
    const cleared = this.#clearedIn(context)
    const isBefore = !since || older(since, cleared) === since
    return {
      kind: "unknown",
      readVersion: newest,
      since: cleared?.epoch === newest.epoch && isBefore ? cleared : since,
    }
  }

  #loadOf(
    readVersion: LogVersion | undefined,
    startedAt: number,
    costMicros: number,
    context: Step | undefined
  ): SetOrigin {
    return readVersion
      ? { kind: "load", readVersion, startedAt, costMicros, clears: this.#clearsIn(context) }
      : UNPROVEN
  }

  /**
   * Of the context, else of the flow. Those that were left open long ago do not count, or a load that failed once would
   * hold back a loop for ever; but the nearest does.
   */
  #ownMisses(key: string, context: Step | undefined): LoadCell[] {
    const isOwn = (cell: Step): cell is LoadCell =>
      cell.kind === "load" && cell.owner === this && cell.key === key && cell.state === "missed"
    let cells = [...chainOf(context)].filter(isOwn)
    if (cells.length === 0) cells = (context?.flow?.misses.get(key) ?? []).filter(isOwn).reverse()
    const now = this.#runtime.elapsed()
    return cells.filter((cell, i) => i === 0 || now - cell.startedAt < REMEMBER_MS)
  }

  #clearsIn(context: Step | undefined): OwnClear[] {
    const cells = [...chainOf(context), ...(context?.flow?.clears ?? [])]
    return cells.flatMap((cell) => (cell.kind === "clear" && cell.owner === this ? [cell.own] : []))
  }

  /** Where the newest clear of this context stands; undefined: there is none, or it is not in the log yet. */
  #clearedIn(context: Step | undefined): LogVersion | undefined {
    for (const cell of chainOf(context)) if (cell.kind === "clear" && cell.owner === this) return cell.own.at
    return undefined
  }

  /** The oldest version that a set without a known lookup may belong to. "none": it is a write-through. */
  #doubt(key: string, context: Step | undefined): LogVersion | undefined | "none" {
    const now = this.#runtime.elapsed()
    if (context?.flow) return context.flow.overflowed ? undefined : "none"
    const remembered = this.#remembered.get(hashOfKey(key)) ?? []
    const readVersions = remembered.filter((misses) => isDoubtful(misses, now)).map(({ oldest }) => oldest)
    this.#forgetOne(key)
    if (now < this.#forgetfulUntil) return undefined
    return readVersions.length === 0 ? "none" : readVersions.reduce(older)
  }

  /** The newest lookup of the key in this context or flow whose set has come, if that was not long ago. */
  #storedCell(key: string, context: Step | undefined): LoadCell | undefined {
    const now = this.#runtime.elapsed()
    const isStored = (cell: Step): cell is LoadCell =>
      cell.kind === "load" &&
      cell.owner === this &&
      cell.key === key &&
      cell.state === "stored" &&
      now - cell.startedAt < REMEMBER_MS
    return [...chainOf(context)].find(isStored) ?? context?.flow?.misses.get(key)?.findLast(isStored)
  }

  /** Returns what the load took, in microseconds. */
  #stored(cell: LoadCell): number {
    cell.state = "stored"
    if (!cell.flow) this.#forgetOne(cell.key)
    return cell.work ? Math.round(this.#clock.end(cell.work) * 1000) : 0
  }

  #remember(key: string, readVersion: LogVersion | undefined): void {
    const now = this.#runtime.elapsed()
    const hash = hashOfKey(key)
    const known = (this.#remembered.get(hash) ?? []).filter(({ lastAt }) => now - lastAt < REMEMBER_MS)
    const last = known.at(-1)
    if (last && now - last.firstAt < TOGETHER_MS) {
      last.lastAt = now
      last.open += 1
      last.oldest = older(last.oldest, readVersion)
    } else {
      known.push({ firstAt: now, lastAt: now, open: 1, oldest: readVersion })
    }
    this.#remembered.delete(hash)
    this.#remembered.set(hash, known)
    if (this.#remembered.size > MAX_REMEMBERED || now >= this.#nextSweepAt) this.#forgetOldest(now)
  }

  /** One of the misses of the key has its set: the first one, as far as anybody can tell. */
  #forgetOne(key: string): void {
    const first = this.#remembered.get(hashOfKey(key))?.find(({ open }) => open > 0)
    if (first) first.open -= 1
  }

  /** Many at a time: on its way to the first one, a Map's iterator steps over all that were deleted before. */
  #forgetOldest(now: number): void {
    this.#nextSweepAt = now + SWEEP_MS
    const room = this.#remembered.size > MAX_REMEMBERED ? Math.floor(MAX_REMEMBERED * KEPT_SHARE) : MAX_REMEMBERED
    for (const [oldest, misses] of this.#remembered) {
      const lastAt = misses.at(-1)?.lastAt ?? -Infinity
      const expired = now - lastAt >= REMEMBER_MS
      if (!expired && this.#remembered.size <= room) break
      this.#remembered.delete(oldest)
      if (!expired) this.#forgetfulUntil = Math.max(this.#forgetfulUntil, lastAt + REMEMBER_MS)
    }
  }
}

/** A set that nothing is known of may belong to one of these. */
const isDoubtful = ({ open, lastAt }: Misses, now: number): boolean =>
  now - lastAt < (open > 0 ? REMEMBER_MS : USUAL_LOAD_MS)

/** What came before is kept, as far as a set can still belong to it. */
function enter(cell: LoadCell | ClearCell): void {
  let oldest: Step = cell
  for (let depth = 1; depth < MAX_CHAIN && oldest.previous; depth++) oldest = oldest.previous
  if (oldest.kind !== "flow") oldest.previous = undefined
  contexts.enterWith(cell)
}

/** Newest first. */
function* chainOf(context: Step | undefined): Generator<Step> {
  for (let step = context; step; step = step.previous) yield step
}

const isPartOfALoad = (cell: LoadCell): boolean => {
  for (const step of chainOf(cell.previous)) if (step.kind === "load" && step.state === "missed") return true
  return false
}

/** Lookups that hit need not be kept by the contexts that come after them. */
function openAncestor(step: Step | undefined): Step | undefined {
  let ancestor = step
  while (ancestor?.kind === "load" && ancestor.state === "hit") ancestor = ancestor.previous
  return ancestor
}

function noteMiss(flow: Flow, cell: LoadCell): void {
  const known = flow.misses.get(cell.key) ?? []
  const kept = known.length < MAX_FLOW_MISSES_PER_KEY ? known : known.filter(({ state }) => state === "missed")
  const hasRoom = kept.length < MAX_FLOW_MISSES_PER_KEY && (known.length > 0 || flow.misses.size < MAX_FLOW_KEYS)
  if (hasRoom) flow.misses.set(cell.key, [...kept, cell])
  else flow.overflowed = true
}

/** Versions of two epochs cannot be ordered, and the older log is dead: no read version is older than any. */
function older(a: LogVersion | undefined, b: LogVersion | undefined): LogVersion | undefined {
  if (!a || !b || a.epoch !== b.epoch) return undefined
  return a.version <= b.version ? a : b
}

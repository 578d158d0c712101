import { AsyncLocalStorage } from "node:async_hooks"
import type { OwnClear, LogVersion } from "./log/tag-versions"
import { type MissLimits, older, RememberedMisses, USUAL_LOAD_MS } from "./remembered-misses"
import type { Runtime } from "./runtime"
import { type OpenLoad, WorkClock } from "./work-clock"

export interface LoadLimits extends MissLimits {
  /** Lookups and clears that one context keeps. A job may look up many keys at once, before it loads any of them. */
  readonly maxChain: number
}

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

/** Per flow. */
const MAX_FLOW_KEYS = 1_000
const MAX_FLOW_MISSES_PER_KEY = 16
const MAX_FLOW_CLEARS = 16

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
  readonly #limits: LoadLimits
  /** By callers without a flow. */
  readonly #misses: RememberedMisses

  constructor(runtime: Runtime, limits: LoadLimits) {
    this.#runtime = runtime
    this.#clock = new WorkClock(runtime)
    this.#limits = limits
    this.#misses = new RememberedMisses(runtime, limits)
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
    this.#enter(cell)
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
    else this.#misses.add(cell.key, readVersion)
  }

  /** To be called in the synchronous part of an explicit clear. */
  clears(own: OwnClear): void {
    const before = contexts.getStore()
    const cell: ClearCell = { kind: "clear", owner: this, own, previous: openAncestor(before), flow: before?.flow }
    this.#enter(cell)
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
      const readVersion = this.readVersionOf(own)
      for (const cell of own) cell.readVersion = readVersion
      const costMicros = this.#stored(nearest)
      return this.#loadOf(readVersion, nearest.startedAt, costMicros, context)
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

  /** Several lookups of one key in one context: their loads cannot be told apart, so all use the oldest version. */
  protected readVersionOf(own: readonly LoadCell[]): LogVersion | undefined {
    return own.map(({ readVersion }) => readVersion).reduce(older)
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
    return cells.filter((cell, i) => i === 0 || now - cell.startedAt < this.#limits.rememberMs)
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
    if (context?.flow) return context.flow.overflowed ? undefined : "none"
    const oldest = this.#misses.oldestOf(key)
    this.#misses.settleOne(key)
    return oldest
  }

  /** The newest lookup of the key in this context or flow whose set has come, if that was not long ago. */
  #storedCell(key: string, context: Step | undefined): LoadCell | undefined {
    const now = this.#runtime.elapsed()
    const isStored = (cell: Step): cell is LoadCell =>
      cell.kind === "load" &&
      cell.owner === this &&
      cell.key === key &&
      cell.state === "stored" &&
      now - cell.startedAt < this.#limits.rememberMs
    return [...chainOf(context)].find(isStored) ?? context?.flow?.misses.get(key)?.findLast(isStored)
  }

  /** Returns what the load took, in microseconds. */
  #stored(cell: LoadCell): number {
    cell.state = "stored"
    if (!cell.flow) this.#misses.settleOne(cell.key)
    return cell.work ? Math.round(this.#clock.end(cell.work) * 1000) : 0
  }

  /** What came before is kept, as far as a set can still belong to it. */
  #enter(cell: LoadCell | ClearCell): void {
    let oldest: Step = cell
    for (let depth = 1; depth < this.#limits.maxChain && oldest.previous; depth++) oldest = oldest.previous
    if (oldest.kind !== "flow") oldest.previous = undefined
    contexts.enterWith(cell)
  }
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

import { AsyncLocalStorage } from "node:async_hooks"
import type { LogReading } from "../log/log-reading"
import type { ServerLog } from "../log/server-log"
import type { OwnClear, LogVersion } from "../log/tag-versions"
import { Recording } from "./recording"
import { type MissLimits, older, RememberedMisses, USUAL_LOAD_MS } from "./remembered-misses"
import type { RepeatableRequest } from "../repeatable-request"
import type { Runtime } from "../support/runtime"
import { type LoadWork, type OpenLoad, WorkClock } from "./work-clock"

export interface LoadLimits extends MissLimits {
  /**
   * The number of lookups and clears that one context keeps. A job may look up many keys before it loads any of them.
   */
  readonly maxChain: number
}

/**
 * A set may only use a version that was read before its own load began. So the tracker has to find the lookup that a
 * set belongs to, and Medusa's core gives no handle.
 *
 * 1. A cell entered in the synchronous part of `get` travels with the caller's asynchronous context to its `set`. Cells
 *   form a short chain and are compared by key, so that get(a), get(b), set(a), set(b) works.
 * 2. A caller that reaches `get` through a helper which awaits something first gets no cell. Where the plugin sees the
 *   beginning of a flow (a request), the flow notes the misses of all its helpers, at any depth.
 * 3. Without either of these, a set is unknown while misses of its key by callers without a flow are open. It may
 *   belong to one of those misses or be a write-through. The caller of `match` decides what to do with it.
 * 4. Without an open miss a set is a write-through. Its data was fresh when it was handed over, so its read version is
 *   the newest one known by then. The same holds for a set that follows a clear in the same flow without a lookup in
 *   between.
 *
 * A flow that looks up, loads, clears and then sets has cleared on purpose. Its own clears do not count against its
 * set.
 */
export interface LoadCell {
  readonly kind: "load"
  readonly owner: LoadTracker
  readonly key: string
  readonly startedAt: number
  /**
   * - looking: the lookup has not been answered.
   * - missed: `readVersion` is valid.
   * - stored: a set has used it.
   * - hit: there is nothing to load.
   */
  state: "looking" | "missed" | "stored" | "hit"
  /** Undefined after a miss: no head has ever been read, so data that is loaded now has no read version. */
  readVersion: LogVersion | undefined
  /** Set after a miss. */
  work: OpenLoad | undefined
  /** What was read since the miss, as far as it is known. */
  reads: Recording | undefined
  /** The step before this one in the same context. */
  previous: Step | undefined
  readonly flow: Flow | undefined
}

/** An explicit clear. */
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

/** One flow: everything that one request has begun. */
export interface Flow {
  /** The request, if another one like it may be made. It decides nothing. */
  readonly request: RepeatableRequest | undefined
  /** Misses by key, oldest first. */
  readonly misses: Map<string, LoadCell[]>
  readonly clears: ClearCell[]
  /** Whether there were more misses than are kept. Then no set of the flow can be taken for a write-through. */
  overflowed: boolean
  /** What the flow reads, if somebody wants to know. */
  recording: Recording | undefined
  /** The last reading by one of its lookups, of each log. */
  readings: Map<ServerLog, LogReading | undefined> | undefined
}

export type SetOrigin =
  /** Loaded by a known miss. */
  | {
      readonly kind: "load"
      readonly readVersion: LogVersion
      readonly startedAt: number
      /** What the load would have taken alone. Undefined when unknown. */
      readonly work: LoadWork | undefined
      /** Clears of the same flow, which do not count against the set. */
      readonly clears: readonly OwnClear[]
      /** What it has read, as far as that is known. */
      readonly reads: readonly Recording[]
    }
  /** No miss is known. */
  | { readonly kind: "write-through"; readonly readVersion: LogVersion }
  /** A write-through, or loaded by a miss as old as `since`. Undefined is older than any version. */
  | { readonly kind: "unknown"; readonly readVersion: LogVersion; readonly since: LogVersion | undefined }
  /** No known version is older than the data, so it must not be stored. */
  | { readonly kind: "unproven" }

const UNPROVEN: SetOrigin = { kind: "unproven" }

/** Limits of one flow. */
const MAX_FLOW_KEYS = 1_000
const MAX_FLOW_MISSES_PER_KEY = 16
const MAX_FLOW_CLEARS = 16

// Node starts to propagate contexts with the first use of a storage. Promises made before that would carry none, so
// that all would share the first cell. Running with undefined, the value of an unused storage, would not count as a
// use.
const contexts = new AsyncLocalStorage<Step | undefined>()
inFlow(() => undefined)

/** Runs related work, a request for example, as a flow of its own. */
export function inFlow<T>(run: () => T, request?: RepeatableRequest): T {
  const unset = { recording: undefined, readings: undefined }
  const flow: Flow = { request, misses: new Map(), clears: [], overflowed: false, ...unset }
  return contexts.run({ kind: "flow", previous: undefined, flow }, run)
}

/** Returns the request that this context belongs to, if another one like it may be made. */
export const currentRequest = (): RepeatableRequest | undefined => contexts.getStore()?.flow?.request

/** Returns what records the reads of this flow, if anything does. */
export const currentRecording = (): Recording | undefined => contexts.getStore()?.flow?.recording

/**
 * Records what this flow reads from now on, until the returned function is called. Undefined outside of a flow, or when
 * it is being recorded already.
 */
export function beginRecording(): { readonly recording: Recording; readonly end: () => void } | undefined {
  const flow = contexts.getStore()?.flow
  if (!flow || flow.recording) return undefined
  const recording = new Recording()
  flow.recording = recording
  return { recording, end: () => (flow.recording = undefined) }
}

/** Returns the recordings of the loads that are under way in this context: their data is made of what it reads. */
export const loadRecordings = (): readonly Recording[] => recordingsOf(contexts.getStore())

/** Returns the recordings of the loads that a lookup is part of. */
export const outerRecordings = (cell: LoadCell): readonly Recording[] => recordingsOf(cell.previous)

function recordingsOf(context: Step | undefined): readonly Recording[] {
  const recordings: Recording[] = []
  for (const step of chainOf(context)) {
    if (step.kind === "load" && step.state === "missed") recordings.push((step.reads ??= new Recording()))
  }
  return recordings
}

export class LoadTracker {
  readonly #runtime: Runtime
  readonly #clock: WorkClock
  readonly #limits: LoadLimits
  /** Misses by callers without a flow. */
  readonly #misses: RememberedMisses

  constructor(runtime: Runtime, limits: LoadLimits) {
    this.#runtime = runtime
    this.#clock = new WorkClock(runtime)
    this.#limits = limits
    this.#misses = new RememberedMisses(runtime, limits)
  }

  /** Starts tracking a lookup. Call it in the synchronous part of the lookup. */
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
      reads: undefined,
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
    this.notFound(cell, readVersion)
    this.works(cell)
  }

  /** Notes a miss that may not lead to a load: somebody else's may be waited for. */
  notFound(cell: LoadCell, readVersion: LogVersion | undefined): void {
    cell.state = "missed"
    cell.readVersion = readVersion
    if (cell.flow) noteMiss(cell.flow, cell)
    else this.#misses.add(cell.key, readVersion)
  }

  /** Starts to measure the load that a miss has led to. */
  works(cell: LoadCell): void {
    cell.work = this.#clock.begin(isPartOfALoad(cell))
  }

  /** Ends a load of which nothing is stored. */
  gaveUp(cell: LoadCell): void {
    if (cell.work) this.#clock.end(cell.work)
  }

  /** Notes an explicit clear. Call it in the synchronous part of the clear. */
  clears(own: OwnClear): void {
    const before = contexts.getStore()
    const cell: ClearCell = { kind: "clear", owner: this, own, previous: openAncestor(before), flow: before?.flow }
    this.#enter(cell)
    if (!cell.flow) return
    cell.flow.clears.push(cell)
    if (cell.flow.clears.length > MAX_FLOW_CLEARS) cell.flow.clears.shift()
  }

  /**
   * Finds where a set's data comes from. Call it in the synchronous part of the set. `newest` is the newest version
   * that this process has read.
   */
  match(key: string, newest: LogVersion | undefined): SetOrigin {
    const context = contexts.getStore()
    const own = this.#ownMisses(key, context)
    const [nearest] = own
    if (nearest) {
      const readVersion = this.readVersionOf(own)
      for (const cell of own) cell.readVersion = readVersion
      return this.#loadOf(nearest, this.#stored(nearest), context, own)
    }
    // One load may make two sets. A second one soon after may have the same data; later ones may have other data.
    const stored = this.#storedCell(key, context)
    if (stored && this.#runtime.elapsed() - stored.startedAt < USUAL_LOAD_MS) {
      return this.#loadOf(stored, undefined, context)
    }
    if (!newest) return UNPROVEN
    const since = stored ? stored.readVersion : this.#doubt(key, context)
    if (since === "none") return { kind: "write-through", readVersion: newest }
    // Data that a flow stores after its own explicit clear was made after that clear.
    const cleared = this.#clearedIn(context, newest)
    const isBefore = !since || older(since, cleared) === since
    return { kind: "unknown", readVersion: newest, since: cleared && isBefore ? cleared : since }
  }

  /** Ends a load whose lookup is known, and returns where its data comes from. */
  ended(cell: LoadCell): SetOrigin {
    return this.#loadOf(cell, this.#stored(cell), undefined)
  }

  /** Returns the oldest read version. The loads of several lookups of one key in one context cannot be told apart. */
  protected readVersionOf(own: readonly LoadCell[]): LogVersion | undefined {
    return own.map(({ readVersion }) => readVersion).reduce(older)
  }

  /** `cells` are those that the set may belong to. */
  #loadOf(
    cell: LoadCell,
    work: LoadWork | undefined,
    context: Step | undefined,
    cells: readonly LoadCell[] = [cell]
  ): SetOrigin {
    const { readVersion, startedAt } = cell
    if (!readVersion) return UNPROVEN
    const reads = cells.flatMap((each) => each.reads ?? [])
    return { kind: "load", readVersion, startedAt, work, reads, clears: this.#clearsIn(context) }
  }

  /**
   * Returns the open misses of a key: those of the context, then those of the flow. All of them count: a set whose own
   * lookup is not in its context may be taken for that of one which is, and what is left must not be newer. Misses that
   * were left open long ago do not count, or a load that failed once would hold back a loop for ever. The nearest miss
   * always counts.
   */
  #ownMisses(key: string, context: Step | undefined): LoadCell[] {
    const isOwn = (cell: Step): cell is LoadCell =>
      cell.kind === "load" && cell.owner === this && cell.key === key && cell.state === "missed"
    const ofFlow = (context?.flow?.misses.get(key) ?? []).filter(isOwn).reverse()
    const cells = [...new Set([...[...chainOf(context)].filter(isOwn), ...ofFlow])]
    const now = this.#runtime.elapsed()
    return cells.filter((cell, i) => i === 0 || now - cell.startedAt < this.#limits.rememberMs)
  }

  #clearsIn(context: Step | undefined): OwnClear[] {
    const cells = [...chainOf(context), ...(context?.flow?.clears ?? [])]
    return cells.flatMap((cell) => (cell.kind === "clear" && cell.owner === this ? [cell.own] : []))
  }

  /**
   * Returns the version of the newest clear of this context in the log of a version, which it does not exceed. Undefined
   * when the clear is not there.
   */
  #clearedIn(context: Step | undefined, newest: LogVersion): LogVersion | undefined {
    const { epoch } = newest
    for (const cell of chainOf(context)) {
      if (cell.kind !== "clear" || cell.owner !== this) continue
      const effect = cell.own.effectIn(epoch)
      return effect && { epoch, version: Math.min(effect.version, newest.version) }
    }
    return undefined
  }

  /**
   * Returns the oldest version that a set without a known lookup may belong to. "none" means that it is a
   * write-through.
   */
  #doubt(key: string, context: Step | undefined): LogVersion | undefined | "none" {
    if (context?.flow) return context.flow.overflowed ? undefined : "none"
    const oldest = this.#misses.oldestOf(key)
    this.#misses.settleOne(key)
    return oldest
  }

  /** Returns the newest lookup of the key in this context or flow whose set has come, if that was not long ago. */
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

  /** Returns what the load took. */
  #stored(cell: LoadCell): LoadWork | undefined {
    cell.state = "stored"
    if (!cell.flow) this.#misses.settleOne(cell.key)
    return cell.work && this.#clock.end(cell.work)
  }

  /** Enters a cell and keeps the steps before it, as far as sets can still belong to them. */
  #enter(cell: LoadCell | ClearCell): void {
    let oldest: Step = cell
    for (let depth = 1; depth < this.#limits.maxChain && oldest.previous; depth++) oldest = oldest.previous
    if (oldest.kind !== "flow") oldest.previous = undefined
    contexts.enterWith(cell)
  }
}

/** Yields the steps of a context, newest first. */
function* chainOf(context: Step | undefined): Generator<Step> {
  for (let step = context; step; step = step.previous) yield step
}

const isPartOfALoad = (cell: LoadCell): boolean => {
  for (const step of chainOf(cell.previous)) if (step.kind === "load" && step.state === "missed") return true
  return false
}

/** Skips lookups that hit, so that later contexts do not keep them. */
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

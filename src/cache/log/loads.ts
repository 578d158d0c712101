import { AsyncLocalStorage } from "node:async_hooks"
import { type Hash, hashOfKey } from "../hash"
import type { Runtime } from "../runtime"
import type { Stamp } from "./view"

/**
 * A set may only use a position that was read before its own load began. So the question is: which lookup does a set
 * belong to? Medusa's core gives no handle, and it merges lookups of the same key that overlap: one `get` here can be
 * followed by many loads and many sets.
 *
 * 1. A cell entered in the synchronous part of `get` travels with the caller's asynchronous context to its `set`. Cells
 *    form a short chain, so that get(a), get(b), set(a), set(b) works, and are compared by key.
 * 2. A set without a cell (a merged follower, a context that does not propagate) uses the oldest position remembered for
 *    its key. Older is always safe: at worst the entry is void.
 * 3. A set without any remembered miss is no load but a write-through: its data was fresh when it was handed over, so the
 *    newest position that was known by then is its stamp.
 */
export interface LoadCell {
  readonly owner: Loads
  readonly key: string
  readonly startedAt: number
  /** looking: the lookup has not answered. missed: `stamp` holds. done: it was a hit, or a set has used it. */
  state: "looking" | "missed" | "done"
  /** undefined after a miss: no head was ever read, so nothing that is loaded now can be stamped. */
  stamp: Stamp | undefined
  /** Left behind in the same context, newest first. */
  previous: LoadCell | undefined
}

export type StampSource =
  /** Loaded by a miss that is known. */
  | { readonly kind: "load"; readonly stamp: Stamp; readonly startedAt: number | undefined }
  /** No miss is known. */
  | { readonly kind: "write-through"; readonly stamp: Stamp }
  /** No position is known that is older than the data: must not be stored. */
  | { readonly kind: "unproven" }

const UNPROVEN: StampSource = { kind: "unproven" }

const MAX_CHAIN = 8

/** Loads that take longer than this and have lost their context are taken for write-throughs. */
const REMEMBER_MS = 60_000

const MAX_REMEMBERED = 20_000

/** What is left of them when there are too many. */
const KEPT_SHARE = 7 / 8

/** How often expired ones are looked for. */
const SWEEP_MS = 10_000

/**
 * Misses of one key, in two periods of `REMEMBER_MS`, so that each is remembered for at least that long and the memory
 * of a key that is missed all the time still moves on.
 */
interface Remembered {
  periodStartedAt: number
  lastMissAt: number
  /** The oldest position of the period; undefined is older than any. */
  current: Stamp | undefined
  previous: { readonly stamp: Stamp | undefined } | undefined
}

// Node starts to propagate contexts with the first use: promises made before it would carry none, and the first cell would
// be everybody's. Running with undefined, which is what an unused storage holds, would not count as a use.
const contexts = new AsyncLocalStorage<LoadCell | undefined>()
contexts.run({} as LoadCell, () => undefined)

export class Loads {
  readonly #runtime: Runtime
  /** By hash of the key, in the order of the last miss. Keys that collide share the older position, which is safe. */
  readonly #remembered = new Map<Hash, Remembered>()
  /** While it lasts, misses may have been forgotten for lack of room, so no set can be taken for a write-through. */
  #forgetfulUntil = 0
  #nextSweepAt = 0

  constructor(runtime: Runtime) {
    this.#runtime = runtime
  }

  /** To be called in the synchronous part of a lookup. */
  begin(key: string, startedAt: number): LoadCell {
    const cell: LoadCell = {
      owner: this,
      key,
      startedAt,
      state: "looking",
      stamp: undefined,
      previous: openAncestor(contexts.getStore()),
    }
    let oldest = cell
    for (let depth = 1; depth < MAX_CHAIN && oldest.previous; depth++) oldest = oldest.previous
    oldest.previous = undefined
    contexts.enterWith(cell)
    return cell
  }

  hit(cell: LoadCell): void {
    cell.state = "done"
  }

  missed(cell: LoadCell, stamp: Stamp | undefined): void {
    cell.state = "missed"
    cell.stamp = stamp
    this.#remember(cell.key, stamp)
  }

  /** To be called in the synchronous part of a store. `newest` is the newest position that this process has read. */
  match(key: string, newest: Stamp | undefined): StampSource {
    const cells = this.#openCells(key)
    const [nearest] = cells
    if (nearest) {
      // Several lookups of one key in one context: their loads cannot be told apart, so all use the oldest position. Those
      // that were left open long ago do not count, or a load that failed once would hold back a loop for ever.
      const oldest = cells.reduce<Stamp | undefined>((stamp, cell) => older(stamp, cell.stamp), nearest.stamp)
      for (const cell of cells) cell.stamp = oldest
      nearest.state = "done"
      return oldest ? { kind: "load", stamp: oldest, startedAt: nearest.startedAt } : UNPROVEN
    }
    if (this.#runtime.elapsed() < this.#forgetfulUntil) return UNPROVEN
    const remembered = this.#remembered.get(hashOfKey(key))
    if (remembered && this.#runtime.elapsed() - remembered.lastMissAt < REMEMBER_MS) {
      const { current, previous } = remembered
      const stamp = previous ? older(previous.stamp, current) : current
      return stamp ? { kind: "load", stamp, startedAt: undefined } : UNPROVEN
    }
    return newest ? { kind: "write-through", stamp: newest } : UNPROVEN
  }

  #openCells(key: string): LoadCell[] {
    const cells: LoadCell[] = []
    for (let cell = contexts.getStore(); cell; cell = cell.previous) {
      if (cell.owner !== this || cell.key !== key || cell.state !== "missed") continue
      if (cells.length === 0 || this.#runtime.elapsed() - cell.startedAt < REMEMBER_MS) cells.push(cell)
    }
    return cells
  }

  #remember(key: string, stamp: Stamp | undefined): void {
    const now = this.#runtime.elapsed()
    const hash = hashOfKey(key)
    const known = this.#remembered.get(hash)
    this.#remembered.delete(hash)
    this.#remembered.set(hash, known ? remembering(known, stamp, now) : firstMiss(stamp, now))
    if (this.#remembered.size > MAX_REMEMBERED || now >= this.#nextSweepAt) this.#forgetOldest(now)
  }

  /** Many at a time: on its way to the first one, a Map's iterator steps over all that were deleted before. */
  #forgetOldest(now: number): void {
    this.#nextSweepAt = now + SWEEP_MS
    const room = this.#remembered.size > MAX_REMEMBERED ? Math.floor(MAX_REMEMBERED * KEPT_SHARE) : MAX_REMEMBERED
    for (const [oldest, { lastMissAt }] of this.#remembered) {
      const expired = now - lastMissAt >= REMEMBER_MS
      if (!expired && this.#remembered.size <= room) break
      this.#remembered.delete(oldest)
      if (!expired) this.#forgetfulUntil = Math.max(this.#forgetfulUntil, lastMissAt + REMEMBER_MS)
    }
  }
}

const firstMiss = (stamp: Stamp | undefined, now: number): Remembered => ({
  periodStartedAt: now,
  lastMissAt: now,
  current: stamp,
  previous: undefined,
})

function remembering(known: Remembered, stamp: Stamp | undefined, now: number): Remembered {
  const age = now - known.periodStartedAt
  if (age >= 2 * REMEMBER_MS) return firstMiss(stamp, now)
  if (age >= REMEMBER_MS) return { ...firstMiss(stamp, now), previous: { stamp: known.current } }
  known.lastMissAt = now
  known.current = older(known.current, stamp)
  return known
}

/** Done cells need not be kept by the contexts that come after them. */
function openAncestor(cell: LoadCell | undefined): LoadCell | undefined {
  let ancestor = cell
  while (ancestor?.state === "done") ancestor = ancestor.previous
  return ancestor
}

/** Stamps of two lineages cannot be ordered, and the older log is dead: no stamp is older than any. */
function older(a: Stamp | undefined, b: Stamp | undefined): Stamp | undefined {
  if (!a || !b || a.lineage !== b.lineage) return undefined
  return a.position <= b.position ? a : b
}

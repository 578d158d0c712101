import { type Fault, FAULTS } from "./profile"
import { type Situation, type Situations, SITUATIONS } from "./situations"

/** Below these a campaign proves nothing: a cache that is always empty is never stale. */
const MIN_HIT_RATE = 0.2
const MIN_SECOND_HIT_RATE = 0.97

/** What happened in one schedule or in many. */
export class Tally {
  schedules = 0
  steps = 0
  lookups = 0
  hits = 0
  answerLookups = 0
  answerHits = 0
  sets = 0
  stored = 0
  clears = 0
  applied = 0
  pending = 0
  delivered = 0
  /** Lookups of an entry stored just before, in schedules without faults, clears or other writers under way. */
  secondReads = 0
  secondHits = 0
  virtualMs = 0
  slowestLookupMs = 0
  slowestClearMs = 0
  readonly faults: Partial<Record<Fault, number>> = {}
  situations: Situations = {}

  fault(fault: Fault): void {
    this.faults[fault] = (this.faults[fault] ?? 0) + 1
  }

  add(other: Tally): void {
    this.schedules += other.schedules
    this.steps += other.steps
    this.lookups += other.lookups
    this.hits += other.hits
    this.answerLookups += other.answerLookups
    this.answerHits += other.answerHits
    this.sets += other.sets
    this.stored += other.stored
    this.clears += other.clears
    this.applied += other.applied
    this.pending += other.pending
    this.delivered += other.delivered
    this.secondReads += other.secondReads
    this.secondHits += other.secondHits
    this.virtualMs += other.virtualMs
    this.slowestLookupMs = Math.max(this.slowestLookupMs, other.slowestLookupMs)
    this.slowestClearMs = Math.max(this.slowestClearMs, other.slowestClearMs)
    for (const [fault, count] of Object.entries(other.faults) as [Fault, number][]) {
      this.faults[fault] = (this.faults[fault] ?? 0) + count
    }
    for (const [situation, count] of Object.entries(other.situations) as [Situation, number][]) {
      this.situations[situation] = (this.situations[situation] ?? 0) + count
    }
  }

  /** Why so many schedules would pass with a cache that does nothing, or without the troubles they are about. */
  objections(): string[] {
    const {
      lookups,
      hits,
      answerLookups,
      answerHits,
      secondReads,
      secondHits,
      pending,
      delivered,
      faults,
      situations,
    } = this
    return [
      ...(hits < MIN_HIT_RATE * lookups ? [`only ${hits} of ${lookups} lookups hit`] : []),
      ...(answerHits < MIN_HIT_RATE * answerLookups
        ? [`only ${answerHits} of ${answerLookups} answers were found`]
        : []),
      ...(secondHits < MIN_SECOND_HIT_RATE * secondReads
        ? [`only ${secondHits} of ${secondReads} entries were found that had just been stored`]
        : []),
      ...(pending === 0 || delivered === 0 ? ["no clear was pending and delivered later"] : []),
      ...SITUATIONS.filter((situation) => situations[situation] === undefined).map(
        (situation) => `never: ${situation}`
      ),
      ...FAULTS.filter((fault) => faults[fault] === undefined).map((fault) => `there was no fault "${fault}"`),
    ]
  }
}

import { ClearBatch, type PlacedOutcome } from "../../src/cache/log/clear-batch"
import { CommitQueue, type Placement } from "../../src/cache/log/commit-queue"
import type { Head } from "../../src/cache/log/head"
import { LostMarks } from "../../src/cache/log/lost-marks"
import { markOn } from "../../src/cache/log/members"
import { Membership } from "../../src/cache/log/membership"
import type { ServerLog } from "../../src/cache/log/server-log"
import { override } from "./mutants/mutant"

/** Situations that only rules of several servers are for. A campaign that does not meet them says nothing of these. */
export const SITUATIONS = [
  "a log began anew after a clear was closed in it, and before the last one had the clear",
  "a clear was made once more under another id",
  "a mark was lost with its head",
  "a lost mark was found anew",
  "a clear was left in an unborn head",
  "a clear that was left in an unborn head was there no more",
  "marks that were left in an unborn head were lost",
] as const

export type Situation = (typeof SITUATIONS)[number]

export type Situations = Partial<Record<Situation, number>>

let met: Situations = {}

const meet = (situation: Situation): void => {
  met[situation] = (met[situation] ?? 0) + 1
}

/** Returns what has been met since the last call. */
export function takeSituations(): Situations {
  const taken = met
  met = {}
  return taken
}

/** Notes the situations that the engine gets into from now on, for as long as the thread lives. */
export function watchSituations(): void {
  const closed = new WeakSet<Placement>()
  override(
    class extends CommitQueue {
      override async close(placement: Placement): Promise<PlacedOutcome> {
        const wasClosed = closed.has(placement)
        const outcome = await super.close(placement)
        if (outcome === "done") closed.add(placement)
        if (wasClosed && outcome === "begun anew") {
          meet("a log began anew after a clear was closed in it, and before the last one had the clear")
        }
        return outcome
      }
    }
  )
  override(
    class extends ClearBatch {
      override renew(id: number): void {
        meet("a clear was made once more under another id")
        super.renew(id)
      }
    }
  )
  override(
    class extends LostMarks {
      override begun(server: string, before: Head | undefined, head: Head): void {
        const marked = before?.members.filter(({ mark }) => mark !== 0) ?? []
        if (marked.length > 0) meet("a mark was lost with its head")
        if (marked.some(({ name }) => (markOn(name, head) ?? 0) !== 0)) meet("a lost mark was found anew")
        super.begun(server, before, head)
      }
      protected override wereLost(server: string, head: Head) {
        const lost = super.wereLost(server, head)
        if (lost.length > 0) meet("marks that were left in an unborn head were lost")
        return lost
      }
    }
  )
  override(
    class extends Membership {
      override async mark(log: ServerLog, placement: Placement, missing: readonly ServerLog[]): Promise<PlacedOutcome> {
        const isMarked = missing.every(({ name }) => placement.marked.has(name))
        const outcome = await super.mark(log, placement, missing)
        if (!placement.head) meet("a clear was left in an unborn head")
        if (!placement.head && isMarked && outcome === "begun anew") {
          meet("a clear that was left in an unborn head was there no more")
        }
        return outcome
      }
    }
  )
}

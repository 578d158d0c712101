import { AbandonedClears } from "../../../src/cache/log/abandoned-clears"
import type { PlacedOutcome } from "../../../src/cache/log/clear-queue"
import { CommitQueue, type Placement } from "../../../src/cache/log/commit-queue"
import type { Member, OpenClear } from "../../../src/cache/log/head"
import { Membership } from "../../../src/cache/log/membership"
import { ServerLog } from "../../../src/cache/log/server-log"
import type { Emphasis } from "../profile"
import { type Mutant, override } from "./mutant"

/** What is loaded is often made of what other servers have. */
const NESTED = { servers: 3, processes: 3, keys: 4, nestedLookupChance: 0.6 } satisfies Emphasis

/** A server is away for one process or for all, and comes back as it was. */
const AWAY = {
  ...NESTED,
  faults: ["partition", "freeze"],
  faultBudget: 6,
  limits: { clearTimeoutMs: 50, recoveryGraceMs: 0 },
} satisfies Emphasis

/** What several servers have to do with each other. */
export const SERVER_MUTANTS: readonly Mutant[] = [
  {
    rule: "a load that begins while a clear is open counts as older than it",
    break: () =>
      override(
        class extends CommitQueue {
          protected override opened(open: readonly OpenClear[]): readonly OpenClear[] {
            return open
          }
        }
      ),
    emphasis: NESTED,
  },
  {
    rule: "a clear begins anew when a log has begun anew meanwhile",
    break: () =>
      override(
        class extends ServerLog {
          override async close(placement: Placement): Promise<PlacedOutcome> {
            const outcome = await super.close(placement)
            return outcome === "begun anew" ? "done" : outcome
          }
        }
      ),
    emphasis: {
      ...NESTED,
      servers: 2,
      keys: 2,
      faults: ["evict head", "partition"],
      faultBudget: 20,
      network: { timeoutMs: 1000 },
      limits: { clearTimeoutMs: 3000, lookupTimeoutMs: 1000 },
      weights: { lookup: 30, answer: 0, crowd: 0, event: 20, explicit: 10, pause: 0 },
    },
  },
  {
    rule: "a server that a clear has not reached is marked",
    break: () => {
      override(
        class extends Membership {
          override mark(): Promise<PlacedOutcome> {
            return Promise.resolve("done")
          }
        }
      )
      override(
        class extends CommitQueue {
          protected override marked(members: readonly Member[]): readonly Member[] {
            return members
          }
        }
      )
    },
    emphasis: AWAY,
  },
  {
    rule: "nothing is served from a marked server",
    break: () =>
      override(
        class extends Membership {
          override isBlocked(): boolean {
            return false
          }
        }
      ),
    emphasis: AWAY,
  },
  {
    rule: "the marks of a head that is lost are kept",
    break: () =>
      override(
        class extends Membership {
          protected override lose(): void {}
        }
      ),
    emphasis: { ...AWAY, faults: ["partition", "freeze", "evict head"] },
  },
  {
    rule: "a mark is removed only if it is the one that was read",
    break: () =>
      override(
        class extends Membership {
          protected override isSame(): boolean {
            return true
          }
        }
      ),
    emphasis: AWAY,
  },
  {
    rule: "a server is settled only when no clear is open elsewhere",
    break: () =>
      override(
        class extends Membership {
          protected override isQuiet(): boolean {
            return true
          }
        }
      ),
    emphasis: { ...AWAY, faults: ["partition", "freeze", "evict head", "restart"] },
  },
  {
    rule: "nothing is served from a server whose head lacks a mark",
    break: () =>
      override(
        class extends Membership {
          protected override lackedBy(): readonly string[] {
            return []
          }
        }
      ),
    emphasis: { ...AWAY, faults: ["partition", "freeze", "evict head", "restart"] },
  },
  {
    rule: "marks are removed only if they are the same after everything was cleared",
    break: () =>
      override(
        class extends Membership {
          protected override areUnchanged(): boolean {
            return true
          }
        }
      ),
    emphasis: { ...AWAY, faults: ["partition", "freeze", "evict head", "restart"] },
  },
  {
    rule: "an open clear whose process has died is finished by another",
    violation: "never found",
    break: () =>
      override(
        class extends AbandonedClears {
          override tend(): void {}
        }
      ),
    emphasis: { servers: 3, faults: ["crash"], faultBudget: 6 },
  },
]

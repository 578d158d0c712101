import { AbandonedClears } from "../../../src/cache/log/abandoned-clears"
import type { PlacedOutcome } from "../../../src/cache/log/clear-batch"
import { CommitQueue } from "../../../src/cache/log/commit-queue"
import type { Member, OpenClear } from "../../../src/cache/log/head"
import { Membership } from "../../../src/cache/log/membership"
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

/**
 * What several servers have to do with each other. Some rules matter so seldom that 30,000 schedules do not miss them:
 * that a clear begins anew when a log has, that the marks of a lost head are kept, that a mark is removed only if it is
 * the one that was read before and after everything was cleared, that nothing is served where a mark is lacking, that
 * no clear is open then, and that a server is settled by what was cleared after its marks were read, which a unit test of
 * `CommitQueue` watches. An exhaustive model of two and three servers has shown that each of them is needed.
 */
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

import { AbandonedClears } from "../../../src/cache/log/abandoned-clears"
import type { PlacedOutcome } from "../../../src/cache/log/clear-batch"
import { CommitQueue, type Placement } from "../../../src/cache/log/commit-queue"
import type { Head, Member, OpenClear } from "../../../src/cache/log/head"
import { LostMarks } from "../../../src/cache/log/lost-marks"
import { markOn } from "../../../src/cache/log/members"
import type { ServerLog } from "../../../src/cache/log/server-log"
import type { LogVersion } from "../../../src/cache/log/tag-versions"
import { HeadReader } from "../../../src/cache/log/head-reader"
import { InvalidationLog } from "../../../src/cache/log/invalidation-log"
import { Membership } from "../../../src/cache/log/membership"
import { DRILL, type Emphasis } from "../profile"
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
 * What several servers have to do with each other. Some rules matter so seldom, or have another one behind them, that no
 * mutant is here. Drills of 1,000 to 4,000 schedules have missed three: that a clear which was left in an unborn head looks
 * whether it is still there, that a server keeps what is known of its marks when it gets another connection, and that marks
 * which wait to be put back are written when what waits becomes one clear. Not tried with drills, and missed by 30,000
 * schedules without: that a clear begins anew when a log has, that a mark is removed only if it is the one that was read
 * before and after everything was cleared, that nothing is served where a mark is lacking, that no clear is open then, and
 * that a server is settled by what was cleared after its marks were read. Unit tests and an exhaustive model of two and
 * three servers watch these.
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
  {
    rule: "a clear is closed in every log after the last one has it",
    break: () => {
      const closed = new WeakSet<Placement>()
      override(
        class extends CommitQueue {
          override async close(placement: Placement): Promise<PlacedOutcome> {
            if (closed.has(placement)) return "done"
            const outcome = await super.close(placement)
            if (outcome === "done") closed.add(placement)
            return outcome
          }
        }
      )
    },
    emphasis: { ...DRILL, plot: 1, servers: 2 },
  },
  {
    rule: "a mark that was lost with its head is known also when somebody has marked that server anew",
    break: () =>
      override(
        class extends LostMarks {
          override begun(server: string, before: Head | undefined, head: Head): void {
            const members = before?.members.filter(({ name }) => (markOn(name, head) ?? 0) === 0) ?? []
            super.begun(server, before && { ...before, members }, head)
          }
        }
      ),
    emphasis: { ...DRILL, plot: 0, servers: 3 },
  },
  {
    rule: "the marks of a lost head are kept",
    break: () =>
      override(
        class extends LostMarks {
          override begun(server: string, _: Head | undefined, head: Head): void {
            super.begun(server, undefined, head)
          }
          override gone(): void {}
        }
      ),
    emphasis: { ...DRILL, servers: 3 },
  },
  {
    rule: "marks that were left in an unborn head are lost when an epoch begins without them",
    break: () =>
      override(
        class extends LostMarks {
          override leave(): void {}
        }
      ),
    emphasis: { ...DRILL, plot: 3, servers: 3 },
  },
  {
    rule: "what is known of heads counts as soon as a server comes into the list",
    break: () => {
      let isChanging = false
      override(
        class extends InvalidationLog {
          override serversChanged(): void {
            isChanging = true
            super.serversChanged()
            isChanging = false
          }
        }
      )
      override(
        class extends Membership {
          override judge(): void {
            if (!isChanging) super.judge()
          }
        }
      )
    },
    emphasis: { ...DRILL, plot: 4, servers: 2 },
  },
  {
    rule: "a head that lists nobody is known as well",
    break: () =>
      override(
        class extends Membership {
          override noted(log: ServerLog, head: Head): boolean {
            return head.members.length > 0 && super.noted(log, head)
          }
        }
      ),
    emphasis: { ...DRILL, plot: 4, servers: 2 },
  },
  {
    rule: "a head that has fallen behind is not used",
    break: () =>
      override(
        class extends HeadReader {
          protected override isOlder(): boolean {
            return false
          }
        }
      ),
    emphasis: { ...DRILL, plot: 7, servers: 2 },
  },
  {
    rule: "a head whose epoch was over is not used",
    break: () =>
      override(
        class extends HeadReader {
          protected override isOlder({ epoch, version }: Head, known: LogVersion | undefined): boolean {
            return epoch === known?.epoch && version < known.version
          }
        }
      ),
    emphasis: { ...DRILL, plot: 7, servers: 2 },
  },
  {
    rule: "a head with another record where the last known one was is not used",
    break: () =>
      override(
        class extends HeadReader {
          protected override isOlder(head: Head, known: Head | undefined): boolean {
            return super.isOlder(head, known && { ...known, tail: [] })
          }
        }
      ),
    emphasis: { ...DRILL, plot: 7, servers: 2 },
  },
]

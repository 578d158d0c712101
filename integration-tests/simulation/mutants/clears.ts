import type { CasToken, Command, Reply } from "../../../src/cache/memcached/server"
import { KeySpace } from "../../../src/cache/keys"
import type { ClearOutcome } from "../../../src/cache/log/clear-batch"
import { ClearQueue } from "../../../src/cache/log/clear-queue"
import { CommitQueue } from "../../../src/cache/log/commit-queue"
import { HeadReader } from "../../../src/cache/log/head-reader"
import type { Head } from "../../../src/cache/log/head"
import type { LogReading } from "../../../src/cache/log/log-reading"
import type { ClearRecord, ClearTargets } from "../../../src/cache/log/record"
import { ServerLog } from "../../../src/cache/log/server-log"
import { type LogVersion, TagVersions } from "../../../src/cache/log/tag-versions"
import { FakeServer } from "../fake-server"
import { type Mutant, override } from "./mutant"

const NO_TOKEN: CasToken = { connection: -1, unique: 0n }

/** How a clear gets into the log, and what its process does until it is there. */
export const CLEAR_MUTANTS: readonly Mutant[] = [
  {
    rule: "the head is changed by compare-and-swap",
    break: () =>
      override(
        class extends HeadReader {
          override replacing(token: CasToken | undefined, value: Buffer): Command {
            const command = super.replacing(token, value)
            return command.op === "set" ? { ...command, cas: undefined } : command
          }
        }
      ),
  },
  {
    rule: "a token is only good on the connection that it was read on (the client's rule)",
    break: () =>
      override(
        class extends FakeServer {
          override isCurrent(token: CasToken): boolean {
            return token.connection > 0
          }
        }
      ),
    emphasis: { faults: ["restart", "stop"], faultBudget: 6 },
  },
  {
    rule: "a swap without an answer is not taken for a success",
    break: () =>
      override(
        class extends CommitQueue {
          protected override outcomeOf(swapped: Reply | undefined) {
            return swapped?.status === "unreachable" ? "applied" : super.outcomeOf(swapped)
          }
        }
      ),
  },
  {
    rule: "a clear joins no record that is on its way already",
    break: () =>
      override(
        class extends ClearQueue {
          protected override isOpen(): boolean {
            return true
          }
        }
      ),
  },
  {
    rule: "a clear resolves when the head was swapped",
    break: () =>
      override(
        class extends ClearQueue {
          override async append(targets: ClearTargets): Promise<ClearOutcome> {
            void super.append(targets)
            return { status: "applied" }
          }
        }
      ),
  },
  {
    rule: "a process with a pending clear serves nothing",
    break: () =>
      override(
        class extends ServerLog {
          override get isDistrusted(): boolean {
            return this.isRecovering
          }
        }
      ),
  },
  {
    rule: "a lookup that began while a clear was pending serves nothing",
    break: () =>
      override(
        class extends ServerLog {
          protected override readingOf(head: Head): LogReading {
            return super.readingOf(head, false)
          }
        }
      ),
    emphasis: { limits: { clearTimeoutMs: 50, inlineRecords: 1, recoveryGraceMs: 0 } },
  },
  {
    rule: "clears that are pending for long become a clear of everything",
    break: () =>
      override(
        class extends CommitQueue {
          protected override everything(id: number): ClearRecord {
            return { ...super.everything(id), everything: false }
          }
        }
      ),
    emphasis: { weights: { bulk: 20 }, faults: ["stop", "freeze", "partition"], limits: { clearTimeoutMs: 50 } },
  },
  {
    rule: "a process appends its own record to its tag versions only when it knows all before",
    break: () =>
      override(
        class extends TagVersions {
          override isAt({ epoch, version }: LogVersion): boolean {
            return this.epoch === epoch && this.version <= version
          }
        }
      ),
  },
  {
    rule: "a record that leaves the head is kept elsewhere first",
    violation: "never found",
    break: () =>
      override(
        class extends CommitQueue {
          protected override keepLeaving(): Command[] {
            return []
          }
        }
      ),
  },
  {
    rule: "a big record is kept under its own id, not under its version",
    break: () =>
      override(
        class extends KeySpace {
          override body(at: LogVersion): string {
            return super.body(at, at.version)
          }
        }
      ),
    emphasis: { weights: { bulk: 20 } },
  },
  {
    rule: "an epoch is born by a compare-and-swap, which cannot be carried out twice",
    break: () =>
      override(
        class extends HeadReader {
          protected override addUnborn(): void {
            this.bear(NO_TOKEN)
          }
          override replacing(token: CasToken | undefined, value: Buffer): Command {
            return super.replacing(token === NO_TOKEN ? undefined : token, value)
          }
        }
      ),
    emphasis: { faults: ["evict head"], faultBudget: 6, network: { duplicateChance: 0.3 } },
  },
]

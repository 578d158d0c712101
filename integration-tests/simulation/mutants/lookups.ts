import { type Entry } from "../../../src/cache/codec/entry"
import { JsonCopies, type JsonCopy } from "../../../src/cache/near/json-copies"
import type { Flow } from "../../../src/cache/loads/load-tracker"
import { CatchUp } from "../../../src/cache/log/catch-up"
import type { Head } from "../../../src/cache/log/head"
import { LogReading } from "../../../src/cache/log/log-reading"
import type { ClearRecord } from "../../../src/cache/log/record"
import { ServerLog } from "../../../src/cache/log/server-log"
import { TagVersions, type Verdict } from "../../../src/cache/log/tag-versions"
import { Lookups } from "../../../src/cache/lookup"
import { type Mutant, override } from "./mutant"

const CLEARS_NOTHING: ClearRecord = { id: 0, everything: false, explicit: [], automatic: [] }

/** An entry as another one would be judged. */
const like = (entry: Entry, changes: Partial<Entry>): Entry =>
  new Proxy(entry, {
    get: (_, name) => {
      const value: unknown = Reflect.get(name in changes ? changes : entry, name)
      return typeof value === "function" ? (value.bind(entry) as unknown) : value
    },
  })

/** What a process knows of the log, and what it says of an entry. */
export const LOOKUP_MUTANTS: readonly Mutant[] = [
  {
    rule: "a record that is gone raises the horizon",
    break: () =>
      override(
        class extends TagVersions {
          override skipTo(version: number): void {
            // A distance that is too long is skipped at once.
            if (version === this.version + 1) super.append(version, CLEARS_NOTHING)
            else super.skipTo(version)
          }
        }
      ),
    emphasis: { faults: ["evict log"], faultBudget: 6 },
  },
  {
    rule: "a distance that is too long to catch up raises the horizon",
    break: () =>
      override(
        class extends TagVersions {
          override skipTo(version: number): void {
            // Records that are gone are skipped one by one.
            if (version === this.version + 1) super.skipTo(version)
            else super.append(version, CLEARS_NOTHING)
          }
        }
      ),
    emphasis: { limits: { catchUpRecords: 0, backlogRecords: 0, inlineRecords: 1 } },
  },
  {
    rule: "a process that boots raises its horizon to the oldest record that it reads",
    break: () =>
      override(
        class extends TagVersions {
          override adopt(epoch: number, version: number): void {
            super.adopt(epoch, 0)
            super.append(version, CLEARS_NOTHING)
          }
        }
      ),
    emphasis: { faults: ["crash"], faultBudget: 6 },
  },
  {
    rule: "a process follows the head to a new epoch",
    violation: "never found",
    break: () =>
      override(
        class extends TagVersions {
          override adopt(epoch: number, version: number): void {
            if (this.epoch === undefined) super.adopt(epoch, version)
          }
        }
      ),
    emphasis: { faults: ["evict head", "restart"] },
  },
  {
    rule: "an entry of another epoch is void",
    break: () =>
      override(
        class extends TagVersions {
          override judge(entry: Entry): Verdict {
            return super.judge(like(entry, { epoch: this.epoch ?? entry.epoch }))
          }
        }
      ),
    emphasis: { faults: ["evict head"], faultBudget: 6 },
  },
  {
    rule: "an entry with a read version below the horizon is void",
    break: () =>
      override(
        class extends TagVersions {
          override judge(entry: Entry): Verdict {
            const verdict = super.judge(entry)
            return verdict === "cleared" && typeof this.causeOf(entry) !== "number" ? "valid" : verdict
          }
        }
      ),
  },
  {
    rule: "tag versions that forget a tag raise their horizon",
    break: () =>
      override(
        class extends TagVersions {
          protected override forget(): void {}
        }
      ),
    emphasis: { limits: { logTags: 2 } },
  },
  {
    rule: "a clear of everything raises the horizon",
    break: () =>
      override(
        class extends TagVersions {
          override append(version: number, record: ClearRecord): void {
            super.append(version, { ...record, everything: false })
          }
        }
      ),
    emphasis: { weights: { "clear all": 5 } },
  },
  {
    rule: "a clear of a key voids entries that are stored later",
    break: () =>
      override(
        class extends TagVersions {
          override judge(entry: Entry): Verdict {
            const tags = { hashCount: entry.hashCount - 1, hashAt: (index: number) => entry.hashAt(index + 1) }
            return super.judge(like(entry, tags))
          }
        }
      ),
    emphasis: { weights: { "clear key": 8 } },
  },
  {
    rule: "an explicit clear voids entries with autoInvalidate: false",
    break: () =>
      override(
        class extends TagVersions {
          override judge(entry: Entry): Verdict {
            return super.judge(entry.autoInvalidate ? entry : like(entry, { hashCount: 0 }))
          }
        }
      ),
    emphasis: { weights: { explicit: 10 } },
  },
  {
    rule: "the head is read after the lookup began",
    break: () => {
      const shared = new WeakMap<ServerLog, ((reading: LogReading | undefined) => void)[]>()
      override(
        class extends ServerLog {
          override read(listener: (reading: LogReading | undefined) => void): void {
            const reading = shared.get(this)
            if (reading) return void reading.push(listener)
            const listeners = [listener]
            shared.set(this, listeners)
            super.read((reading) => {
              shared.delete(this)
              for (const tell of listeners) tell(reading)
            })
          }
        }
      )
    },
  },
  {
    rule: "an answer kept in the process is judged by a reading of its own flow",
    break: () => {
      const last = new WeakMap<ServerLog, LogReading>()
      override(
        class extends Lookups {
          protected override readingOf(flow: Flow | undefined, log: ServerLog): LogReading | undefined {
            const reading = super.readingOf(flow, log)
            if (reading) last.set(log, reading)
            return last.get(log)
          }
        }
      )
    },
    emphasis: { inFlows: true, longLived: false, processes: 2, weights: { answer: 20 } },
  },
  {
    rule: "a copy of an entry is judged by its own hashes",
    break: () =>
      override(
        class extends JsonCopies {
          override get(name: string): JsonCopy | undefined {
            const copy = super.get(name)
            return copy && { ...copy, entry: like(copy.entry, { hashCount: 0 }) }
          }
        }
      ),
  },
  {
    rule: "a copy of an entry is good only while its item is in the state that was read",
    break: () =>
      override(
        class extends JsonCopies {
          override isUnchanged(): boolean {
            return true
          }
        }
      ),
    emphasis: { detachedChance: 0.5, inFlows: false, weights: { pause: 8 } },
  },
  {
    rule: "a lookup whose records could not be fetched is a miss",
    break: () => {
      override(
        class extends CatchUp {
          override advance(head: Head): true | Promise<boolean> {
            const advanced = super.advance(head)
            return advanced === true ? true : advanced.then(() => true)
          }
        }
      )
      judgeWithoutCover()
    },
  },
]

function judgeWithoutCover(): void {
  override(
    class extends LogReading {
      protected override isCovered(): boolean {
        return true
      }
    }
  )
}

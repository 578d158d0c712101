import type { Command, Reply } from "../../../src/cache/memcached/server"
import type { Draft, SetInput } from "../../../src/cache/draft"
import { CacheEngine } from "../../../src/cache/engine"
import { type LoadCell, LoadTracker, type SetOrigin } from "../../../src/cache/loads/load-tracker"
import { FlowClear } from "../../../src/cache/log/flow-clear"
import type { ClearEffect, LogVersion, TagVersions } from "../../../src/cache/log/tag-versions"
import { Misses, RememberedMisses } from "../../../src/cache/loads/remembered-misses"
import { Sets } from "../../../src/cache/sets"
import { FakeServer } from "../fake-server"
import type { Emphasis } from "../profile"
import { type Mutant, override } from "./mutant"

/** Callers do not have the contexts of their lookups, and look again when what is kept briefly should be gone. */
const LOST_LOADS = {
  inFlows: false,
  detachedChance: 0.5,
  helperChance: 0.5,
  keys: 1,
  callers: 3,
  operations: 8,
  weights: { lookup: 12, pause: 6, event: 4, "clear all": 0, burst: 0, bulk: 0 },
} satisfies Emphasis

/** Which read version a set has, and what it takes from its caller. */
export const SET_MUTANTS: readonly Mutant[] = [
  {
    rule: "an entry carries the version at its miss",
    break: () =>
      override(
        class extends LoadTracker {
          override match(key: string, newest: LogVersion | undefined): SetOrigin {
            return newest ? { kind: "write-through", readVersion: newest } : super.match(key, newest)
          }
        }
      ),
  },
  {
    rule: "a set is matched with a lookup of its own key",
    break: () =>
      override(
        class extends LoadTracker {
          override begin(_key: string, startedAt: number): LoadCell {
            return super.begin("any", startedAt)
          }
          override match(_key: string, newest: LogVersion | undefined): SetOrigin {
            return super.match("any", newest)
          }
          protected override readVersionOf([nearest]: readonly LoadCell[]): LogVersion | undefined {
            return nearest?.readVersion
          }
        }
      ),
    emphasis: { nestedLookupChance: 0.5, failingLoadChance: 0.3, keys: 3, inFlows: false, helperChance: 0 },
  },
  {
    rule: "several lookups of one key in one context: all use the oldest version",
    break: () =>
      override(
        class extends LoadTracker {
          protected override readVersionOf([nearest]: readonly LoadCell[]): LogVersion | undefined {
            return nearest?.readVersion
          }
        }
      ),
    emphasis: { weights: { retry: 20 } },
  },
  {
    rule: "a flow knows the lookups of its helpers",
    break: () =>
      override(
        class extends LoadTracker {
          override missed(cell: LoadCell, readVersion: LogVersion | undefined): void {
            super.missed(cell, readVersion)
            cell.flow?.misses.delete(cell.key)
          }
        }
      ),
    emphasis: { inFlows: true, helperChance: 0.7 },
  },
  {
    rule: "a set that may be from before a clear is kept for seconds only",
    break: () =>
      override(
        class extends Sets {
          protected override keptBriefly(draft: Draft): Draft {
            return draft
          }
        }
      ),
    emphasis: LOST_LOADS,
  },
  {
    rule: "of misses that come together, the oldest version counts",
    break: () =>
      override(
        class extends Misses {
          override join(now: number, readVersion: LogVersion | undefined): void {
            super.join(now, readVersion)
            this.oldest = readVersion
          }
        }
      ),
    emphasis: LOST_LOADS,
  },
  {
    rule: "while misses may have been forgotten, a set without a lookup of its own is in doubt",
    break: () =>
      override(
        class extends RememberedMisses {
          protected override isForgetful(): boolean {
            return false
          }
        }
      ),
    emphasis: { ...LOST_LOADS, keys: 4 },
  },
  {
    rule: "a miss whose set may have come is in doubt for as long as a load takes",
    break: () =>
      override(
        class extends Misses {
          override isDoubtful(now: number, rememberMs: number): boolean {
            return this.open > 0 && super.isDoubtful(now, rememberMs)
          }
        }
      ),
    emphasis: LOST_LOADS,
  },
  {
    rule: "data that was loaded without the head being known is not stored",
    break: () =>
      override(
        class extends LoadTracker {
          override match(key: string, newest: LogVersion | undefined): SetOrigin {
            const origin = super.match(key, newest)
            return origin.kind === "unproven" && newest ? { kind: "write-through", readVersion: newest } : origin
          }
        }
      ),
    emphasis: { faults: ["stop", "break", "partition"], faultBudget: 6 },
  },
  {
    rule: "a flow's own clear does not hide what others have cleared before it",
    break: () =>
      override(
        class extends FlowClear {
          override effectIn(epoch: number): ClearEffect | undefined {
            const effect = super.effectIn(epoch)
            return effect && { ...effect, priors: new Map([...effect.priors.keys()].map((hash) => [hash, 0])) }
          }
        }
      ),
    emphasis: { weights: { "own clear": 20, event: 10, explicit: 10 } },
  },
  {
    rule: "a flow's own clear does not hide what others have cleared together with it",
    break: () =>
      override(
        class extends FlowClear {
          override committed(
            version: number,
            tagVersions: TagVersions,
            _isShared: (hash: number) => boolean,
            isAlone: boolean
          ): void {
            super.committed(version, tagVersions, () => false, isAlone)
          }
        }
      ),
    emphasis: { weights: { "own clear": 20, "clear key": 10, explicit: 10 }, processes: 1, keys: 1, callers: 3 },
  },
  {
    rule: "a write-through carries the version of a head that was read before the call",
    break: () =>
      override(
        class extends CacheEngine {
          override async set(input: SetInput): ReturnType<CacheEngine["set"]> {
            const taken = { ...input, data: structuredClone(input.data) }
            await this.parts.log.connect()
            return super.set(taken)
          }
        }
      ),
    emphasis: { weights: { "write through": 10 }, detachedChance: 0 },
  },
  {
    rule: "what is stored is taken from the caller before anything is awaited",
    violation: "changed",
    break: () =>
      override(
        class extends CacheEngine {
          override async set(input: SetInput): ReturnType<CacheEngine["set"]> {
            await Promise.resolve()
            return super.set(input)
          }
        }
      ),
  },
  {
    rule: "an automatic clear voids entries with autoInvalidate unset",
    break: () =>
      override(
        class extends CacheEngine {
          override set(input: SetInput): ReturnType<CacheEngine["set"]> {
            return super.set({ ...input, options: { autoInvalidate: input.options?.autoInvalidate === true } })
          }
        }
      ),
  },
  {
    rule: "bytes are copied before they are waited with",
    violation: "never found",
    break: () => {
      const lent = new WeakSet<object>()
      override(
        class extends FakeServer {
          override submit(command: Command, done: (reply: Reply) => void): void {
            super.submit(command, (reply) => {
              if (reply.value) lent.add(reply.value)
              done(reply)
            })
          }
        }
      )
      const copy = Buffer.from.bind(Buffer) as (...args: unknown[]) => Buffer
      const from = (value: object, ...others: unknown[]) => (lent.has(value) ? value : copy(value, ...others))
      Object.assign(Buffer, { from })
    },
  },
]

import type { Edit } from "./bundle"
import type { Emphasis } from "./profile"

/** The engine with one of its rules missing. */
export interface Mutant {
  /** What the engine does and this one does not. */
  readonly rule: string
  readonly edits: readonly Edit[]
  /** What the violation has to be about, unless it is stale data. */
  readonly violation?: string
  /** A weather in which the rule matters more often. */
  readonly emphasis?: Emphasis
}

const LOG = "src/cache/log"

const edit = (file: string, find: string, replace: string): Edit => ({ file, find, replace })

/** The head is lost while a process that is far behind fetches big records, and entries are slow to arrive. */
const LOST_LOG = {
  servers: 3,
  processes: 2,
  callers: 3,
  operations: 8,
  keys: 3,
  faults: ["evict head"],
  faultBudget: 6,
  weights: { lookup: 20, bundle: 20, bulk: 15, event: 0, crowd: 0, pause: 0, retry: 0, "clear all": 0 },
  limits: { inlineRecords: 1, catchUpRecords: 1000, backlogRecords: 200, logTags: 1000, followIntervalMs: 0 },
} satisfies Emphasis

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

/**
 * What the simulation has to notice. Rules that only save work are not here: not storing what is dead on arrival, finding
 * out that a swap whose answer was lost was carried out (it is done twice otherwise, which is harmless), closing a cell
 * after a hit. Nor are those behind which there is a second one: records that were fetched for a lost log would also be
 * thrown away with the tag versions that they were added to.
 */
export const MUTANTS: readonly Mutant[] = [
  {
    rule: "an entry carries the version at its miss",
    edits: [
      edit(
        "src/cache/load-tracker.ts",
        "match(key: string, newest: LogVersion | undefined): SetOrigin {",
        'match(key: string, newest: LogVersion | undefined): SetOrigin {\n    if (newest) return { kind: "write-through", readVersion: newest }'
      ),
    ],
  },
  {
    rule: "a set is matched with a lookup of its own key",
    edits: [
      edit(
        "src/cache/load-tracker.ts",
        'cell.kind === "load" && cell.owner === this && cell.key === key && cell.state === "missed"',
        'cell.kind === "load" && cell.owner === this && cell.state === "missed"'
      ),
      edit(
        "src/cache/load-tracker.ts",
        "own.reduce<LogVersion | undefined>((readVersion, cell) => older(readVersion, cell.readVersion), nearest.readVersion)",
        "nearest.readVersion"
      ),
    ],
    emphasis: { nestedLookupChance: 0.5, failingLoadChance: 0.3, keys: 3, inFlows: false, helperChance: 0 },
  },
  {
    rule: "several lookups of one key in one context: all use the oldest version",
    edits: [
      edit(
        "src/cache/load-tracker.ts",
        "own.reduce<LogVersion | undefined>((readVersion, cell) => older(readVersion, cell.readVersion), nearest.readVersion)",
        "nearest.readVersion"
      ),
    ],
    emphasis: { weights: { retry: 20 } },
  },
  {
    rule: "a flow knows the lookups of its helpers",
    edits: [edit("src/cache/load-tracker.ts", "if (cell.flow) noteMiss(cell.flow, cell)", "if (cell.flow) void cell")],
    emphasis: { inFlows: true, helperChance: 0.7 },
  },
  {
    rule: "a set that may be from before a clear is kept for seconds only",
    edits: [
      edit(
        "src/cache/sets.ts",
        "{ ...draft, readVersion: since } : this.#keptBriefly(draft)",
        "{ ...draft, readVersion: since } : draft"
      ),
    ],
    emphasis: LOST_LOADS,
  },
  {
    rule: "of misses that come together, the oldest version counts",
    edits: [
      edit("src/cache/load-tracker.ts", "last.oldest = older(last.oldest, readVersion)", "last.oldest = readVersion"),
    ],
    emphasis: LOST_LOADS,
  },
  {
    rule: "while misses may have been forgotten, a set without a lookup of its own is in doubt",
    edits: [edit("src/cache/load-tracker.ts", "if (now < this.#forgetfulUntil) return undefined", "")],
    emphasis: { ...LOST_LOADS, keys: 4 },
  },
  {
    rule: "a miss whose set may have come is in doubt for as long as a load takes",
    edits: [
      edit("src/cache/load-tracker.ts", "(open > 0 ? REMEMBER_MS : USUAL_LOAD_MS)", "(open > 0 ? REMEMBER_MS : 0)"),
    ],
    emphasis: LOST_LOADS,
  },
  {
    rule: "data that was loaded without the head being known is not stored",
    edits: [
      edit(
        "src/cache/load-tracker.ts",
        "return this.#loadOf(oldest, nearest.startedAt, true, context)",
        "return this.#loadOf(oldest ?? newest, nearest.startedAt, true, context)"
      ),
    ],
    emphasis: { faults: ["stop", "break", "partition"], faultBudget: 6 },
  },
  {
    rule: "a flow's own clear does not hide what others have cleared before it",
    edits: [
      edit(
        `${LOG}/tag-versions.ts`,
        "(clear.priorOf(hash) ?? Infinity) <= readVersion.version",
        "clear.priorOf(hash) !== undefined"
      ),
    ],
    emphasis: { weights: { "own clear": 20, event: 10, explicit: 10 } },
  },
  {
    rule: "a flow's own clear does not hide what others have cleared together with it",
    edits: [edit(`${LOG}/flow-clear.ts`, "if (!isShared(hash))", "if (true)")],
    emphasis: { weights: { "own clear": 20, "clear key": 10, explicit: 10 }, processes: 1, keys: 1, callers: 3 },
  },
  {
    rule: "a write-through carries the version of a head that was read before the call",
    edits: [
      edit(
        "src/cache/entry-writer.ts",
        "const sections = this.#compressed(draft)",
        [
          "const sections = this.#compressed(draft)",
          "    const now = (await new Promise<any>((resolve) => log.read(resolve)))?.version",
          '    if (!now) return refused("unreachable")',
        ].join("\n")
      ),
      edit(
        "src/cache/entry-writer.ts",
        "if (log.voids(draft.readVersion, draft))",
        "if (log.voids(draft.costMicros > 0 ? draft.readVersion : now, draft))"
      ),
      edit(
        "src/cache/entry-writer.ts",
        "{ ...draft.readVersion, ...pick(draft)",
        "{ ...(draft.costMicros > 0 ? draft.readVersion : now), ...pick(draft)"
      ),
    ],
    emphasis: { weights: { "write through": 10 }, detachedChance: 0 },
  },
  {
    rule: "what is stored is taken from the caller before anything is awaited",
    violation: "changed",
    edits: [
      edit(
        "src/cache/engine.ts",
        "set(input: SetInput): Promise<SetOutcome> {",
        "async set(input: SetInput): Promise<SetOutcome> {\n    await undefined"
      ),
    ],
  },
  {
    rule: "the head is changed by compare-and-swap",
    edits: [
      edit(
        `${LOG}/head-reader.ts`,
        'return token ? { op: "set", ...item, cas: token } : { op: "add", ...item }',
        'return token ? { op: "set", ...item } : { op: "add", ...item }'
      ),
    ],
  },
  {
    rule: "a token is only good on the connection that it was read on (the client's rule)",
    edits: [
      edit(
        "integration-tests/simulation/fake-server.ts",
        "return token.connection === this.connection?.number",
        "return token.connection > 0"
      ),
    ],
    emphasis: { faults: ["restart", "stop"], faultBudget: 6 },
  },
  {
    rule: "a swap without an answer is not taken for a success",
    edits: [
      edit(
        `${LOG}/commit-queue.ts`,
        'if (swapped?.status !== "ok" || !swapped.cas) {',
        'if (swapped?.status === "unreachable") return "applied"\n    if (swapped?.status !== "ok" || !swapped.cas) {'
      ),
    ],
  },
  {
    rule: "a clear joins no record that is on its way already",
    edits: [
      edit(`${LOG}/commit-queue.ts`, "if (last && last !== this.#inFlight && last.room", "if (last && last.room"),
    ],
  },
  {
    rule: "a clear resolves when the head was swapped",
    edits: [
      edit(
        `${LOG}/commit-queue.ts`,
        "this.#openBatch(part).add(part, this.#runtime.elapsed(), resolve, flowClear)",
        'this.#openBatch(part).add(part, this.#runtime.elapsed(), () => undefined)\n      resolve({ status: "applied" })'
      ),
    ],
  },
  {
    rule: "a process with a pending clear serves nothing",
    edits: [edit(`${LOG}/invalidation-log.ts`, "return this.#commits.hasPending || (", "return (")],
  },
  {
    rule: "a lookup that began while a clear was pending serves nothing",
    edits: [
      edit(`${LOG}/invalidation-log.ts`, "() => wasDistrusted || this.#isDistrusted", "() => this.#isDistrusted"),
    ],
    emphasis: { limits: { clearTimeoutMs: 50, inlineRecords: 1, recoveryGraceMs: 0 } },
  },
  {
    rule: "clears that are pending for long become a clear of everything",
    edits: [
      edit(
        `${LOG}/clear-batch.ts`,
        "  absorbAsEverything(other: ClearBatch): void {\n    this.#everything = true",
        "  absorbAsEverything(other: ClearBatch): void {"
      ),
    ],
    emphasis: { weights: { bulk: 20 }, faults: ["stop", "freeze", "partition"], limits: { clearTimeoutMs: 50 } },
  },
  {
    rule: "a process appends its own record to its tag versions only when it knows all before",
    edits: [
      edit(
        `${LOG}/commit-queue.ts`,
        "this.#tagVersions.epoch === head.epoch && this.#tagVersions.version === head.version",
        "this.#tagVersions.epoch === head.epoch && this.#tagVersions.version <= head.version"
      ),
    ],
  },
  {
    rule: "a record that leaves the head is kept elsewhere first",
    violation: "never found",
    edits: [
      edit(`${LOG}/commit-queue.ts`, "if (leaving) commands.push(", "if (leaving && version < 0) commands.push("),
    ],
  },
  {
    rule: "a big record is kept under its own id, not under its version",
    edits: [
      edit(
        `${LOG}/commit-queue.ts`,
        "this.#keys.body(epochName(head.epoch), idName(record.id))",
        "this.#keys.body(epochName(head.epoch), idName(next.version))"
      ),
      edit(
        `${LOG}/catch-up.ts`,
        "wanted.map(([, record]) => this.#keys.body(epochName(epoch), idName(record.id)))",
        "wanted.map(([version]) => this.#keys.body(epochName(epoch), idName(version)))"
      ),
    ],
    emphasis: { weights: { bulk: 20 } },
  },
  {
    rule: "a record that is gone raises the horizon",
    edits: [
      edit(
        `${LOG}/catch-up.ts`,
        "else tagVersions.skipTo(version)",
        "else tagVersions.append(version, { id: 0, everything: false, explicit: [], automatic: [] })"
      ),
    ],
    emphasis: { faults: ["evict log"], faultBudget: 6 },
  },
  {
    rule: "a distance that is too long to catch up raises the horizon",
    edits: [
      edit(
        `${LOG}/catch-up.ts`,
        "tagVersions.skipTo(firstInline(head) - 1)",
        "tagVersions.append(firstInline(head) - 1, { id: 0, everything: false, explicit: [], automatic: [] })"
      ),
    ],
    emphasis: { limits: { catchUpRecords: 0, backlogRecords: 0, inlineRecords: 1 } },
  },
  {
    rule: "a process that boots raises its horizon to the oldest record that it reads",
    edits: [
      edit(
        `${LOG}/tag-versions.ts`,
        "this.#epoch = epoch\n    this.#version = version\n    this.#horizon = version",
        "this.#epoch = epoch\n    this.#version = version\n    this.#horizon = 0"
      ),
    ],
    emphasis: { faults: ["crash"], faultBudget: 6 },
  },
  {
    rule: "a process follows the head to a new epoch",
    violation: "never found",
    edits: [
      edit(`${LOG}/catch-up.ts`, "if (tagVersions.epoch !== head.epoch) {", "if (tagVersions.epoch === undefined) {"),
    ],
    emphasis: { faults: ["evict head", "restart"] },
  },
  {
    rule: "an entry of another epoch is void",
    edits: [edit(`${LOG}/tag-versions.ts`, 'if (entry.epoch !== this.#epoch) return "other_epoch"', "")],
    emphasis: { faults: ["evict head"], faultBudget: 6 },
  },
  {
    rule: "an entry with a read version below the horizon is void",
    edits: [edit(`${LOG}/tag-versions.ts`, 'if (readVersion < this.#horizon) return "cleared"', "")],
  },
  {
    rule: "tag versions that forget a tag raise their horizon",
    edits: [edit(`${LOG}/tag-versions.ts`, "this.#horizon = Math.max(this.#horizon, version)", "")],
    emphasis: { limits: { logTags: 2 } },
  },
  {
    rule: "a clear of everything raises the horizon",
    edits: [edit(`${LOG}/tag-versions.ts`, "if (record.everything) this.#horizon = version", "")],
    emphasis: { weights: { "clear all": 5 } },
  },
  {
    rule: "a clear of a key voids entries that are stored later",
    edits: [
      edit(
        `${LOG}/tag-versions.ts`,
        "for (let i = 0; i < entry.hashCount; i++) {",
        "for (let i = 1; i < entry.hashCount; i++) {"
      ),
    ],
    emphasis: { weights: { "clear key": 8 } },
  },
  {
    rule: "an explicit clear voids entries with autoInvalidate: false",
    edits: [
      edit(
        `${LOG}/tag-versions.ts`,
        "const clears = entry.autoInvalidate ? this.#all : this.#explicit",
        "const clears = entry.autoInvalidate ? this.#all : new Map<Hash, number>()"
      ),
    ],
    emphasis: { weights: { explicit: 10 } },
  },
  {
    rule: "an automatic clear voids entries with autoInvalidate unset",
    edits: [
      edit(
        "src/cache/draft.ts",
        "autoInvalidate: input.options?.autoInvalidate !== false",
        "autoInvalidate: input.options?.autoInvalidate === true"
      ),
    ],
  },
  {
    rule: "the head is read after the lookup began",
    edits: [
      edit(
        `${LOG}/invalidation-log.ts`,
        "const wasDistrusted = this.#isDistrusted",
        [
          "if (this.sharing) return void this.sharing.push(listener)",
          "    const sharing = [listener]",
          "    this.sharing = sharing",
          "    listener = (reading) => {",
          "      this.sharing = undefined",
          "      for (const tell of sharing) tell(reading)",
          "    }",
          "    const wasDistrusted = this.#isDistrusted",
        ].join("\n")
      ),
    ],
  },
  {
    rule: "an entry is judged by tag versions that cover the head of its own lookup",
    edits: [
      edit(
        `${LOG}/log-reading.ts`,
        'return this.#tagVersions.covers(this.version) ? this.#tagVersions.judge(entry) : "other_epoch"',
        "return this.#tagVersions.judge(entry)"
      ),
    ],
    emphasis: LOST_LOG,
  },
  {
    rule: "a lookup whose records could not be fetched is a miss",
    edits: [
      edit(
        `${LOG}/invalidation-log.ts`,
        "(covered ? this.#caughtUp(found.head, answer) : answer())",
        "this.#caughtUp(found.head, answer)"
      ),
      edit(
        `${LOG}/log-reading.ts`,
        'return this.#tagVersions.covers(this.version) ? this.#tagVersions.judge(entry) : "other_epoch"',
        "return this.#tagVersions.judge(entry)"
      ),
    ],
  },
  {
    rule: "an epoch is born by a compare-and-swap, which cannot be carried out twice",
    edits: [
      edit(
        `${LOG}/head-reader.ts`,
        "encodeHead(UNBORN)",
        "encodeHead((this.born = { epoch: readUint48(this.#runtime.randomId(UINT48_BYTES), 0), version: 0, tail: [] }))"
      ),
      edit(
        `${LOG}/head-reader.ts`,
        'if (reply.status === "ok" && reply.cas) return this.#bear(reply.cas)',
        'if (reply.status === "ok" && reply.cas) return this.#settle(this.note({ head: this.born, token: reply.cas, bytes: encodeHead(this.born) }))'
      ),
    ],
    emphasis: { faults: ["evict head"], faultBudget: 6, network: { duplicateChance: 0.3 } },
  },
  {
    rule: "bytes are copied before they are waited with",
    violation: "never found",
    edits: [edit("src/cache/ask.ts", "reply.value ? { ...reply, value: Buffer.from(reply.value) } : reply", "reply")],
  },
]

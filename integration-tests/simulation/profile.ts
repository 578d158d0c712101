import type { NetworkOptions } from "./fake-server"
import type { Prng } from "../../testing/prng"
import type { Pace } from "./scheduler"

/** The engine's limits, small enough for a short schedule to reach all of them. */
export interface Limits {
  /** Records that stand in the head. */
  readonly inlineRecords: number
  /** How far behind a running process still catches up record by record. */
  readonly catchUpRecords: number
  /** Older records that a process reads at boot. */
  readonly backlogRecords: number
  /** How long records are kept that have left the head. */
  readonly retentionSeconds: number
  /** Cleared tags that a process remembers. */
  readonly logTags: number
  readonly lookupTimeoutMs: number
  /** How long a clear tries before it resolves as pending. */
  readonly clearTimeoutMs: number
  /** How long nothing is served after a long outage. */
  readonly recoveryGraceMs: number
  /** How often an idle process looks at the head; 0: it does not, and is not connected before its first call either. */
  readonly followIntervalMs: number
  readonly earlyRefresh: number
  readonly tagIndex: boolean
}

export const FAULTS = [
  "evict item",
  "evict head",
  "evict log",
  "restart",
  "stop",
  "freeze",
  "partition",
  "break",
  "crash",
  "clock",
  "slow",
  "lose items",
  "cut and lose",
  "begin cut off",
  "rollout",
] as const

export type Fault = (typeof FAULTS)[number]

export const OPERATIONS = [
  "lookup",
  "answer",
  "crowd",
  "bundle",
  "retry",
  "own clear",
  "tags",
  "write through",
  "event",
  "explicit",
  "clear key",
  "clear all",
  "unrelated",
  "burst",
  "bulk",
  "pause",
] as const

export type Operation = (typeof OPERATIONS)[number]

/** Everything that one schedule fixes before it begins. */
export interface Profile {
  readonly processes: number
  readonly servers: number
  /** Processes have the servers in different orders, and some lack the last one, as during a deployment. */
  readonly listsDiffer: boolean
  /** How often a process gets another such list while it runs. */
  readonly listChanges: number
  /** Callers do not do what they like, but what a `Drill` tells them. */
  readonly isDrill: boolean
  /** The plot of the drill. Any of them, unless given. */
  readonly plot: number | undefined
  readonly callers: number
  readonly operations: number
  readonly keys: number
  readonly weights: Readonly<Record<Operation, number>>
  readonly faults: readonly Fault[]
  /** So many faults in one schedule. */
  readonly faultBudget: number
  readonly network: NetworkOptions
  readonly pace: Pace
  readonly limits: Limits
  readonly itemSizeMaxBytes: number
  /** Wall clocks differ by up to this much. */
  readonly skewMs: number
  /** Callers run all their operations in one asynchronous context, as a job would, or each in its own, as requests do. */
  readonly longLived: boolean
  /** The plugin has begun what a caller does as a flow of its own, as it does for requests. */
  readonly inFlows: boolean
  /** Chance that a lookup goes through a helper which waits for something first. */
  readonly helperChance: number
  /** Chance that the data is stored from a context that never saw the lookup. Not of what is done in flows. */
  readonly detachedChance: number
  readonly failingLoadChance: number
  /** Chance that a load looks something up itself. */
  readonly nestedLookupChance: number
  readonly boundlessLoads: boolean
}

/** Overrides for a mutant whose rule only matters in a certain weather. */
export interface Emphasis extends Partial<Omit<Profile, "weights" | "network" | "limits" | "pace">> {
  readonly weights?: Partial<Record<Operation, number>>
  readonly network?: Partial<NetworkOptions>
  readonly limits?: Partial<Limits>
  readonly pace?: Partial<Pace>
}

const USUAL: Readonly<Record<Operation, number>> = {
  lookup: 12,
  answer: 6,
  crowd: 3,
  bundle: 2,
  retry: 0.7,
  "own clear": 0.7,
  tags: 0.5,
  "write through": 1,
  event: 5,
  explicit: 2,
  "clear key": 1.5,
  "clear all": 0.4,
  unrelated: 0.4,
  burst: 1,
  bulk: 0.6,
  pause: 1,
}

/**
 * The conditions under which several servers are hardest to keep in step: everything is slow, and many processes load,
 * clear and lose servers at once. They found what 60,000 schedules of the usual draw had not.
 */
const ROUGH: Partial<Profile> = {
  processes: 4,
  callers: 3,
  operations: 6,
  keys: 3,
  faultBudget: 6,
  nestedLookupChance: 0.5,
  faults: ["evict head", "restart", "stop", "freeze", "partition", "break", "crash"],
  pace: { stepMs: 2, jumpWeight: 0.02 },
}

/** Nothing but the plot, and what is stored stays until it is cleared. */
export const DRILL = {
  isDrill: true,
  processes: 3,
  keys: 3,
  nestedLookupChance: 0.7,
  faults: [],
  listsDiffer: false,
  pace: { stepMs: 0.2, jumpWeight: 0.002 },
  itemSizeMaxBytes: 1 << 20,
  boundlessLoads: false,
  failingLoadChance: 0,
  detachedChance: 0,
  helperChance: 0,
  limits: {
    inlineRecords: 1,
    logTags: 1000,
    catchUpRecords: 1000,
    backlogRecords: 200,
    retentionSeconds: 86_400,
    recoveryGraceMs: 0,
    lookupTimeoutMs: 200,
    earlyRefresh: 0,
    tagIndex: false,
  },
  network: { timeoutMs: 200, probeMs: 5, duplicateChance: 0, errorChance: 0 },
} satisfies Emphasis

/** What takes no log from any server. */
const LOGS_STAY: readonly Fault[] = ["evict log", "freeze", "partition", "break", "crash", "clock", "slow", "rollout"]

/** About a third of the schedules have no fault at all: they catch what only needs an unlucky order. */
export function drawProfile(prng: Prng, emphasis: Emphasis = {}): Profile {
  const faulty = prng.chance(0.65)
  const timeoutMs = prng.pick([40, 100, 300])
  const weights = Object.fromEntries(
    OPERATIONS.map((operation) => [operation, USUAL[operation] * prng.pick([0, 0.5, 1, 1, 2, 4])])
  ) as Record<Operation, number>
  weights.lookup = Math.max(weights.lookup, 6)
  const servers = prng.pick([1, 1, 2, 3, 5])
  const profile: Profile = {
    processes: prng.pick([1, 2, 2, 2, 3, 3, 4]),
    servers,
    listsDiffer: servers > 2 && prng.chance(0.4),
    listChanges: prng.pick([0, 1, 3]),
    isDrill: false,
    plot: undefined,
    callers: prng.between(1, 3),
    operations: prng.between(2, 6),
    keys: prng.between(1, 3),
    weights,
    faults: faulty ? prng.some(FAULTS, prng.pick([0.15, 0.3, 0.6])) : [],
    faultBudget: prng.between(1, 6),
    network: {
      timeoutMs,
      probeMs: prng.pick([50, 200]),
      failuresUntilDown: prng.between(1, 4),
      timeoutBreaks: prng.chance(0.5),
      duplicateChance: faulty && prng.chance(0.3) ? 0.05 : 0,
      errorChance: faulty && prng.chance(0.15) ? 0.05 : 0,
      lateChance: prng.pick([0, 0.5, 1]),
    },
    pace: { stepMs: faulty ? prng.pick([0.05, 0.5, 2]) : 0.02, jumpWeight: faulty ? prng.pick([0, 0.003, 0.02]) : 0 },
    limits: {
      inlineRecords: prng.between(1, 3),
      catchUpRecords: prng.pick([0, 1, 3, 1000]),
      backlogRecords: prng.pick([0, 2, 4, 200]),
      retentionSeconds: prng.pick([2, 60, 86_400]),
      logTags: prng.pick([2, 4, 8, 1000]),
      lookupTimeoutMs: timeoutMs,
      clearTimeoutMs: prng.pick([50, 200, 3000]),
      recoveryGraceMs: prng.pick([0, 2000]),
      followIntervalMs: prng.pick([0, 0, 0, 2000, 10_000]),
      earlyRefresh: prng.pick([0, 1]),
      tagIndex: prng.chance(0.8),
    },
    itemSizeMaxBytes: prng.pick([1200, 1 << 20]),
    skewMs: prng.pick([0, 0, 500, 90_000]),
    longLived: prng.chance(0.4),
    inFlows: prng.chance(0.4),
    helperChance: prng.pick([0, 0.3]),
    detachedChance: prng.pick([0, 0.1, 0.5]),
    failingLoadChance: prng.pick([0, 0.1]),
    nestedLookupChance: prng.pick([0, 0.1, 0.3, 0.5]),
    boundlessLoads: prng.chance(0.2),
  }
  const isRolledOut = profile.faults.includes("rollout") && servers === 2
  const usual = isRolledOut
    ? {
        ...profile,
        faults: LOGS_STAY,
        network: { ...profile.network, errorChance: 0 },
        itemSizeMaxBytes: 1 << 20,
      }
    : profile
  const few = { ...DRILL, servers: Math.min(servers, 3) }
  const rough: Emphasis = servers > 1 ? prng.pick([{}, {}, {}, {}, {}, {}, {}, {}, ROUGH, few, few]) : {}
  return {
    ...usual,
    ...rough,
    // With one server in common nothing is guaranteed once that has lost its log.
    listsDiffer: (rough.listsDiffer ?? profile.listsDiffer) && (emphasis.servers ?? servers) > 2,
    ...emphasis,
    weights: { ...profile.weights, ...emphasis.weights },
    network: { ...usual.network, ...rough.network, ...emphasis.network },
    limits: { ...profile.limits, ...rough.limits, ...emphasis.limits },
    pace: { ...profile.pace, ...rough.pace, ...emphasis.pace },
  }
}

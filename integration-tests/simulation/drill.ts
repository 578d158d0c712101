import type { Prng } from "../../testing/prng"
import { chooseServer } from "../../src/cache/memcached/rendezvous"
import { type Caller, keyOf } from "./caller"
import type { Machine } from "./fake-server"
import type { Fragile } from "./fault-injector"
import type { Operation, Profile } from "./profile"
import type { Lane, Scheduler } from "./scheduler"
import type { SimulatedProcess } from "./simulated-process"

/** Who is who in a drill. */
interface Cast {
  /** It cannot be reached by some. */
  readonly away: Machine
  /** It loses its head. */
  readonly losing: Machine
  /** Another one, or the same with two servers. */
  readonly third: Machine
  /** Makes something new of what is stored. */
  user: SimulatedProcess
  /** It cannot reach the first server, and clears. */
  clearer: SimulatedProcess
  /** Another one like that. */
  other: SimulatedProcess
}

type Act = (cast: Cast) => Promise<void> | void

/** Until the next act, whether the last one has ended or not. */
const PATIENCE_MS = [0, 2, 20, 100, 400]
const LONG_MS = [100, 400, 400, 1_500]
/** Less than a time-out. */
const DELAYS_MS = [10, 50, 150]
const PAUSES_MS = [0, 5, 60, 600, 1_100, 2_600]
const SKIPPED_CHANCE = 0.05
const INSERTED_CHANCE = 0.1

/**
 * A schedule with a plot, for what several servers have to know of each other: something is stored on a server; some
 * processes cannot reach it, and clear; other servers lose their heads, in which that was noted; and others make something
 * new of what was stored. Each plot leads to one situation, with acts left out and put in by chance. Callers that do as
 * they like get there once in a million schedules.
 */
export class Drill {
  isRunning = true

  private readonly acts = {
    cut: ({ clearer, away }) => this.cutOff(clearer, away),
    cutOther: ({ other, away }) => this.cutOff(other, away),
    cutUser: ({ user, away }) => this.cutOff(user, away),
    cutUserFromThird: ({ user, third }) => this.cutOff(user, third),
    beginCut: (cast) => {
      cast.clearer = this.begin(cast.clearer, cast.away)
    },
    beginCutFromBoth: (cast) => {
      cast.clearer = this.begin(cast.clearer, cast.away, cast.third)
    },
    beginOther: (cast) => {
      cast.other = this.begin(cast.other, cast.away)
    },
    beginUser: (cast) => {
      cast.user = this.begin(cast.user)
    },
    clear: ({ clearer }) => this.clear(clearer),
    clearForLong: ({ clearer }) => this.clear(clearer, LONG_MS),
    clearOther: ({ other }) => this.call(other, "unrelated", LONG_MS),
    clearUser: ({ user }) => this.call(user, "unrelated", LONG_MS),
    lose: ({ losing }) => this.lose(losing),
    loseWhenWritten: ({ losing }) => {
      losing.losesHeads = this.prng.between(1, 2)
    },
    make: ({ user, losing, away }) => this.make(user, this.recordOn(losing), this.recordOn(away)),
    makeOfThird: ({ user, losing, third }) => this.make(user, this.recordOn(losing), this.recordOn(third)),
    use: ({ user }) => this.lookUpAll(user),
    clearLate: ({ clearer, losing }) => this.delayClosing(clearer, losing),
    reachThird: ({ clearer, third }) => this.reach(clearer, third),
    reach: ({ clearer }) => this.reach(clearer),
    reachOther: ({ other }) => this.reach(other),
    watch: ({ user, losing }) => this.watch(user, this.recordOn(losing)),
    wait: () => this.pause(),
  } satisfies Record<string, Act>

  /** What is not put into other plots: with one server in common nothing is guaranteed once that has lost its log. */
  private readonly ofTheirOwn = {
    shrink: ({ away }) => this.useWithout(away),
    shrinkClearer: (cast) => {
      this.world.listFromNowOn(this.world.machines.filter((machine) => machine !== cast.away))
      cast.clearer = this.begin(cast.clearer)
      this.world.listFromNowOn(this.world.machines)
    },
    forget: ({ user, away }) => this.inTime(user, LONG_MS, user.cache.forgetServer(`${away.name}:11211`)),
    grow: () => this.useWithout(undefined),
    growClearer: ({ clearer }) => clearer.use(this.world.machines),
    look: ({ clearer, losing }) => this.call(clearer, "lookup", LONG_MS, this.recordOn(losing)),
    lookBriefly: ({ clearer, losing }) => this.call(clearer, "lookup", [0, 0.5, 1], this.recordOn(losing)),
    cutFromLosing: ({ clearer, losing }) => this.cutOff(clearer, losing),
    clearMuch: ({ clearer }) => this.call(clearer, "bulk", [0, 2]),
    reachLosing: ({ clearer, losing }) => this.reach(clearer, losing),
    watchAway: ({ clearer, away }) => this.watch(clearer, this.recordOn(away)),
    clearUserRelated: ({ user }) => this.clear(user, LONG_MS),
    fallBack: ({ losing, clearer }) => this.fallBack(losing, clearer),
  } satisfies Record<string, Act>

  constructor(
    private readonly world: Fragile,
    private readonly callerOf: (process: SimulatedProcess) => Caller,
    private readonly lane: Lane,
    private readonly profile: Profile,
    private readonly prng: Prng,
    private readonly scheduler: Scheduler
  ) {}

  async run(): Promise<void> {
    const { prng, world } = this
    const [first] = this.shuffled(world.liveProcesses())
    if (first) for (const record of this.records()) await this.make(first, record, record)
    const [away, losing, third = losing] = this.shuffled(world.machines)
    const [user, clearer, other = user] = this.shuffled(world.liveProcesses())
    if (away && losing && third && user && clearer && other) {
      const cast = { away, losing, third, user, clearer, other }
      const { acts, isExact = false } = this.plot()
      for (const act of acts) {
        if (!isExact && prng.chance(SKIPPED_CHANCE)) continue
        await this.perform(act, cast)
        if (!isExact && prng.chance(INSERTED_CHANCE)) await this.perform(prng.pick(Object.values(this.acts)), cast)
      }
    }
    for (const process of this.shuffled(world.liveProcesses())) {
      this.reach(process)
      await this.pause()
    }
    for (const machine of world.machines) machine.losesHeads = 0
    await this.pause()
    for (const process of this.shuffled(world.liveProcesses())) await this.lookUpAll(process)
  }

  private plot(): { readonly acts: readonly Act[]; readonly isExact?: boolean } {
    const { prng, world } = this
    const all = this.acts
    const { cut, cutOther, cutUser, cutUserFromThird, beginCut, beginCutFromBoth, beginOther, beginUser } = all
    const { clearForLong, clearOther, clearUser, lose, make, makeOfThird, clearLate, reachThird, reach, watch, wait } =
      all
    const { shrink, shrinkClearer, forget, grow, growClearer, look, lookBriefly, cutFromLosing, clearMuch } =
      this.ofTheirOwn
    const { reachLosing, watchAway, clearUserRelated, fallBack } = this.ofTheirOwn
    const plot = this.profile.plot ?? prng.below(9)
    this.scheduler.note(() => `plot ${plot}`)
    switch (plot) {
      // A mark is lost with its head, and somebody marks the same server anew.
      case 0:
        return {
          acts: [cut, cutOther, clearForLong, lose, make, prng.pick([clearOther, beginOther]), clearOther, wait],
        }
      // A log begins anew between the moment at which a clear was closed in it and the one at which the last log has it.
      case 1:
        return { acts: [cut, clearLate, lose, make, reach, watch, wait] }
      // A clear is left in an unborn head, which is lost, and reaches some of the other servers later.
      case 2:
        return {
          acts: [lose, cutUser, beginCutFromBoth, clearForLong, lose, makeOfThird, clearUser, reachThird, wait, wait],
        }
      // Marks are left in an unborn head, which is lost.
      case 3:
        return { acts: [lose, cutUserFromThird, beginCut, clearForLong, lose, make, beginOther, clearOther, wait] }
      // A server is used no more, forgotten, and used again.
      case 4:
        return {
          acts: [shrink, forget, prng.pick([wait, beginUser]), clearUserRelated, look, grow, watchAway],
          isExact: true,
        }
      // The marked server comes into the list of a process, which knows it from the head that was lost.
      case 5:
        if (world.machines.length < 3) return { acts: [cut, clearForLong, lose, make, wait] }
        return {
          acts: [
            shrinkClearer,
            look,
            cut,
            cutUserFromThird,
            cutOther,
            clearForLong,
            lose,
            make,
            clearOther,
            growClearer,
            wait,
          ],
        }
      // Marks wait to be put back, together with so many clears that they become one.
      case 6: {
        const much = Array.from({ length: 4 }, () => clearMuch)
        return {
          acts: [cut, clearForLong, lose, lookBriefly, cutFromLosing, ...much, reachLosing, reach, watchAway, wait],
        }
      }
      // A server comes back with what it had a moment ago.
      case 7:
        return { acts: [fallBack, watch, wait], isExact: true }
      default:
        return { acts: Array.from({ length: prng.between(6, 12) }, () => prng.pick(Object.values(all))) }
    }
  }

  private async perform(act: Act, cast: Cast): Promise<void> {
    await this.lane.turn(() => "next act")
    for (const role of ["user", "clearer", "other"] as const) {
      if (!cast[role].alive) cast[role] = this.prng.pick(this.world.liveProcesses())
    }
    await act(cast)
  }

  private async clear(process: SimulatedProcess, patienceMs = PATIENCE_MS): Promise<void> {
    await this.call(process, this.prng.pick(["event", "explicit", "explicit"] as const), patienceMs)
  }

  private async call(process: SimulatedProcess, ...[operation, patienceMs, record]: Call): Promise<void> {
    await this.inTime(process, patienceMs, this.callerOf(process).do(operation, record))
  }

  /** Goes on when this has ended, or when somebody might. */
  private async inTime(
    process: SimulatedProcess,
    patienceMs: readonly number[],
    ended: Promise<unknown>
  ): Promise<void> {
    await Promise.race([ended, process.crashed, this.scheduler.sleep(this.prng.pick(patienceMs))])
  }

  private async lookUpAll(process: SimulatedProcess): Promise<void> {
    for (const record of this.records()) await this.call(process, "lookup", LONG_MS, record)
  }

  private records(): readonly number[] {
    return this.shuffled(Array.from({ length: this.profile.keys }, (_, at) => at))
  }

  /** Returns a record whose entry is on this server. */
  private recordOn(machine: Machine): number {
    const servers = this.world.machines.map(({ name }) => ({ id: `${name}:11211`, name }))
    const isThere = (record: number): boolean => chooseServer(servers, `sim:${keyOf(record)}`).name === machine.name
    return this.records().find(isThere) ?? 0
  }

  private async make(process: SimulatedProcess, record: number, part: number): Promise<void> {
    await this.inTime(process, LONG_MS, this.callerOf(process).make(record, part))
  }

  /** Looks something up again and again, while others do something about what is there. */
  private watch(process: SimulatedProcess, record: number): void {
    const look = async (): Promise<void> => {
      for (let left = 20; left > 0 && process.alive; left--) {
        await this.call(process, "lookup", LONG_MS, record)
      }
    }
    void look()
  }

  private pause(): Promise<void> {
    return this.scheduler.sleep(this.prng.pick(PAUSES_MS))
  }

  private lose({ name, memcached }: Machine): void {
    if (this.prng.chance(0.2)) memcached.loseItems()
    else for (const key of memcached.keys().filter((each) => each.endsWith("~head"))) memcached.evict(key)
    this.scheduler.note(() => `${name} loses its head`)
  }

  private async useWithout(machine: Machine | undefined): Promise<void> {
    const list = this.world.machines.filter((each) => each !== machine)
    this.world.listFromNowOn(list)
    for (const process of this.shuffled(this.world.liveProcesses())) {
      process.use(list)
      await this.scheduler.sleep(this.prng.pick(PATIENCE_MS))
    }
  }

  /** Everybody has seen what is lost then, and the epoch before it if that was lost as well: who has not cannot know. */
  private async fallBack(machine: Machine, clearer: SimulatedProcess): Promise<void> {
    const { memcached, name } = machine
    const record = this.recordOn(machine)
    await this.make(clearer, record, record)
    const isLost = this.prng.chance(0.5)
    if (isLost && !(await this.haveAllSeen(machine, record))) return
    const snapshot = memcached.snapshot()
    if (isLost) this.lose(machine)
    const clears = this.prng.between(1, 2)
    for (let left = clears; left > 0; left--) await this.clear(clearer, LONG_MS)
    if (!(await this.haveAllSeen(machine, record))) return
    memcached.restore(snapshot)
    this.scheduler.note(() => `${name} comes back as it was`)
    for (const server of this.world.serversOf(machine)) server.reset()
    if (isLost || this.prng.chance(0.5)) return
    // Somebody who has seen nothing of it writes as much as was lost, before the others look.
    const newcomer = this.begin(clearer)
    for (let left = clears; left > 0; left--) await this.clear(newcomer, LONG_MS)
  }

  /** Has everybody look something up, and returns whether all have seen the head that there is now. */
  private async haveAllSeen(machine: Machine, record: number): Promise<boolean> {
    for (const process of this.world.liveProcesses()) await this.call(process, "lookup", LONG_MS, record)
    const head = machine.memcached.headUnique()
    return head !== undefined && this.world.serversOf(machine).every(({ headSeen }) => headSeen === head)
  }

  private begin(instead: SimulatedProcess, ...away: readonly Machine[]): SimulatedProcess {
    const process = this.world.replace(instead)
    for (const machine of away) this.cutOff(process, machine)
    return process
  }

  private cutOff(process: SimulatedProcess, machine: Machine): void {
    const isKnown = this.prng.chance(0.8)
    for (const server of process.servers) {
      if (server.machine !== machine) continue
      if (isKnown) server.cutOff(true)
      else server.partition(true)
    }
    this.scheduler.note(() => `${process.name} cannot reach ${machine.name}`)
  }

  /** Begins a clear, and delays the answer when it is closed. */
  private async delayClosing(process: SimulatedProcess, machine: Machine): Promise<void> {
    const { prng, scheduler } = this
    const servers = process.servers.filter((server) => server.machine === machine)
    const delayed = new Promise<void>((resolve) => servers.forEach((server) => server.delayClosing(resolve)))
    const cleared = this.clear(process, LONG_MS)
    await Promise.race([delayed, cleared, process.crashed, scheduler.sleep(prng.pick(LONG_MS))])
    scheduler.note(() => `${process.name} hears nothing of ${machine.name}`)
    scheduler.schedule(prng.pick(DELAYS_MS), () => {
      scheduler.note(() => `${process.name} hears of ${machine.name} again`)
      for (const server of servers) server.hear()
    })
  }

  private reach(process: SimulatedProcess, machine?: Machine): void {
    for (const server of process.servers) if (!machine || server.machine === machine) server.reach()
    this.scheduler.note(() => `${process.name} reaches ${machine?.name ?? "all"} again`)
  }

  private shuffled<T>(items: readonly T[]): T[] {
    const left = [...items]
    return items.map(() => left.splice(this.prng.below(left.length), 1)).flat()
  }
}

type Call = [operation: Operation, patienceMs: readonly number[], record?: number]

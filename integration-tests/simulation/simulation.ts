import { Caller, keyOf, tagsOf } from "./caller"
import { FakeMemcached } from "../../testing/fake-memcached"
import { FakeServer, type Machine } from "./fake-server"
import { Drill } from "./drill"
import { FaultInjector, type Fragile } from "./fault-injector"
import { type Referee, ObservedCache } from "./observed-cache"
import { Oracle } from "./oracle"
import { Prng } from "../../testing/prng"
import { drawProfile, type Emphasis, type Profile } from "./profile"
import { Scheduler } from "./scheduler"
import { SimulatedProcess } from "./simulated-process"
import { CLOCK_START_MS } from "../../testing/manual-runtime"
import { SimulatedRuntime } from "./simulated-runtime"
import type { BootSubject } from "./subject"
import { takeSituations } from "./situations"
import { Tally } from "./tally"

export interface ScheduleOptions {
  readonly boot: BootSubject
  readonly emphasis?: Emphasis
  readonly trace?: (line: string) => void
}

export interface ScheduleReport {
  readonly seed: number
  readonly violations: readonly string[]
  readonly tally: Tally
  /** Two runs of one seed must agree in it. */
  readonly fingerprint: number
}

/** Far beyond what a schedule takes; reaching one of these is a finding. */
const STEPS_MAX = 30_000
const WORK_MAX_MS = 3_600_000
const RECOVERY_MAX_MS = 120_000
/** A timer that is due may have to let so many steps pass: the event loop is busy. */
const LATE_TIMER_STEPS = 60
/** In so many schedules, since it takes as many steps as the rest. */
const DISTANCE_AUDITS = 0.1
const CLOCK_TICK_MS = 1000
const SECOND_READ_ATTEMPTS = 8
/** When a process gets another list of servers after its start, in milliseconds. */
const LIST_CHANGES_MS = [1, 3, 10, 50, 300, 2_000]

/** Runs one schedule from its seed to the end and reports what broke. */
export async function simulate(seed: number, options: ScheduleOptions): Promise<ScheduleReport> {
  const simulation = new Simulation(seed, options)
  await simulation.run()
  return simulation.report()
}

class Simulation implements Referee {
  readonly oracle = new Oracle()
  readonly tally = new Tally()
  readonly scheduler: Scheduler
  readonly machines: readonly Machine[]

  private readonly prng: Prng
  private readonly profile: Profile
  private readonly violations: string[] = []
  private readonly processes: SimulatedProcess[] = []
  private readonly faults: FaultInjector
  private readonly drill: Drill | undefined
  /** What a process has in its list that begins now. */
  private list: readonly Machine[]
  private booted = 0

  constructor(
    private readonly seed: number,
    private readonly options: ScheduleOptions
  ) {
    this.prng = new Prng(seed)
    this.profile = drawProfile(this.prng.fork(), options.emphasis)
    options.trace?.(JSON.stringify(this.profile))
    const { profile } = this
    const scheduler = new Scheduler(this.prng.fork(), profile.pace, options.trace)
    this.scheduler = scheduler
    this.machines = Array.from({ length: profile.servers }, (_, at) => {
      const skewMs = this.prng.below(profile.skewMs + 1)
      const now = () => CLOCK_START_MS + scheduler.nowMs + skewMs
      return {
        name: `m${at}`,
        memcached: new FakeMemcached({ now, itemSizeMaxBytes: profile.itemSizeMaxBytes }),
        up: true,
        losesHeads: 0,
      }
    })
    this.list = this.machines
    for (let i = 0; i < profile.processes; i++) this.boot()
    const fragile: Fragile = {
      machines: this.machines,
      liveProcesses: () => this.processes.filter(({ alive }) => alive),
      serversOf: (machine) =>
        this.processes.flatMap(({ alive, servers }) =>
          alive ? servers.filter((server) => server.machine === machine) : []
        ),
      replace: (process) => {
        process.crash(scheduler)
        scheduler.note(() => `${process.name} crashes`)
        return this.boot()
      },
      listFromNowOn: (list) => (this.list = list),
    }
    this.faults = new FaultInjector(fragile, profile, profile.network, this.prng.fork(), scheduler, this.tally)
    if (profile.isDrill) this.drill = this.beginDrill(fragile)
  }

  violation(what: string): void {
    this.violations.push(what)
    this.scheduler.note(() => `VIOLATION: ${what}`)
  }

  report(): ScheduleReport {
    const { seed, violations, tally, scheduler } = this
    tally.schedules = 1
    tally.steps = scheduler.steps
    tally.virtualMs = scheduler.nowMs
    tally.situations = takeSituations()
    return { seed, violations, tally, fingerprint: scheduler.fingerprint }
  }

  async run(): Promise<void> {
    const { scheduler } = this
    const bounds = (steps: number, forMs: number) => ({ steps, untilMs: scheduler.nowMs + forMs })
    // Half of the work under faults; then they end, and whatever is still running has to finish.
    const steps = this.prng.between(50, 1500)
    await scheduler.run(() => this.finished(), bounds(this.drill ? STEPS_MAX : steps, WORK_MAX_MS))
    this.faults.heal()
    if (!(await scheduler.run(() => this.finished(), bounds(STEPS_MAX, WORK_MAX_MS)))) return this.reportStuck()

    const recovered = () =>
      this.live().every(({ cache, servers }) => {
        return !cache.isRecovering() && servers.every(({ state }) => state !== "down" && state !== "connecting")
      })
    this.letTimePass()
    if (!(await scheduler.run(recovered, bounds(STEPS_MAX, RECOVERY_MAX_MS)))) {
      for (const { name, cache, servers } of this.live()) {
        const states = servers.map(({ id, state }) => `${id} ${state}`).join(", ")
        this.violation(
          `${name}: ${cache.isRecovering() ? "still" : "not"} recovering long after the last fault; ${states}`
        )
      }
      return
    }
    await this.audit()
    for (const { name, cache } of this.live()) {
      for (const excess of cache.excesses()) this.violation(`${name}: ${excess}`)
    }
    await this.shutDown()
  }

  private live(): SimulatedProcess[] {
    return this.processes.filter(({ alive }) => alive)
  }

  private finished(): boolean {
    if (this.faults.isRolling || this.drill?.isRunning) return false
    return this.live().every(({ callersRunning, cache }) => callersRunning === 0 && cache.outstanding.size === 0)
  }

  private reportStuck(): void {
    for (const { name, callersRunning, cache } of this.live()) {
      const calls = [...cache.outstanding].map(({ what, beganMs }) => `${what} since ${beganMs.toFixed(0)} ms`)
      if (callersRunning > 0 || calls.length > 0) {
        this.violation(`${name}: ${callersRunning} callers do not get on; unsettled: ${calls.join("; ") || "nothing"}`)
      }
    }
  }

  private beginDrill(fragile: Fragile): Drill {
    const { profile, scheduler } = this
    const callers = new Map<SimulatedProcess, Caller>()
    const callerOf = (process: SimulatedProcess): Caller => {
      const known = callers.get(process)
      if (known) return known
      const caller = this.hire(process, `${process.name}.c`)
      callers.set(process, caller)
      return caller
    }
    const drill = new Drill(fragile, callerOf, scheduler.lane("drill"), profile, this.prng.fork(), scheduler)
    void drill
      .run()
      .catch((error: unknown) => this.violation(`the drill failed: ${String(error)}`))
      .finally(() => (drill.isRunning = false))
    return drill
  }

  private boot(callers = this.profile.isDrill ? 0 : this.profile.callers): SimulatedProcess {
    const { profile, scheduler } = this
    const name = `p${this.booted++}`
    const runtime = new SimulatedRuntime(scheduler, this.prng.fork(), this.prng.below(profile.skewMs + 1))
    const connect = (machine: Machine): FakeServer =>
      new FakeServer(name, machine, scheduler, this.prng.fork(), profile.network, ({ op, key }) => `${op} ${key}`)
    const servers = this.listOfServers().map(connect)
    const own = [...servers]
    const first = [...own]
    const reach = (id: string): FakeServer | undefined => {
      const machine = this.machines.find((each) => `${each.name}:11211` === id)
      const server = machine && connect(machine)
      if (server) servers.push(server)
      return server
    }
    const subject = this.options.boot({ servers: first, reach, runtime, limits: profile.limits })
    const lateMs = LATE_TIMER_STEPS * profile.pace.stepMs
    const cache = new ObservedCache(name, subject, this, {
      lookupMs: profile.limits.lookupTimeoutMs + lateMs,
      clearMs: profile.limits.clearTimeoutMs + lateMs,
      // Stores of one key wait for each other.
      storeMs: (profile.operations + 1) * (profile.network.timeoutMs + lateMs),
      // What has begun is ended: reading a head, leaving something there, and writing it.
      closeMs: profile.limits.clearTimeoutMs + 6 * profile.network.timeoutMs + lateMs,
    })
    const use = (list: readonly Machine[]): void => {
      const replacing = list.map((machine) => {
        const known = own.find((server) => server.machine === machine && server.state !== "closed")
        if (known) return known
        const added = connect(machine)
        own.push(added)
        servers.push(added)
        return added
      })
      cache.replaceServers(replacing)
    }
    const process = new SimulatedProcess(name, cache, servers, runtime, use)
    this.processes.push(process)
    for (let change = 0; change < (profile.listsDiffer ? profile.listChanges : 0); change++) {
      scheduler.schedule(this.prng.pick(LIST_CHANGES_MS), () => {
        if (process.alive) process.use(this.listOfServers())
      })
    }
    for (let caller = 0; caller < callers; caller++) this.employ(process, `${name}.c${caller}`)
    return process
  }

  private listOfServers(): Machine[] {
    if (!this.profile.listsDiffer) return [...this.list]
    const list = this.prng.chance(0.5) ? [...this.machines] : this.machines.slice(0, -1)
    const turn = this.prng.below(list.length)
    return [...list.slice(turn), ...list.slice(0, turn)]
  }

  private hire(process: SimulatedProcess, name: string): Caller {
    const { profile, scheduler, oracle } = this
    const lane = scheduler.lane(name)
    process.retireWith(lane)
    return new Caller(process, lane, profile, this.prng.fork(), scheduler, oracle)
  }

  private employ(process: SimulatedProcess, name: string): void {
    const caller = this.hire(process, name)
    process.callersRunning += 1
    void caller.work().then(
      () => (process.callersRunning -= 1),
      (error: unknown) => this.violation(`${name} failed: ${error instanceof Error ? error.stack : String(error)}`)
    )
  }

  /**
   * With everything quiet: no process may return anything stale, including what was pending; and an entry that has just
   * been stored is found, so that a cache that forgets everything does not pass.
   */
  private async audit(): Promise<void> {
    for (const process of this.live()) process.cache.noticeDelivery()
    await this.drive(async () => {
      await Promise.all(this.live().map((process) => this.auditProcess(process)))
      await this.auditDistance()
    })
  }

  private async auditProcess(process: SimulatedProcess): Promise<void> {
    const records = Array.from({ length: this.profile.keys }, (_, at) => at)
    await Promise.all(records.map((record) => process.cache.get({ key: keyOf(record) })))
    await this.expectHit(process, process, this.prng.pick(records))
  }

  /**
   * Entries outlive clears of other things, also for a process that has not looked for a while and for one that has just
   * booted: that is what records outside the head are for.
   */
  private async auditDistance(): Promise<void> {
    const { limits } = this.profile
    const [writer, ...others] = this.live()
    const clears = 2 * limits.inlineRecords + 2
    const remembered = limits.logTags >= 1000 && limits.retentionSeconds >= 60 && limits.catchUpRecords >= clears
    // With other servers in its list a process looks for some entries elsewhere.
    if (
      !writer ||
      !remembered ||
      this.profile.listsDiffer ||
      this.profile.faults.includes("rollout") ||
      !this.prng.chance(DISTANCE_AUDITS)
    ) {
      return
    }
    const disturb = async (): Promise<void> => {
      for (let at = 0; at < clears; at++) {
        const tags = Array.from({ length: this.prng.pick([1, 12]) }, (_, tag) => `Unrelated:${tag}`)
        await writer.cache.clear({ tags })
      }
    }
    for (const reader of others.slice(0, 1)) await this.expectHit(writer, reader, 0, disturb)
    if (limits.backlogRecords >= clears) await this.expectHit(writer, () => this.boot(0), 0, disturb)
  }

  /** Once stored, an entry is found: a cache that forgets everything would never be stale either. */
  private async expectHit(
    writer: SimulatedProcess,
    reader: SimulatedProcess | (() => SimulatedProcess),
    record: number,
    meanwhile?: () => Promise<void>
  ): Promise<void> {
    const key = keyOf(record)
    let name = ""
    for (let attempt = 0; attempt < SECOND_READ_ATTEMPTS; attempt++) {
      // Cleared first, so that the entry is new and not one from long ago.
      if (meanwhile) await writer.cache.clear({ key })
      await this.inContextOfItsOwn(async () => {
        if ((await writer.cache.get({ key })) !== null) return
        const payload = this.oracle.readSource(key, tagsOf(record), true, "")
        const request = { key, data: payload, ttl: 3600, tags: [...payload.tags], options: { autoInvalidate: true } }
        await writer.cache.set(request)
      })
      await meanwhile?.()
      const process = reader instanceof SimulatedProcess ? reader : reader()
      name = process.name
      this.tally.secondReads += 1
      if ((await process.cache.get({ key })) !== null) {
        this.tally.secondHits += 1
        return
      }
      await this.scheduler.sleep(CLOCK_TICK_MS)
    }
    this.violation(`${name}: ${key} was stored ${SECOND_READ_ATTEMPTS} times and never found`)
  }

  /** Some limits are moments and not timers: without this nothing might happen until then. */
  private letTimePass(): void {
    this.scheduler.schedule(CLOCK_TICK_MS, () => this.letTimePass())
  }

  private async shutDown(): Promise<void> {
    for (const process of this.live()) await this.drive(() => process.cache.close())
  }

  /** Started by the scheduler, as requests are: without anything that an earlier lookup left in the context. */
  private inContextOfItsOwn(act: () => Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      this.scheduler.schedule(0, () => void Promise.resolve().then(act).then(resolve))
    })
  }

  /** Lets the scheduler run until a piece of work is done. */
  private async drive(act: () => Promise<void>): Promise<void> {
    let done = false
    // Not in this context: what the cache keeps in the context of a lookup must not reach the next schedule.
    void Promise.resolve()
      .then(act)
      .then(() => (done = true))
    const inTime = await this.scheduler.run(() => done, {
      steps: STEPS_MAX,
      untilMs: this.scheduler.nowMs + RECOVERY_MAX_MS,
    })
    if (!inTime) this.reportStuck()
  }
}

import type { FakeServer, Machine, NetworkOptions } from "./fake-server"
import type { Prng } from "../../testing/prng"
import type { Fault, Profile } from "./profile"
import type { Lane, Scheduler } from "./scheduler"
import type { SimulatedProcess } from "./simulated-process"
import type { Tally } from "./tally"

const DURATIONS_MS = [5, 50, 400, 4000]
/** Between two processes that get another list. */
const ROLLOUT_PAUSES_MS = [0, 1, 10, 50, 300]
/** Faults come rarely enough that most of the work happens between them. */
const HEALTHY_STEP_MS = 0.02
const FAULT_WEIGHTS = [0.02, 0.05, 0.2]

/** What faults may touch. */
export interface Fragile {
  readonly machines: readonly Machine[]
  liveProcesses(): SimulatedProcess[]
  serversOf(machine: Machine): FakeServer[]
  /** Returns the process that takes its place. */
  replace(process: SimulatedProcess): SimulatedProcess
  /** What processes have in their lists that begin from now on. */
  listFromNowOn(list: readonly Machine[]): void
}

/** Injects the faults of one schedule, and takes all of them back when it is told to. */
export class FaultInjector {
  private readonly lane: Lane
  private readonly healings = new Set<() => void>()
  private budget: number
  /** Whether a list of servers is being changed. */
  isRolling = false

  constructor(
    private readonly world: Fragile,
    private readonly profile: Profile,
    private readonly network: NetworkOptions,
    private readonly prng: Prng,
    private readonly scheduler: Scheduler,
    private readonly tally: Tally
  ) {
    this.lane = scheduler.lane("faults")
    this.lane.weight = prng.pick(FAULT_WEIGHTS)
    this.budget = profile.faults.length > 0 ? profile.faultBudget : 0
    this.next()
  }

  /** Everything works from now on. */
  heal(): void {
    this.scheduler.retire(this.lane)
    for (const healing of [...this.healings]) healing()
    this.network.duplicateChance = 0
    this.network.errorChance = 0
    this.scheduler.pace = { stepMs: HEALTHY_STEP_MS, jumpWeight: 0 }
    this.scheduler.note(() => "all faults end")
  }

  private next(): void {
    if (this.budget-- <= 0) return
    const fault = this.prng.pick(this.profile.faults)
    this.lane.push(
      () => fault,
      () => {
        this.tally.fault(fault)
        this.inject(fault)
        this.next()
      }
    )
  }

  private inject(fault: Fault): void {
    const { prng, world, scheduler } = this
    const machine = prng.pick(world.machines)
    const process = prng.pick(world.liveProcesses())
    const server = prng.pick(process.servers)
    switch (fault) {
      case "evict item":
        return this.evict(machine, (keys) => (keys.length > 0 ? [prng.pick(keys)] : []))
      case "evict head":
        return this.evict(machine, (keys) => keys.filter((key) => key.endsWith("~head")))
      case "evict log":
        return this.evict(machine, (keys) => {
          const log = keys.filter((key) => /~(log|rec):/.test(key))
          return prng.chance(0.5) ? log : log.slice(0, 1)
        })
      case "restart":
        machine.memcached.restart()
        for (const each of world.serversOf(machine)) each.reset()
        return
      case "stop":
        if (!machine.up) return
        machine.up = false
        machine.memcached.restart()
        for (const each of world.serversOf(machine)) each.reset()
        return this.forAWhile(() => (machine.up = true))
      case "freeze": {
        const servers = world.serversOf(machine)
        for (const each of servers) each.freeze(true)
        return this.forAWhile(() => servers.forEach((each) => each.freeze(false)))
      }
      case "partition":
        server.partition(true)
        return this.forAWhile(() => server.partition(false))
      case "break":
        return server.break("reset by the network")
      case "crash":
        world.replace(process)
        return
      case "lose items":
        machine.memcached.loseItems()
        return
      case "cut and lose": {
        const processes = prng.some(world.liveProcesses(), 0.5)
        this.cutOff(processes.length > 0 ? processes : [process], machine)
        return this.loseHeads(machine)
      }
      case "begin cut off":
        this.cutOff([world.replace(process)], machine)
        return this.loseHeads(machine)
      case "rollout":
        return this.rollOut(machine)
      case "clock":
        process.runtime.skewMs += prng.pick([-90_000, -700, 700, 90_000])
        return
      case "slow": {
        const { pace } = scheduler
        scheduler.pace = { ...pace, jumpWeight: 0.1 }
        return this.forAWhile(() => (scheduler.pace = pace))
      }
    }
  }

  private evict(machine: Machine, choose: (keys: string[]) => string[]): void {
    for (const key of choose(machine.memcached.keys())) {
      machine.memcached.evict(key)
      this.scheduler.note(() => `${machine.name} evicts ${key}`)
    }
  }

  /** Others go on: what they make of what is there does not know what these clear. */
  private cutOff(processes: readonly SimulatedProcess[], machine: Machine): void {
    const { prng, scheduler } = this
    const servers = processes.flatMap((each) => each.servers.filter((server) => server.machine === machine))
    scheduler.note(() => `${processes.map(({ name }) => name).join(" and ")} cannot reach ${machine.name}`)
    const isKnown = prng.chance(0.7)
    for (const server of servers) {
      if (isKnown) server.cutOff(true)
      else server.partition(true)
    }
    this.forAWhile(() => servers.forEach((server) => server.partition(false)))
  }

  /** Another one than this loses its head, at once or when it is written. */
  private loseHeads(machine: Machine): void {
    const { prng, world } = this
    const others = world.machines.filter((each) => each !== machine)
    if (others.length === 0) return
    const other = prng.pick(others)
    if (prng.chance(0.3)) this.evict(other, (keys) => keys.filter((key) => key.endsWith("~head")))
    other.losesHeads = prng.between(0, 2)
    this.forAWhile(() => (other.losesHeads = 0))
  }

  /** A server is taken out of the list of one process after the other, perhaps forgotten, and put in again. */
  private rollOut(machine: Machine): void {
    const { prng, world, scheduler } = this
    const rest = world.machines.filter((each) => each !== machine)
    if (this.isRolling || rest.length === 0) return
    this.isRolling = true
    let isHealed = false
    const roll = async (list: readonly Machine[]): Promise<void> => {
      world.listFromNowOn(list)
      for (const process of world.liveProcesses()) {
        if (!isHealed) await scheduler.sleep(prng.pick(ROLLOUT_PAUSES_MS))
        if (process.alive) process.use(list)
      }
    }
    const outAndIn = async (): Promise<void> => {
      await roll(rest)
      const isForgotten = prng.chance(0.7) ? await this.forget(machine) : undefined
      if (!isHealed) await scheduler.sleep(prng.pick(DURATIONS_MS))
      // Where nobody knows whether it is forgotten, it may be while it is used, if it is used again.
      if (isForgotten !== false) await roll(world.machines)
      this.isRolling = false
    }
    this.healings.add(() => (isHealed = true))
    void outAndIn()
  }

  private async forget(machine: Machine): Promise<boolean> {
    const [process] = this.world.liveProcesses()
    if (!process) return false
    return Promise.race([process.cache.forgetServer(`${machine.name}:11211`), process.crashed.then(() => false)])
  }

  private forAWhile(undo: () => void): void {
    const healing = () => {
      if (this.healings.delete(healing)) undo()
    }
    this.healings.add(healing)
    this.scheduler.schedule(this.prng.pick(DURATIONS_MS), healing)
  }
}

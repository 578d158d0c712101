import { MUTANTS } from "../mutants"
import { override } from "../mutants/mutant"
import { Prng } from "../../../testing/prng"
import { Scheduler } from "../scheduler"
import { simulate } from "../simulation"
import { bootNaiveCache } from "./naive-cache"

const CALM = { stepMs: 1, jumpWeight: 0 }

describe("Prng", () => {
  it("draws the same numbers from the same seed, and others from the next", () => {
    const draw = (seed: number) => {
      const prng = new Prng(seed)
      return Array.from({ length: 5 }, () => prng.uint32())
    }
    expect(draw(1)).toEqual(draw(1))
    expect(draw(1)).not.toEqual(draw(2))
  })

  it("is uniform enough", () => {
    const prng = new Prng(7)
    const counts = new Map<number, number>()
    for (let i = 0; i < 10_000; i++) {
      const drawn = prng.below(10)
      counts.set(drawn, (counts.get(drawn) ?? 0) + 1)
    }
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150)
  })

  it("forks into streams of their own", () => {
    const prng = new Prng(1)
    expect(prng.fork().uint32()).not.toBe(prng.fork().uint32())
  })
})

describe("Scheduler", () => {
  it("keeps the order of a lane, and mixes lanes", async () => {
    const happened = new Set<string>()
    for (let seed = 1; seed <= 50; seed++) {
      const scheduler = new Scheduler(new Prng(seed), CALM)
      const order: string[] = []
      for (const name of ["a", "b"]) {
        const lane = scheduler.lane(name)
        for (let step = 1; step <= 2; step++) {
          lane.push(
            () => name,
            () => order.push(`${name}${step}`)
          )
        }
      }
      await scheduler.run(() => order.length === 4, { steps: 100, untilMs: 1000 })
      expect(order.indexOf("a1")).toBeLessThan(order.indexOf("a2"))
      expect(order.indexOf("b1")).toBeLessThan(order.indexOf("b2"))
      happened.add(order.join())
    }
    expect(happened.size).toBe(6)
  })

  it("fires timers in the order of their time, and jumps ahead when nothing else can happen", async () => {
    const scheduler = new Scheduler(new Prng(1), CALM)
    const order: number[] = []
    for (const delay of [3000, 1000, 2000]) scheduler.schedule(delay, () => order.push(delay))
    scheduler.schedule(1500, () => order.push(1500)).cancel()
    await scheduler.run(() => order.length === 3, { steps: 100, untilMs: 10_000 })
    expect(order).toEqual([1000, 2000, 3000])
    expect(scheduler.nowMs).toBe(3000)
  })

  it("leaves a blocked lane alone", async () => {
    const scheduler = new Scheduler(new Prng(1), CALM)
    const lane = scheduler.lane("blocked")
    lane.blocked = true
    let moved = false
    lane.push(
      () => "",
      () => (moved = true)
    )
    expect(await scheduler.run(() => moved, { steps: 100, untilMs: 10_000 })).toBe(false)
  })
})

describe("the simulation", () => {
  it("finds a cache with the usual index of keys per tag", async () => {
    const violations: string[] = []
    for (let seed = 1; seed <= 60; seed++) {
      violations.push(...(await simulate(seed, { boot: bootNaiveCache })).violations)
    }
    expect(violations.some((violation) => violation.includes("STALE"))).toBe(true)
  })

  it("runs a schedule again from its seed, step by step", async () => {
    const run = async (seed: number) => {
      const steps: string[] = []
      const report = await simulate(seed, { boot: bootNaiveCache, trace: (line) => void steps.push(line) })
      return { ...report, steps }
    }
    for (let seed = 1; seed <= 5; seed++) expect(await run(seed)).toEqual(await run(seed))
  })
})

describe("mutants", () => {
  it("have names of their own", () => {
    expect(new Set(MUTANTS.map(({ rule }) => rule)).size).toBe(MUTANTS.length)
  })

  it("override a method for all instances, also by means of the method itself", () => {
    class Counter {
      readonly #first = 1
      next(): number {
        return this.#first + this.step
      }
      protected get step(): number {
        return 1
      }
    }
    const counter = new Counter()
    override(
      class extends Counter {
        override next(): number {
          return super.next() * 10
        }
        protected override get step(): number {
          return super.step + 1
        }
      }
    )
    expect([counter.next(), new Counter().next()]).toEqual([30, 30])
  })
})

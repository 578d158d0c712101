import { LoadCosts } from "../load-costs"
import { ManualRuntime } from "../../../testing/manual-runtime"

const LIST = ["Price", "Product"]

function open() {
  const runtime = new ManualRuntime()
  const costs = new LoadCosts(runtime)
  const note = (...micros: number[]): number => micros.map((each) => costs.note(LIST, 600_000, each)).at(-1) ?? 0
  return { runtime, costs, note }
}

describe("LoadCosts", () => {
  it("believes the first load, and then the lower quartile", () => {
    const { note } = open()
    expect(note(90)).toBe(90)
    expect(note(58, 128, 339, 85)).toBe(85)
  })

  it("tells kinds apart by types and by size", () => {
    const { costs } = open()
    costs.note(["Product"], 1_000, 100)
    expect(costs.note(["Price", "Product"], 1_000, 5)).toBe(5)
    expect(costs.note(["Product"], 9_000, 7)).toBe(7)
    expect(costs.note(["Product"], 1_000, 900)).toBe(100)
  })

  it("is not moved by a slow minute among others", async () => {
    const { runtime, note } = open()
    note(100, 110)
    await runtime.advance(60_000)
    note(2_000, 2_100, 2_200)
    await runtime.advance(60_000)
    expect(note(105)).toBe(105)
  })

  it("does not credit what is stored in the slow minute with its time either", async () => {
    const { runtime, note } = open()
    note(100)
    await runtime.advance(60_000)
    expect(note(2_000)).toBe(100)
  })

  it("follows what stays slow", async () => {
    const { runtime, note } = open()
    note(100)
    let estimate = 0
    for (let minute = 0; minute < 3; minute++) {
      await runtime.advance(60_000)
      estimate = note(400)
    }
    expect(estimate).toBe(400)
  })

  it("keeps kinds apart by the types of their tags and by their size", () => {
    const { costs } = open()
    costs.note(["Product:list:*"], 600_000, 900)
    expect(costs.note(["Region:list:*"], 600_000, 20)).toBe(20)
    expect(costs.note(["Product:list:*"], 2_000, 30)).toBe(30)
    expect(costs.note(["Product:list:*", "Product:prod_9"], 610_000, 40)).toBe(40)
  })

  it("is bounded", () => {
    const { costs } = open()
    for (let i = 0; i < 5_000; i++) costs.note([`T${i}:1`], 100, 10)
    // The first kind is forgotten: only the new load is known of it.
    expect(costs.note(["T0:1"], 100, 99)).toBe(99)
    expect(costs.note(["T4999:1"], 100, 99)).toBe(10)
  })
})

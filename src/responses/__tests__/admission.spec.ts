import { Admission } from "../admission"

describe("Admission", () => {
  it("stores some new addresses a minute, and the others when they are asked for again", () => {
    let now = 0
    const admission = new Admission(() => now)
    const admitted = (name: string, count: number): number =>
      Array.from({ length: count }, (_, i) => admission.admits(`${name}${i}`)).filter(Boolean).length
    expect(admitted("first", 1_000)).toBe(300)
    expect(admitted("first", 1_000)).toBe(1_000)
    expect(admitted("second", 10)).toBe(0)
    now += 60_000
    expect(admitted("third", 1_000)).toBe(300)
  })

  it("forgets addresses that nobody asks for again", () => {
    const admission = new Admission(() => 0)
    for (let i = 0; i < 100_000; i++) admission.admits(`stranger ${i}`)
    expect(admission.size).toBeLessThanOrEqual(20_000)
  })
})

import type { InvalidateCacheInput } from "../input"
import { packedInput, unpackedInput } from "../packed-input"

const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `näme "${i}"\n`)

describe("an input for the workflow engine", () => {
  it("stays as it is with every character that a database takes", async () => {
    const input = { tags: ["😀 ü \n \u0001 \ufffd"], patterns: ["\\d*"] }
    expect(await packedInput(input)).toBe(input)
  })

  it("stays as it is when it names little", async () => {
    const input = { tags: names(999), providerId: "p" }
    expect(await packedInput(input)).toBe(input)
    expect(await unpackedInput(input)).toBe(input)
  })

  it.each<InvalidateCacheInput>([
    { tags: names(1_000), keys: names(2), patterns: ["a*"], dryRun: true, autoInvalidateOnly: false },
    {
      entities: [
        { type: "A", ids: names(500) },
        { type: "B", ids: names(500) },
      ],
      createdBy: { origin: "admin" },
    },
    { keys: names(1_000), all: true, providerId: "p" },
    { keys: ["nul \u0000"] },
    { keys: names(100).map((name) => name.padEnd(5_000, "-")) },
    { entities: [{ type: "A", ids: ["half of a pair \ud83d"] }] },
  ])(
    "has all its names in one string when they are many or no database takes them, and comes out as it was",
    async (input) => {
      const carried = await packedInput(input)
      expect(Object.values(carried).filter((value) => Array.isArray(value))).toEqual([])
      const asStored = JSON.parse(JSON.stringify(carried)) as typeof carried
      expect(await unpackedInput(asStored)).toEqual(input)
      expect(await packedInput(carried as InvalidateCacheInput)).toBe(carried)
    }
  )

  it("is left to who carries it out when it has no JSON form", async () => {
    const wrong = { tags: ["a", 7n] } as unknown as InvalidateCacheInput
    expect(await packedInput(wrong)).toBe(wrong)
  })

  it("is refused when it names much and something is wrong", async () => {
    const wrong = { tags: [...names(1_000), 7n] } as unknown as InvalidateCacheInput
    await expect(packedInput(wrong)).rejects.toMatchObject({
      type: "invalid_data",
      message: /^Field 'tags\[1000\]' is 7n/,
    })
  })

  it.each([undefined, null, 7, { tags: 7 }, { entities: 7 }, { entities: [null, { ids: 7 }] }])(
    "is left to who carries it out when it is no input at all: %j",
    async (wrong) => {
      expect(await packedInput(wrong as unknown as InvalidateCacheInput)).toBe(wrong)
      expect(await unpackedInput(wrong as unknown as InvalidateCacheInput)).toBe(wrong)
    }
  )
})

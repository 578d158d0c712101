import { randomUUID } from "node:crypto"
import type { InvalidateCacheInput } from "../input"
import { packedInput, unpackedInput } from "../packed-input"
import { joinedInput, splitInput } from "../split-input"

/** Where parts are kept, as the engine's database. */
class Parts {
  readonly kept = new Map<string, string>()

  keep = (part: string): Promise<string> => {
    const id = `part-${this.kept.size}`
    this.kept.set(id, part)
    return Promise.resolve(id)
  }

  find = (id: string): Promise<string> => {
    const part = this.kept.get(id)
    return part === undefined ? Promise.reject(new Error(`${id} is gone`)) : Promise.resolve(part)
  }
}

const ids = (count: number): string[] => Array.from({ length: count }, () => randomUUID())

const big: InvalidateCacheInput = {
  tags: ["näme 😀"],
  entities: [
    { type: "Product", ids: ids(40_000) },
    { type: "Region", ids: ids(1) },
  ],
  patterns: ["a*"],
  dryRun: true,
  createdBy: { origin: "admin", actorId: "user_1" },
}

describe("an input that is too long for one row of the engine's database", () => {
  it("names its parts, each short enough, and comes out as it was", async () => {
    const parts = new Parts()
    const split = await splitInput(await packedInput(big), parts.keep)
    expect(split).toEqual({ dryRun: true, createdBy: big.createdBy, parts: [...parts.kept.keys()] })
    expect(parts.kept.size).toBeGreaterThan(2)
    for (const part of parts.kept.values()) expect(part.length).toBeLessThanOrEqual(250_000)

    const asStored = JSON.parse(JSON.stringify(split)) as typeof split
    expect(await unpackedInput(await joinedInput(asStored, parts.find))).toEqual(big)
  })

  it("is refused when a part is gone, and not carried out without it", async () => {
    const parts = new Parts()
    const split = await splitInput(await packedInput(big), parts.keep)
    parts.kept.delete("part-1")
    await expect(joinedInput(split, parts.find)).rejects.toThrow("part-1 is gone")
  })

  it.each<InvalidateCacheInput>([{ tags: ["a"] }, { tags: ids(1_000) }])("is not every one", async (input) => {
    const parts = new Parts()
    const carried = await packedInput(input)
    expect(await splitInput(carried, parts.keep)).toBe(carried)
    expect(await joinedInput(carried, parts.find)).toBe(carried)
    expect(parts.kept.size).toBe(0)
  })

  it.each([undefined, null, 7, { parts: 7 }])(
    "is left to who carries it out when it is no input at all: %j",
    async (wrong) => {
      const parts = new Parts()
      const input = wrong as unknown as InvalidateCacheInput
      expect(await splitInput(input, parts.keep)).toBe(input)
      expect(await joinedInput(input, parts.find)).toBe(input)
    }
  )

  it.each<[unknown[], string]>([
    [Array<string>(5_000).fill("part"), "Field 'parts.length' is 5000, but must be at most 90."],
    [["part", { $ne: null }], "Field 'parts[1]' is { '$ne': null }, but must be a string of 1 to 200 characters."],
    [[""], "Field 'parts[0]' is '', but must be a string of 1 to 200 characters."],
    [["p".repeat(60_000)], "but must be a string of 1 to 200 characters."],
  ])("asks for none of its parts when they are not what was made here: %#", async (parts, message) => {
    const find = jest.fn(() => Promise.resolve(""))
    const wrong = { parts } as unknown as InvalidateCacheInput
    await expect(joinedInput(wrong, find)).rejects.toMatchObject({
      type: "invalid_data",
      message: expect.stringContaining(message) as string,
    })
    expect(find).not.toHaveBeenCalled()
  })

  it("takes no part that is longer than those made here", async () => {
    const find = jest.fn(() => Promise.resolve("A".repeat(250_001)))
    await expect(joinedInput({ parts: ["a", "b"] }, find)).rejects.toMatchObject({
      type: "invalid_data",
      message: "Field 'parts[0]' is 'a', but must be the id of a part of at most 250000 characters.",
    })
    expect(find).toHaveBeenCalledTimes(1)
  })
})

import { gzipSync } from "node:zlib"
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

  it("is refused when it names more than the body of a request may", async () => {
    const keys = names(2_000).map((name) => name.padEnd(10_000, "-"))
    await expect(packedInput({ keys })).rejects.toMatchObject({
      type: "invalid_data",
      message: /^Field 'input' has 2\d{7} bytes of JSON, but must have at most 16777216/,
    })
  })

  const packed = (json: string): string => gzipSync(json).toString("base64")
  it.each<[string, unknown]>([
    ["64 KB that unfold into 66 MB", packed(JSON.stringify({ tags: ["a".repeat(66_000_000)] }))],
    ["no string", 7],
    ["no base64", "targets"],
    ["no gzip", Buffer.from('{"all":true}').toString("base64")],
    ["cut off", packed('{"all":true}').slice(0, 20)],
    ["nothing", ""],
    ["no JSON", packed("all of it")],
    ["no object", packed("7")],
    ["null", packed("null")],
    ["a list", packed("[1]")],
    ["an author, who would be believed", packed('{"all":true,"createdBy":{"origin":"admin"}}')],
    ["a setting", packed('{"all":true,"dryRun":true}')],
  ])("is refused, and not unfolded any further, when it has %s", async (_case, wrong) => {
    const carried = { packed: wrong } as unknown as InvalidateCacheInput
    const failure: unknown = await unpackedInput(carried).catch((error: unknown) => error)
    expect(failure).toMatchObject({
      type: "invalid_data",
      message: /^Field 'packed' is .{0,100}, but must be targets as this plugin packs them .*16777216 bytes at most\.$/,
    })
  })
})

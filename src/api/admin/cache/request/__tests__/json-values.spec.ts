import fc from "fast-check"
import { hasMoreValues } from "../json-values"

const count = (text: string): number => {
  const json = Buffer.from(text)
  for (let most = 0; ; most++) if (!hasMoreValues(json, most)) return most
}

/** By making all of them. A list or an object counts for itself and its first value. */
function valuesIn(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0
  const parts: unknown[] = Object.values(value)
  return parts.reduce<number>((sum, part) => sum + valuesIn(part), 1) + Math.max(0, parts.length - 1)
}

describe("hasMoreValues", () => {
  it.each([
    ["{}", 1],
    ["[]", 1],
    ['{ "tags": ["a", "b"], "all": true }', 4],
    ["[[[[[[", 6],
    ["1", 0],
    ['["a,b", "[{,", "\\",[", "\\\\", ","]', 5],
    ["", 0],
  ])("counts what %j would become", (text, values) => expect(count(text)).toBe(values))

  it("counts whatever JSON there can be, with any characters in it", () => {
    fc.assert(
      fc.property(fc.json({ stringUnit: "binary", maxDepth: 4 }), (text) => {
        expect(count(text)).toBe(valuesIn(JSON.parse(text)))
      })
    )
  })

  it("looks no further than to the first that is too many", () => {
    const json = new Uint8Array(1_000)
    json.fill(0x5b)
    const read = jest.fn((at: number) => json[at])
    const watched = new Proxy(json, { get: (_target, name) => (name === "length" ? 1_000 : read(Number(name))) })
    expect(hasMoreValues(watched, 10)).toBe(true)
    expect(read).toHaveBeenCalledTimes(11)
  })
})

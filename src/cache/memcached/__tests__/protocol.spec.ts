import { keySizeBytes } from "../protocol"

describe("keySizeBytes", () => {
  it.each([
    ["k", 1],
    ["medusa:0123456789abcdef", 23],
    ["x".repeat(250), 250],
    ["ü", 2],
    ["ü".repeat(125), 250],
    ["\u{1f600}", 4],
  ])("counts the bytes of %p", (key, sizeBytes) => {
    expect(keySizeBytes(key)).toBe(sizeBytes)
  })

  it.each([
    "",
    "x".repeat(251),
    "ü".repeat(126),
    "a b",
    "a\nb",
    "a\0b",
    "a\u007fb",
    "ü b",
    "ü\n",
    "\ud800",
    "a\udc00ü",
  ])("refuses %p", (key) => {
    expect(keySizeBytes(key)).toBe(0)
  })
})

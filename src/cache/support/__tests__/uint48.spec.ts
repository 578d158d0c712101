import fc from "fast-check"
import { joinUint48, readUint48, UINT48_BYTES, UINT48_MAX, writeUint48 } from "../uint48"

const LIMITS = [
  0,
  1,
  0xffff,
  0x1_0000,
  0x7fff_ffff,
  0x8000_0000,
  0xffff_ffff,
  0x1_0000_0000,
  UINT48_MAX - 1,
  UINT48_MAX,
]

describe("unsigned 48-bit integers", () => {
  it.each(LIMITS)("%d is read as it was written", (value) => {
    const bytes = Buffer.alloc(UINT48_BYTES)

    expect(writeUint48(bytes, value, 0)).toBe(UINT48_BYTES)
    expect(readUint48(bytes, 0)).toBe(value)
  })

  it("have the layout of Node's own, at any offset, and touch no byte beside them", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: UINT48_MAX }), fc.nat({ max: 9 }), (value, offset) => {
        const ours = Buffer.alloc(20, 0xaa)
        const nodes = Buffer.alloc(20, 0xaa)
        writeUint48(ours, value, offset)
        nodes.writeUIntBE(value, offset, UINT48_BYTES)

        expect(ours.equals(nodes)).toBe(true)
        expect(readUint48(ours, offset)).toBe(value)
      })
    )
  })

  it("are joined from a high and a low part of any sign", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (high, low) => {
        expect(joinUint48(high, low)).toBe((high & 0xffff) * 2 ** 32 + (low >>> 0))
      })
    )
    expect(joinUint48(-1, -1)).toBe(UINT48_MAX)
    expect(joinUint48(0, 0)).toBe(0)
  })

  it("refuse what has no room in them instead of wrapping", () => {
    const bytes = Buffer.alloc(UINT48_BYTES)

    expect(() => writeUint48(bytes, UINT48_MAX + 1, 0)).toThrow("out of range")
    expect(() => writeUint48(bytes, -1, 0)).toThrow("out of range")
  })
})

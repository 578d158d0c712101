import fc from "fast-check"
import { UINT48_MAX } from "../../support/uint48"
import {
  type ClearRecord,
  decodeRecord,
  encodeRecord,
  isReference,
  MAX_RECORD_HASHES,
  readRecord,
  recordSize,
} from "../record"

const uint48 = fc.oneof(fc.constantFrom(0, 1, UINT48_MAX), fc.integer({ min: 0, max: UINT48_MAX }))
const anyRecord = fc.record({
  id: uint48,
  everything: fc.boolean(),
  explicit: fc.array(uint48, { maxLength: 20 }),
  automatic: fc.array(uint48, { maxLength: 20 }),
})
const anyReference = fc.record({ id: uint48, byReference: fc.constant(true as const) })

describe("a record", () => {
  it("is decoded as it was encoded", () => {
    fc.assert(
      fc.property(fc.oneof(anyRecord, anyReference), (record) => {
        const bytes = encodeRecord(record)

        expect(bytes).toHaveLength(recordSize(record))
        expect(decodeRecord(bytes)).toEqual(record)
      })
    )
  })

  it("is read from where it stands among others", () => {
    fc.assert(
      fc.property(fc.oneof(anyRecord, anyReference), fc.uint8Array({ maxLength: 30 }), (record, before) => {
        const bytes = Buffer.concat([before, encodeRecord(record), Buffer.from([1, 2, 3])])

        expect(readRecord(bytes, before.length)).toEqual({ record, end: bytes.length - 3 })
      })
    )
  })

  it("of the largest size is far below the item limit", () => {
    const hashes = Array.from({ length: MAX_RECORD_HASHES }, (_, i) => UINT48_MAX - i)
    const record: ClearRecord = { id: 1, everything: false, explicit: hashes, automatic: [] }
    const bytes = encodeRecord(record)

    expect(bytes.length).toBeLessThan(512 * 1024)
    expect(decodeRecord(bytes)).toEqual(record)
  })

  it("that is cut short, or has something behind it, is none", () => {
    fc.assert(
      fc.property(anyRecord, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (record, part) => {
        const bytes = encodeRecord(record)

        expect(decodeRecord(bytes.subarray(0, Math.floor(bytes.length * part)))).toBeUndefined()
        expect(decodeRecord(Buffer.concat([bytes, Buffer.from([0])]))).toBeUndefined()
      })
    )
  })

  it("is never thrown about: random bytes are a record or none", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        const record = decodeRecord(Buffer.from(bytes))
        if (record && !isReference(record)) expect(recordSize(record)).toBe(bytes.length)
      }),
      { numRuns: 5_000 }
    )
  })

  it("that claims four thousand million hashes takes no memory", () => {
    const bytes = encodeRecord({ id: 1, everything: false, explicit: [], automatic: [] })
    bytes.fill(0xff, 7)

    expect(decodeRecord(bytes)).toBeUndefined()
  })
})

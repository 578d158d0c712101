import fc from "fast-check"
import { UINT48_MAX } from "../../support/uint48"
import { decodeHead, encodeHead, firstInline, type Head, MAX_VERSION, type Member } from "../head"
import type { LogRecord } from "../record"

const uint48 = fc.integer({ min: 0, max: UINT48_MAX })
const anyRecord: fc.Arbitrary<LogRecord> = fc.oneof(
  fc.record({
    id: uint48,
    everything: fc.boolean(),
    explicit: fc.array(uint48, { maxLength: 8 }),
    automatic: fc.array(uint48, { maxLength: 8 }),
  }),
  fc.record({ id: uint48, byReference: fc.constant(true as const) })
)
const anyMember: fc.Arbitrary<Member> = fc.record({
  name: fc.string({ unit: "binary-ascii", maxLength: 255 }),
  mark: uint48,
})
const anyHead: fc.Arbitrary<Head> = fc
  .record({
    epoch: uint48,
    version: fc.integer({ min: 0, max: MAX_VERSION }),
    members: fc.array(anyMember, { maxLength: 5 }),
    open: fc.array(fc.record({ version: uint48, id: uint48 }), { maxLength: 3 }),
    tail: fc.array(anyRecord, { maxLength: 8 }),
  })
  .map((head) => ({ ...head, version: Math.max(head.version, head.tail.length) }))

describe("the head", () => {
  it("is decoded as it was encoded", () => {
    fc.assert(
      fc.property(anyHead, (head) => {
        expect(decodeHead(encodeHead(head))).toEqual(head)
      })
    )
  })

  it("of an empty log takes 17 bytes, and with eight events in it not more than 300", () => {
    const record: LogRecord = { id: 1, everything: false, explicit: [], automatic: [2, 3] }

    expect(encodeHead({ epoch: 1, version: 0, members: [], open: [], tail: [] })).toHaveLength(17)
    expect(
      encodeHead({ epoch: 1, version: 8, members: [], open: [], tail: new Array<LogRecord>(8).fill(record) }).length
    ).toBeLessThan(300)
  })

  it("knows the version of its oldest record", () => {
    const record: LogRecord = { id: 1, byReference: true }

    expect(firstInline({ epoch: 1, version: 0, members: [], open: [], tail: [] })).toBe(1)
    expect(firstInline({ epoch: 1, version: 10, members: [], open: [], tail: [record, record, record] })).toBe(8)
  })

  it("whose version leaves no room for further clears is none", () => {
    const at = (version: number): Head => ({ epoch: 1, version, members: [], open: [], tail: [] })

    expect(decodeHead(encodeHead(at(UINT48_MAX)))).toBeUndefined()
    expect(decodeHead(encodeHead(at(MAX_VERSION + 1)))).toBeUndefined()
    expect(decodeHead(encodeHead(at(MAX_VERSION)))).toEqual(at(MAX_VERSION))
  })

  it("that is cut short, or has something behind it, is none", () => {
    fc.assert(
      fc.property(anyHead, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (head, part) => {
        const bytes = encodeHead(head)

        expect(decodeHead(bytes.subarray(0, Math.floor(bytes.length * part)))).toBeUndefined()
        expect(decodeHead(Buffer.concat([bytes, Buffer.from([0])]))).toBeUndefined()
      })
    )
  })

  it("is never thrown about: random bytes are a head or none, also when they begin like one", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), fc.boolean(), (random, beginning) => {
        const bytes = Buffer.from(beginning ? [0xc1, 1, ...random] : random)
        const head = decodeHead(bytes)
        if (head) expect(firstInline(head)).toBeGreaterThanOrEqual(1)
      }),
      { numRuns: 5_000 }
    )
  })

  it("has no more records than versions", () => {
    const bytes = encodeHead({ epoch: 1, version: 1, members: [], open: [], tail: [{ id: 1, byReference: true }] })
    bytes.fill(0, 2 + 6, 2 + 12)

    expect(decodeHead(bytes)).toBeUndefined()
  })
})

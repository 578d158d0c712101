import { encodeEntry, Entry, type Section } from "../codec/entry"
import { jsonOf } from "../codec/json"
import { hashOfKey, hashOfTag } from "../support/hash"
import { decodeHead, encodeHead, type Head } from "../log/head"
import { decodeRecord, encodeRecord, type LogRecord } from "../log/record"

// Two versions of this package run side by side while a shop is deployed. What decides over validity must therefore never
// change its bytes without changing its version: see "Formats" in docs/architecture.md before you change a value here.

const plain = (text: string): Section => ({ bytes: Buffer.from(text), rawBytes: text.length, algorithm: undefined })

const RECORD: LogRecord = { id: 0xa1b2_c3d4_e5f6, everything: false, explicit: [1], automatic: [2, 3] }
const HEAD: Head = {
  epoch: 0x1234_5678_9abc,
  version: 9,
  members: [{ name: "localhost", mark: 3 }],
  open: [{ version: 8, id: 5 }],
  tail: [RECORD, { id: 7, byReference: true }],
}

describe("version 1 in bytes", () => {
  it("of an entry", () => {
    const header = {
      epoch: 0x1234_5678_9abc,
      version: 4711,
      autoInvalidate: true,
      expiresAtMs: 1_767_225_600_000,
      storedAtMs: 1_767_225_000_000,
      costMicros: 125_000,
    }
    const hashes = [hashOfKey("k"), hashOfTag("Product:prod_1")]
    const bytes = encodeEntry(header, plain('{"id":1}'), plain('\n["Product:prod_1"]\n'), hashes)

    expect(bytes.toString("hex")).toBe(
      "7b226964223a317d" +
        "0a5b2250726f647563743a70726f645f31225d0a" +
        "b8d9930f0518ebcc690ed227" +
        "123456789abc000000001267019b76daa800019b76d180400001e848" +
        "000000080000000800000014000000140000000204014d43"
    )
  })

  it("of JSON, which is ASCII", () => {
    expect(jsonOf({ title: "Größe" })?.toString("hex")).toBe("7b227469746c65223a2247725c75303066365c753030646665227d")
  })

  it("of the head", () => {
    expect(encodeHead(HEAD).toString("hex")).toBe(
      "c101123456789abc000000000009010102" +
        "096c6f63616c686f7374000000000003" +
        "000000000008000000000005" +
        "a1b2c3d4e5f6000000000100000002000000000001000000000002000000000003" +
        "00000000000702"
    )
  })

  it("of a record of everything", () => {
    const everything = { id: 1, everything: true, explicit: [], automatic: [] }

    expect(encodeRecord(everything).toString("hex")).toBe("000000000001010000000000000000")
  })

  it.each([
    ["", 0x309c_783f_b015, 0x57b5_a95d_5786],
    ["Product:list:*", 0x8bad_d11b_5f90, 0x577b_0092_8422],
    ["Product:prod_01JXYZ", 0xea43_35de_a6f7, 0xd947_db04_6848],
    ["Größe", 0x9e07_af60_7e16, 0x07b7_81aa_3b3d],
  ])("of the hashes of %j, by which a clear of one version finds the entries of another", (text, key, tag) => {
    expect([hashOfKey(text), hashOfTag(text)]).toEqual([key, tag])
  })
})

describe("another version in bytes", () => {
  const versions = [0, 2, 3, 127, 255]

  it.each(versions)("%i of an entry is none", (version) => {
    const header = { epoch: 1, version: 1, autoInvalidate: true, expiresAtMs: 0, storedAtMs: 0, costMicros: 0 }
    const bytes = encodeEntry(header, plain("{}"), plain(""), [hashOfKey("k")])
    expect(Entry.decode(bytes)).toBeDefined()
    bytes[bytes.length - 3] = version

    expect(Entry.decode(bytes)).toBeUndefined()
  })

  it.each(versions)("%i of the head is none", (version) => {
    const bytes = encodeHead(HEAD)
    bytes[1] = version

    expect(decodeHead(bytes)).toBeUndefined()
  })

  it.each([4, 8, 16, 32, 64, 128])(
    "that sets the bit %i of a record makes it none, and the head around it as well",
    (bit) => {
      const record = encodeRecord(RECORD)
      record[6] = bit
      const head = encodeHead(HEAD)
      const at = head.indexOf(encodeRecord(RECORD)) + 6
      head[at] = bit

      expect(at).toBeGreaterThan(6)
      expect(decodeRecord(record)).toBeUndefined()
      expect(decodeHead(head)).toBeUndefined()
    }
  )
})

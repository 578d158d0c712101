import { MetaParser } from "../meta-parser"
import { OPCODE } from "../protocol"
import type { Admission, ResponseHandler, ResponseView } from "../response-parser"

type Parsed = Pick<ResponseView, "status" | "flags" | "casHigh" | "casLow"> & { readonly value: string }

/** Keeps what was parsed. */
class Recorder implements ResponseHandler {
  readonly parsed: Parsed[] = []
  readonly foreign: string[] = []
  admission: (view: ResponseView) => Admission = () => "whole"

  onHeader(view: ResponseView): Admission {
    return this.admission(view)
  }

  onForeignBytes(bytes: Buffer): void {
    this.foreign.push(bytes.toString("latin1"))
  }

  onResponse({ status, flags, casHigh, casLow, value }: ResponseView): boolean {
    this.parsed.push({ status, flags, casHigh, casLow, value: value.toString("latin1") })
    return true
  }
}

function parse(chunks: readonly (string | Buffer)[], admission?: Recorder["admission"]): Recorder {
  const recorder = new Recorder()
  if (admission) recorder.admission = admission
  const parser = new MetaParser(recorder)
  // The socket reads into one buffer again and again.
  const buffer = Buffer.alloc(1024 * 1024)
  for (const chunk of chunks) {
    const bytes = Buffer.from(chunk as string, "latin1")
    bytes.copy(buffer)
    parser.push(buffer, bytes.length)
    buffer.fill(0x2a, 0, bytes.length)
  }
  return recorder
}

const plain = { status: 0, flags: 0, casHigh: 0, casLow: 0, value: "" }

describe("responses of the meta protocol", () => {
  const text =
    "VA 4 f3735928559 c18446744073709551615 O7\r\n\r\nX \r\nEN\r\nHD c4294967297\r\nVA 0 f1 c2 O1\r\n\r\nNS\r\nEX O3\r\nNF\r\nMN\r\n"
  const expected: Parsed[] = [
    // Line ends and spaces in a value are part of it.
    { ...plain, flags: 0xdeadbeef, casHigh: 0xffff_ffff, casLow: 0xffff_ffff, value: "\r\nX " },
    { ...plain, status: 1 },
    { ...plain, casHigh: 1, casLow: 1 },
    { ...plain, flags: 1, casLow: 2 },
    { ...plain, status: 5 },
    { ...plain, status: 2 },
    { ...plain, status: 1 },
    plain,
  ]

  it("are the same wherever the network cuts", () => {
    for (let size = 1; size <= text.length; size++) {
      const chunks = Array.from({ length: Math.ceil(text.length / size) }, (_, i) =>
        text.slice(i * size, (i + 1) * size)
      )
      expect(parse(chunks).parsed).toEqual(expected)
    }
  })

  it("are read up to the end of what has arrived, whatever lies behind it in the buffer", () => {
    const recorder = new Recorder()
    const parser = new MetaParser(recorder)
    const buffer = Buffer.from("HD O1\r\nEN\r\n")
    parser.push(buffer, 4)
    expect(recorder.parsed).toEqual([])
    parser.push(buffer.subarray(4), 3)
    expect(recorder.parsed).toEqual([plain])
  })

  it("may be larger than any chunk", () => {
    const value = "v".repeat(5 * 1024 * 1024)
    const chunks = [`VA ${value.length} f0 c1 O1\r\n`, ...(value.match(/.{1,500000}/g) ?? []), "\r\nEN\r\n"]
    const { parsed } = parse(chunks)
    expect(parsed.map(({ value: { length } }) => length)).toEqual([value.length, 0])
  })

  it("lose their value where it is not wanted, and stay in step", () => {
    const { parsed } = parse(["VA 10 f0 c1 O1\r\n01234", "56789\r", "\nHD O2\r\n"], ({ bodyBytes }) =>
      bodyBytes > 5 ? "header" : "whole"
    )
    expect(parsed).toEqual([{ ...plain, casLow: 1 }, plain])
  })

  it.each([
    ["another protocol", "-ERR unknown command\r\n"],
    ["a TLS alert, which ends no line", "\x15\x03\x01"],
    ["a word of no command", "QQ 1\r\n"],
    ["a size that is none", "VA x f0\r\n"],
    ["a value of another size than announced", "VA 1 f0 c1\r\nabc\r\n"],
    ["a line that ends in a line feed only", "HD O1\n"],
  ])("do not include %s", (_, text) => {
    const { parsed, foreign } = parse([text, "HD\r\n"])
    expect(parsed).toEqual([])
    expect(foreign).toHaveLength(1)
  })

  it("end at a line that never ends, before it fills the memory", () => {
    const { foreign } = parse(Array.from({ length: 100 }, () => "A".repeat(100)))
    expect(foreign).toHaveLength(1)
  })

  it.each([
    ["SERVER_ERROR object too large for cache\r\n", 0x03],
    ["SERVER_ERROR out of memory storing object\r\n", 0x82],
    ["SERVER_ERROR something else\r\n", 0x84],
    ["CLIENT_ERROR bad data chunk\r\n", 0x04],
    ["CLIENT_ERROR unauthenticated\r\n", 0x20],
    ["ERROR\r\n", 0x81],
  ])("may be the error %j", (line, status) => {
    expect(parse([line]).parsed).toMatchObject([{ status }])
  })
})

describe("an answer", () => {
  const views: [string, string, number, boolean][] = [
    ["a hit", "VA 0 O7\r\n\r\n", OPCODE.get, true],
    ["a hit of another number", "VA 0 O8\r\n\r\n", OPCODE.get, false],
    ["a hit without a number", "VA 0\r\n\r\n", OPCODE.get, false],
    ["a miss without a number", "EN\r\n", OPCODE.get, true],
    ["a miss of another number", "EN O8\r\n", OPCODE.get, false],
    ["a miss", "EN O7\r\n", OPCODE.delete, false],
    ["nothing to delete", "NF O7\r\n", OPCODE.delete, true],
    ["nothing to delete, as memcached 1.6.12 says it", "NF  O7\r\n", OPCODE.delete, true],
    ["nothing to delete", "NF O7\r\n", OPCODE.get, false],
    ["a value", "VA 0 O7\r\n\r\n", OPCODE.set, false],
    ["a hit without a value", "HD O7\r\n", OPCODE.get, false],
    ["a stored item", "HD O7\r\n", OPCODE.set, true],
    ["a stored item without a number", "HD\r\n", OPCODE.set, false],
    ["a statistic", "STAT pid 1\r\n", OPCODE.get, false],
    ["a statistic", "STAT pid 1\r\n", OPCODE.stat, true],
    ["an error", "ERROR\r\n", OPCODE.get, true],
    ["a version", "VERSION 1.6.18\r\n", OPCODE.delete, false],
  ]
  it.each(views)("%s (%j) to the command %i: %s", (_, line, opcode, isAnswer) => {
    const found: boolean[] = []
    parse([line], (view) => {
      found.push(view.isAnswerTo({ opcode, opaque: 7 }))
      return "whole"
    })
    expect(found).toEqual([isAnswer])
  })

  it.each([
    ["a hit without a value", "HD c5 O7\r\n", true],
    ["one of another number", "HD c5 O8\r\n", false],
    ["a miss", "EN\r\n", true],
  ])("%s (%j) to a get that wants no value: %s", (_, line, isAnswer) => {
    const found: boolean[] = []
    parse([line], (view) => {
      found.push(view.isAnswerTo({ opcode: OPCODE.get, opaque: 7, isWithoutValue: true }))
      return "whole"
    })
    expect(found).toEqual([isAnswer])
  })
})

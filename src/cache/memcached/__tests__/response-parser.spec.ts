import { Header } from "memjs"

import { type Admission, type ResponseFrame, type ResponseHandler, ResponseParser } from "../response-parser"

interface Parsed {
  opaque: number
  status: number
  flags: number
  cas: [number, number]
  value: string
}

/** Keeps what was parsed; refuses what does not come in sequence, as a connection does. */
class Recorder implements ResponseHandler {
  readonly parsed: Parsed[] = []
  readonly foreign: string[] = []
  headers = 0
  #expected = 0

  onHeader(frame: ResponseFrame): Admission {
    this.headers++
    return frame.opaque === this.#expected ? "whole" : "refused"
  }

  onForeignBytes(bytes: Buffer): void {
    this.foreign.push(bytes.toString())
  }

  onResponse(frame: ResponseFrame): boolean {
    this.#expected++
    const { opaque, status, flags, casHigh, casLow } = frame
    this.parsed.push({ opaque, status, flags, cas: [casHigh, casLow], value: frame.value.toString("latin1") })
    return true
  }
}

function response(opaque: number, value: string): { bytes: Buffer; parsed: Parsed } {
  const flags = 0xdeadbeef - opaque
  const cas = Buffer.alloc(8)
  cas.writeUInt32BE(0xfffffff0, 0)
  cas.writeUInt32BE(opaque, 4)
  const body = Buffer.alloc(4 + value.length)
  body.writeUInt32BE(flags, 0)
  body.write(value, 4, "latin1")
  const header = Header.toBuffer({
    magic: 0x81,
    opcode: 0,
    keyLength: 0,
    extrasLength: 4,
    totalBodyLength: body.length,
    opaque,
    cas,
  })
  return {
    bytes: Buffer.concat([header, body]),
    parsed: { opaque, status: 0, flags, cas: [0xfffffff0, opaque], value },
  }
}

function chunksOf(bytes: Buffer, sizeBytes: number): Buffer[] {
  const chunks: Buffer[] = []
  for (let offset = 0; offset < bytes.length; offset += sizeBytes) {
    chunks.push(bytes.subarray(offset, offset + sizeBytes))
  }
  return chunks
}

describe("ResponseParser", () => {
  const responses = ["", "a", "x".repeat(300), "", "yy".repeat(50)].map((value, index) => response(index, value))
  const bytes = Buffer.concat(responses.map((each) => each.bytes))

  it("finds the same responses wherever the network cuts", () => {
    for (let sizeBytes = 1; sizeBytes <= bytes.length; sizeBytes++) {
      const recorder = new Recorder()
      const parser = new ResponseParser(recorder)
      chunksOf(bytes, sizeBytes).forEach((chunk) => parser.push(chunk))
      expect(recorder.parsed).toEqual(responses.map((each) => each.parsed))
    }
  })

  it("keeps nothing of a chunk that is overwritten afterwards", () => {
    const recorder = new Recorder()
    const parser = new ResponseParser(recorder)
    for (const chunk of chunksOf(bytes, 7)) {
      const copy = Buffer.from(chunk)
      parser.push(copy)
      copy.fill(0xee)
    }
    expect(recorder.parsed).toEqual(responses.map((each) => each.parsed))
  })

  it("copies a value of 1 MB that comes in 64 KB chunks once, not once per chunk", () => {
    const large = response(0, "z".repeat(1024 * 1024))
    const copy = jest.spyOn(Buffer.prototype, "copy")
    const concat = jest.spyOn(Buffer, "concat")
    try {
      const recorder = new Recorder()
      const parser = new ResponseParser(recorder)
      chunksOf(large.bytes, 64 * 1024).forEach((chunk) => parser.push(chunk))
      const copiedBytes = copy.mock.results.reduce((sum, { value }) => sum + Number(value), 0)
      expect(recorder.parsed).toHaveLength(1)
      expect(copiedBytes).toBe(large.bytes.length)
      expect(concat).not.toHaveBeenCalled()
    } finally {
      copy.mockRestore()
      concat.mockRestore()
    }
  })

  it("does not copy a response that lies within a chunk", () => {
    const copy = jest.spyOn(Buffer.prototype, "copy")
    try {
      new ResponseParser(new Recorder()).push(bytes)
      expect(copy).not.toHaveBeenCalled()
    } finally {
      copy.mockRestore()
    }
  })

  it("stops for good where no response starts, without waiting for a whole header", () => {
    const recorder = new Recorder()
    const parser = new ResponseParser(recorder)
    parser.push(Buffer.concat([response(0, "first").bytes, Buffer.from("ERROR")]))
    parser.push(response(1, "second").bytes)
    expect(recorder.parsed.map(({ value }) => value)).toEqual(["first"])
    expect(recorder.foreign).toEqual(["ERROR"])
  })

  it("stops for good at a response that is refused, before it sets memory aside for it", () => {
    const stranger = response(7, "stranger").bytes
    stranger.writeUInt32BE(0x3fffffff, 8)
    const first = Buffer.concat([response(0, "first").bytes, stranger])
    const second = response(1, "second").bytes
    const allocate = jest.spyOn(Buffer, "allocUnsafe")
    try {
      const recorder = new Recorder()
      const parser = new ResponseParser(recorder)
      parser.push(first)
      parser.push(second)
      expect(recorder.parsed.map(({ value }) => value)).toEqual(["first"])
      expect(recorder.headers).toBe(2)
      expect(allocate).not.toHaveBeenCalled()
    } finally {
      allocate.mockRestore()
    }
  })
})

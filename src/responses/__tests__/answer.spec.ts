import { gunzipSync } from "node:zlib"
import { type Answer, decodeAnswer, encodeAnswer } from "../answer"
import { compressed, encodingFor, expanded } from "../encoding"

const ANSWER: Answer = {
  encoding: "gzip",
  etag: 'W/"1"',
  headers: { "content-type": "application/json; charset=utf-8", link: ["a", "b"] },
  body: Buffer.from([0, 255, 1]),
  rawBytes: 9,
}

describe("an answer as it is stored", () => {
  it("is read as it was written", () => {
    const payload = encodeAnswer(ANSWER)
    expect(payload && decodeAnswer(payload, 9)).toEqual(ANSWER)
  })

  it("is not read from anything else", () => {
    const payload = encodeAnswer(ANSWER) ?? Buffer.alloc(0)
    const head = (json: string) => Buffer.concat([Buffer.from([0, 0, 0, json.length]), Buffer.from(json)])
    for (const wrong of [
      Buffer.alloc(0),
      payload.subarray(0, 10),
      Buffer.from([255, 255, 255, 255, 1]),
      head("{}"),
      head("nul"),
      head('{"encoding":"zip","etag":"","headers":{},"rawBytes":1}'),
      head('{"encoding":"br","etag":1,"headers":{},"rawBytes":1}'),
    ]) {
      expect(decodeAnswer(wrong, 9)).toBeUndefined()
    }
  })

  it.each([
    ["a cookie", { "set-cookie": "connect.sid=mine" }],
    ["another length", { "content-length": "1" }],
    ["whom a browser may show it to", { "access-control-allow-origin": "*" }],
    ["a second header", { "x-a": "b\r\nset-cookie: c" }],
    ["a name that is none", { "x a": "b" }],
    ["what is no text", { "x-a": { b: 1 } }],
  ])("brings no visitor %s, whoever has written it", (_, headers) => {
    const payload = encodeAnswer({ ...ANSWER, headers: headers as unknown as Answer["headers"] })
    expect(payload && decodeAnswer(payload, 9)).toBeUndefined()
  })

  it("is not expanded to more than what is stored, whoever has written it", () => {
    const payload = encodeAnswer({ ...ANSWER, rawBytes: 4_000_000_000 })
    expect(payload && decodeAnswer(payload, 8_000_000)).toBeUndefined()
  })

  it("has no more than 16 KB of headers", () => {
    expect(encodeAnswer({ ...ANSWER, headers: { x: "y".repeat(20_000) } })).toBeUndefined()
  })
})

describe("the encoding of an answer", () => {
  const request = (header: string) => ({
    headers: { "accept-encoding": header },
    acceptsEncodings: (wanted: string) => (header.includes(wanted) ? wanted : false),
  })

  it.each([
    ["gzip, deflate, br", "br"],
    ["gzip", "gzip"],
    ["", "identity"],
  ])("for %j is %s", (header, encoding) => expect(encodingFor(request(header))).toBe(encoding))

  const body = Buffer.from("product ".repeat(1_000))

  it.each(["br", "gzip"] as const)("%s is undone for who does not understand it", async (encoding) => {
    const small = await compressed(body, encoding)
    expect(small.encoding).toBe(encoding)
    expect(small.body.length).toBeLessThan(body.length / 10)
    expect(await expanded(small.body, small.encoding, body.length)).toEqual(body)
  })

  it("is none when it would not pay", async () => {
    expect(await compressed(Buffer.from("{}"), "br")).toEqual({ body: Buffer.from("{}"), encoding: "identity" })
  })

  it("never expands to more than was said", async () => {
    const { body: small } = await compressed(body, "gzip")
    expect(gunzipSync(small)).toEqual(body)
    await expect(expanded(small, "gzip", 100)).rejects.toThrow()
    await expect(expanded(small, "gzip", body.length + 1)).rejects.toThrow("expected 8001 bytes, found 8000")
  })
})

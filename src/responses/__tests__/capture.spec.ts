import { IncomingMessage, ServerResponse } from "node:http"
import { Socket } from "node:net"
import { capture, type Captured } from "../capture"

const MAX_BYTES = 1_000

/** Answers with this body, and returns what was captured of it. */
function captured(body: string | Uint8Array): Captured | undefined {
  const response = new ServerResponse(new IncomingMessage(new Socket()))
  let found: Captured | undefined
  capture(response, { vary: [], maxBytes: MAX_BYTES, onEnd: (it) => (found = it), isKnown: () => false })
  response.end(body)
  return found
}

describe("a response that is larger than what is stored", () => {
  it.each([
    ["text", "x".repeat(MAX_BYTES + 1)],
    ["bytes", new Uint8Array(MAX_BYTES + 1)],
  ])("is not copied to find that out: %s", (_, body) => {
    const from = jest.spyOn(Buffer, "from")
    const found = captured(body)
    const copied = from.mock.calls.filter(([source]: readonly unknown[]) => source === body)
    from.mockRestore()
    expect(found).toEqual({ refusal: "it is larger than maxBytes" })
    expect(copied).toHaveLength(0)
  })

  it("is one that has more bytes than letters", () => {
    expect(captured("ü".repeat(MAX_BYTES / 2 + 1))).toEqual({ refusal: "it is larger than maxBytes" })
    expect(captured("ü".repeat(MAX_BYTES / 2))).toHaveProperty("answer")
  })
})

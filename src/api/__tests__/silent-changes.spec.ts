import type { MedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils"
import { clearBeforeAnswer } from "../silent-changes"

const TAGS = ["Price:list:*"]

interface Shop {
  /** undefined: the flag `caching` is off, and no module is registered. */
  readonly clear?: (input: unknown) => Promise<void>
}

/** What happens when the route's handler answers so, in the order in which it happens. */
function answerWith(status: number, { clear }: Shop) {
  const events: string[] = []
  const registered: Readonly<Record<string, unknown>> = {
    [Modules.CACHING]: clear && { clear },
    [ContainerRegistrationKeys.LOGGER]: { warn: (message: string) => events.push(`warned: ${message}`) },
  }
  const req = { scope: { resolve: (name: string) => registered[name] } } as unknown as MedusaRequest
  const res = {
    statusCode: status,
    json: (body: unknown) => events.push(`answered ${JSON.stringify(body)}`),
  } as unknown as MedusaResponse
  clearBeforeAnswer(TAGS)(req, res, () => events.push("handled"))
  res.json({ ok: true })
  return events
}

const settled = () => new Promise(setImmediate)

describe("a route that changes something without an event", () => {
  it("answers when the clear has been acknowledged, and clears what an event would", async () => {
    let acknowledge: () => void = () => undefined
    const clear = jest.fn(() => new Promise<void>((resolve) => (acknowledge = resolve)))
    const events = answerWith(200, { clear })
    await settled()
    expect(events).toEqual(["handled"])

    acknowledge()
    await settled()
    expect(events).toEqual(["handled", 'answered {"ok":true}'])
    expect(clear.mock.calls).toEqual([[{ tags: TAGS, options: { autoInvalidate: true } }]])
  })

  it("waits for half a second, and no longer", async () => {
    jest.useFakeTimers({ doNotFake: ["setImmediate"] })
    const events = answerWith(200, { clear: () => new Promise(() => undefined) })
    await jest.advanceTimersByTimeAsync(499)
    expect(events).toEqual(["handled"])
    await jest.advanceTimersByTimeAsync(1)
    expect(events).toEqual(["handled", 'answered {"ok":true}'])
    jest.useRealTimers()
  })

  it("answers also when another provider fails to clear, which is logged", async () => {
    const events = answerWith(200, { clear: () => Promise.reject(new Error("Redis is away")) })
    await settled()
    expect(events).toEqual([
      "handled",
      "warned: medusa-plugin-memcached: not cleared (Price:list:*): Redis is away",
      'answered {"ok":true}',
    ])
  })

  it("answers in a shop without a cache", async () => {
    const events = answerWith(200, {})
    await settled()
    expect(events).toEqual(["handled", 'answered {"ok":true}'])
  })

  it.each([400, 401, 404, 500])("clears nothing when it answers %d", (status) => {
    const clear = jest.fn(() => Promise.resolve())
    const events = answerWith(status, { clear })
    expect(events).toEqual(["handled", 'answered {"ok":true}'])
    expect(clear).not.toHaveBeenCalled()
  })
})

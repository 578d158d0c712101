import type { Health } from "../../../../cache"
import { statusOf } from "../status"

const healthy: Health = { status: "healthy", reason: null, sinceMs: null }
const unreachable: Health = { status: "unreachable", reason: "circuit_open", sinceMs: 60_000 }
const degraded: Health = { status: "degraded", reason: "clear_pending", sinceMs: 0 }

describe("statusOf", () => {
  it("is the worst of all providers, with its reason and since when", () => {
    expect(statusOf([healthy, degraded, unreachable], undefined)).toMatchObject({
      status: "unreachable",
      reason: "circuit_open",
      since: "1970-01-01T00:01:00.000Z",
    })
    expect(statusOf([healthy, degraded], undefined)).toMatchObject({ status: "degraded", reason: "clear_pending" })
  })

  it("is healthy without a reason when all are", () => {
    expect(statusOf([healthy, healthy], undefined)).toMatchObject({ status: "healthy", reason: null, since: null })
  })

  it("says that The shop keeps working while Memcached is away", () => {
    expect(statusOf([unreachable], undefined).message).toContain("The shop keeps working")
  })

  it.each([
    ["out_of_memory", "-M"],
    ["no_cas", "-C"],
  ] as const)("says what to start memcached without: %s", (reason, option) => {
    const { message } = statusOf([healthy, { status: "degraded", reason, sinceMs: 0 }], undefined)

    expect(message).toContain(`without ${option}`)
    expect(message).toContain("The shop keeps working")
  })

  it("is not active, whatever the servers say, when Medusa does not use it", () => {
    expect(statusOf([healthy], { reason: "flag_off", message: "Turn it on." })).toEqual({
      status: "not_active",
      reason: "flag_off",
      message: "Turn it on.",
      since: null,
    })
  })
})

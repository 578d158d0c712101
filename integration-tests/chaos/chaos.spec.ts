import { runCalmly, runChaos, runOnRedis } from "./chaos"

const SECONDS = Number(process.env.CHAOS_SECONDS ?? 25)
const CALM_SECONDS = Number(process.env.CHAOS_CALM_SECONDS ?? 5)

jest.setTimeout((SECONDS + 180) * 1000)

describe("three processes on one server", () => {
  it("serves nothing stale and rejects nothing while Memcached freezes, dies and forgets", async () => {
    const result = await runChaos(3, SECONDS)
    console.info(JSON.stringify(result))
    expect(result).toMatchObject({ stale: 0, rejected: 0 })
    // A cache that never hits would pass the line above.
    expect(result.hits).toBeGreaterThan(result.lookups * 0.1)
    expect(result.clears - result.pending).toBeGreaterThan(20)
  })

  it("serves nothing stale, without a fault", async () => {
    const result = await runCalmly(3, CALM_SECONDS)
    console.info(JSON.stringify(result))
    expect(result).toMatchObject({ stale: 0, rejected: 0, pending: 0 })
  })

  it("is a load that shows up a provider which stores whatever it is given", async () => {
    const { port } = new URL(process.env.REDIS_URL ?? "redis://127.0.0.1:6379")
    const result = await runOnRedis(3, CALM_SECONDS, Number(port))
    console.info(JSON.stringify(result))
    expect(result.stale).toBeGreaterThan(0)
  })
})

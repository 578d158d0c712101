import { once } from "node:events"
import { createServer, type RequestListener, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { GracefulShutdownServer } from "@medusajs/framework/utils"
import { until } from "../../../../testing/eventually"
import type { RunningCache } from "../running-cache"
import { WarmRuns } from "../warm-runs"

const REQUESTS = Array.from({ length: 30 }, (_, i) => ({ path: `/store/products?limit=${i + 1}`, headers: {} }))

describe("a warm run", () => {
  let server: Server
  let answer: RequestListener
  let count: number
  let cache: { hasPending: boolean; status: string }

  beforeAll(async () => {
    server = createServer((req, res) => {
      count++
      answer(req, res)
    }).listen(0, "127.0.0.1")
    await once(server, "listening")
  })
  beforeEach(() => {
    count = 0
    answer = (_req, res) => res.end("{}")
    cache = { hasPending: false, status: "healthy" }
  })
  afterAll(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })

  const running = (requests = REQUESTS): RunningCache =>
    ({
      providerId: "memcached",
      cache: {
        get hasPending() {
          return cache.hasPending
        },
        insight: {
          health: () => ({ status: cache.status }),
          clearedRequests: (limit: number) => Promise.resolve(requests.slice(0, limit)),
        },
      },
    }) as unknown as RunningCache

  const options = (limit = 500) => ({
    limit,
    address: { host: "127.0.0.1", port: (server.address() as AddressInfo).port },
  })

  const ended = async (runs: WarmRuns) => {
    await until(() => runs.last?.state !== "running", "the end of the run")
    return runs.last
  }

  it("sends what was asked for, two at a time, and counts what fails", async () => {
    let open = 0
    let most = 0
    answer = (req, res) => {
      most = Math.max(most, ++open)
      setTimeout(() => {
        open--
        // The product of the ninth was deleted.
        res.writeHead(req.url?.endsWith("=7") ? 500 : req.url?.endsWith("=9") ? 404 : 200).end()
      }, 2)
    }
    const runs = new WarmRuns()
    expect(runs.last).toBeUndefined()
    expect(await runs.start(running(), options(20))).toMatchObject({ state: "running", total: 20, done: 0 })
    expect(await ended(runs)).toMatchObject({ state: "done", total: 20, done: 19, failed: 1 })
    expect(runs.last?.message).toMatch(/^Rebuilt 19 of 20 in \d+\.\d s\. 1 failed\.$/)
    expect([count, most]).toEqual([20, 2])
  })

  it("is answered with the one under way, and followed by another one", async () => {
    const runs = new WarmRuns()
    const [first, second] = await Promise.all([runs.start(running(), options()), runs.start(running(), options(1))])
    expect(second.id).toBe(first.id)
    await ended(runs)
    expect(count).toBe(REQUESTS.length)
    expect((await runs.start(running(), options(1))).id).not.toBe(first.id)
    expect(await ended(runs)).toMatchObject({ total: 1, done: 1 })
  })

  it("stops when everything fails", async () => {
    answer = (_req, res) => res.writeHead(429).end()
    const runs = new WarmRuns()
    await runs.start(running(), options())
    expect(await ended(runs)).toMatchObject({ state: "stopped", done: 0 })
    expect(runs.last?.message).toMatch(/1\d requests in a row failed, the last one with status 429\.$/)
    // The other of the two was on its way.
    expect(count).toBeLessThanOrEqual(11)
  })

  it.each([
    ["Memcached is away", () => void (cache.status = "unreachable")],
    ["a clear is pending, so that nothing is stored", () => void (cache.hasPending = true)],
  ])("stops while %s", async (_, happen) => {
    answer = (_req, res) => {
      if (count === 5) happen()
      res.end()
    }
    const runs = new WarmRuns()
    await runs.start(running(), options())
    expect(await ended(runs)).toMatchObject({ state: "stopped", failed: 0 })
    expect(runs.last?.message).toContain("Memcached cannot be reached")
    expect(count).toBeLessThanOrEqual(6)
  })

  it("stops when Medusa does, and does not start again", async () => {
    answer = (_req, res) => void (count < 5 && res.end())
    const runs = new WarmRuns()
    await runs.start(running(), options())
    await until(() => count > 5, "two requests that are not answered")
    runs.close()
    expect(await ended(runs)).toMatchObject({ state: "stopped", done: 4, failed: 2 })
    await runs.start(running(), options())
    expect(await ended(runs)).toMatchObject({ state: "stopped", done: 0 })
    expect(count).toBe(6)
  })

  it("does not hold up Medusa, which first lets requests end when it is stopped", async () => {
    answer = (_req, res) => void setTimeout(() => res.end(), 40)
    const stopping = GracefulShutdownServer.create(createServer((req, res) => answer(req, res))).listen(0, "127.0.0.1")
    await once(stopping, "listening")
    const { port } = stopping.address() as AddressInfo
    const many = REQUESTS.flatMap((request) => [request, request, request])
    const runs = new WarmRuns()
    await runs.start(running(many), { limit: many.length, address: { host: "127.0.0.1", port } })
    await until(() => (runs.last?.done ?? 0) > 0, "the first answer")
    await stopping.shutdown()
    expect(runs.last?.done).toBeLessThan(many.length)
    runs.close()
    await ended(runs)
  })

  it("has nothing to do when nothing was cleared", async () => {
    const runs = new WarmRuns()
    expect(await runs.start(running([]), options())).toMatchObject({ total: 0 })
    expect(await ended(runs)).toMatchObject({ state: "done", total: 0, done: 0 })
    expect(runs.last?.message).toMatch(/^Nothing to rebuild/)
  })
})

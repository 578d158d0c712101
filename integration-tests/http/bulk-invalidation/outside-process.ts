import { setTimeout as delay } from "node:timers/promises"
import type { AdminCacheInvalidation, AdminCacheInvalidationResponse } from "../../../src/types/http"
import type { Latency, OutsideOrder, OutsideReport } from "./outside"
import { productIds } from "./product-ids"

const POLL_MS = 10
const GIVE_UP_MS = 300_000

process.once("message", (order: OutsideOrder) => void main(order).then((report) => process.send?.(report)))

async function main(order: OutsideOrder): Promise<OutsideReport> {
  const { baseUrl, adminHeaders, publishableKey } = order
  const failures: string[] = []
  const done: number[] = []
  const states: string[] = []
  let stopped = false

  const visit = async (path: string, headers: Readonly<Record<string, string>>): Promise<Latency> => {
    const times: number[] = []
    while (!stopped) {
      const startedAt = performance.now()
      const { status } = await fetch(baseUrl + path, { headers })
      if (status !== 200) failures.push(`${path}: ${status}`)
      times.push(performance.now() - startedAt)
      await delay(POLL_MS)
    }
    return latencyOf(times)
  }
  const admin = async (path: string, init: RequestInit = {}): Promise<AdminCacheInvalidation | undefined> => {
    const headers = { ...adminHeaders, "content-type": "application/json" }
    const response = await fetch(`${baseUrl}/admin/cache${path}`, { ...init, headers })
    if (response.status === 404 && order.id !== undefined) return undefined
    if (response.ok) return ((await response.json()) as AdminCacheInvalidationResponse).invalidation
    failures.push(`${path}: ${response.status} ${await response.text()}`)
    return undefined
  }

  // Before anything is timed: it takes this process a while, in which it hears no answers.
  const body = order.start && JSON.stringify({ ...order.start.body, ...productsOf(order.start.products) })
  const visitors = [visit("/health", {}), visit("/store/products?limit=5", { "x-publishable-api-key": publishableKey })]
  await delay(200)
  const startedAt = performance.now()
  const started = body === undefined ? undefined : await admin("/invalidations", { method: "POST", body })
  const acceptedMs = body === undefined ? 0 : performance.now() - startedAt
  const id = started?.id ?? order.id ?? ""
  for (let state = "running"; state === "running" && performance.now() - startedAt < GIVE_UP_MS;) {
    const seen = await admin(`/invalidation?id=${encodeURIComponent(id)}`)
    if (seen) {
      done.push(seen.done)
      states.push(seen.state)
      state = seen.state
    }
    await delay(POLL_MS)
  }
  const endedMs = performance.now() - startedAt
  stopped = true
  const [health, products] = await Promise.all(visitors)
  if (!health || !products) throw new Error("Both were started")
  return {
    id,
    acceptedMs: Math.round(acceptedMs),
    endedMs: Math.round(endedMs),
    done,
    states: [...new Set(states)],
    health,
    products,
    failures,
  }
}

const productsOf = (count: number): object =>
  count === 0 ? {} : { entities: [{ type: "Product", ids: productIds(count) }] }

function latencyOf(times: readonly number[]): Latency {
  const sorted = [...times].sort((a, b) => a - b)
  return {
    requests: sorted.length,
    p50Ms: Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0),
    maxMs: Math.round(sorted.at(-1) ?? 0),
  }
}

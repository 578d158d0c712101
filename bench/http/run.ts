import { setTimeout as delay } from "node:timers/promises"
import { parseArgs } from "node:util"
import { createTemplate, dropTemplate } from "../../testing/jest/template-database"
import { startMemcached } from "../../tools/services/memcached"
import { medusaEnvironment } from "../../tools/services/medusa-environment"
import { createDatabase, databaseUrl, dropDatabase, startPostgres } from "../../tools/services/postgres"
import { startRedis } from "../../tools/services/redis"
import { chosenNames, wholeNumber } from "../arguments"
import { median } from "../ratios"
import { Server } from "./server"
import type { BenchShop } from "./shop"
import { load, loadEach, type LoadResult } from "./wrk"

export const HTTP_USAGE = `npm run bench -- --http                        whole requests to a shop
npm run bench -- --http --route product        one route, or several
npm run bench -- --http --edits 1              with so many edits of a product a second
npm run bench -- --http --connections 64       with so many connections; 8 by default
npm run bench -- --http --seconds 5 --rounds 3 how long each measurement takes, and how many there are`

/** How each contender's shop is configured, and which route of it is asked when not all are. */
const CONTENDERS: Readonly<Record<string, NodeJS.ProcessEnv>> = {
  "no cache": { MEDUSA_FF_CACHING: "false" },
  redis: {},
  entries: {},
  answers: { CACHE_RESPONSES: "true" },
}
type Contender = keyof typeof CONTENDERS

interface Row extends LoadResult {
  /** What edits take is part of it. */
  readonly cpuMsPerRequest: number
  /** Those that were answered. A shop under load answers fewer than it is asked for. */
  readonly editsPerSecond: number
}

/** As a client asks that has the response already. */
const UNCHANGED = "list-50-304"

/** Addresses that nobody has asked for. */
const MISSES = "list-50-miss"

const ROUTES = ["list-12", "list-50", "list-50-one", UNCHANGED, MISSES, "product", "categories", "regions"]

/** Addresses by the name of the route. Sixteen where a shop has many, since one alone is a favourable case. */
function routesOf({ regionId, productIds }: BenchShop): Readonly<Record<string, readonly string[]>> {
  const sixteen = Array.from({ length: 16 }, (_, i) => i)
  const prices = `region_id=${regionId}&fields=*variants.calculated_price`
  return {
    "list-12": sixteen.map((i) => `/store/products?limit=12&offset=${i}&${prices}`),
    "list-50": sixteen.map((i) => `/store/products?limit=${50 - i}&${prices}`),
    "list-50-one": [`/store/products?limit=50&${prices}`],
    [UNCHANGED]: [`/store/products?limit=50&${prices}`],
    [MISSES]: sixteen.flatMap((i) =>
      ORDERS.flatMap((order) =>
        sixteen.map((j) => `/store/products?limit=${50 - i}&offset=${j}&order=${order}&${prices}`)
      )
    ),
    product: sixteen.map((i) => `/store/products/${productIds[i] ?? ""}?${prices}`),
    categories: ["/store/product-categories"],
    regions: ["/store/regions"],
  }
}

const ORDERS = ["title", "-title", "created_at", "-created_at", "updated_at", "-updated_at", "handle", "-handle"]

/** How many of them a measurement asks for, whatever the time that takes. */
const MISSES_OF_A_MEASUREMENT = 100
/** Longer than it takes to compress and store the last of them. */
const AFTER_MISSES_MS = 500

/** Empty routes, for comparison: of any kind, and of the storefront. Both stand behind all routes of Medusa. */
const FLOORS = ["/health", "/store/nothing"] as const

export async function runHttpBench(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      http: { type: "boolean" },
      route: { type: "string", multiple: true, default: [] },
      contender: { type: "string", multiple: true, default: [] },
      edits: { type: "string", default: "0" },
      connections: { type: "string", default: "8" },
      seconds: { type: "string", default: "3" },
      rounds: { type: "string", default: "3" },
    },
  })
  const seconds = wholeNumber("seconds", values.seconds)
  const rounds = wholeNumber("rounds", values.rounds)
  const connections = wholeNumber("connections", values.connections)
  const edits = wholeNumber("edits", values.edits, 0)
  const names = chosenNames("contender", values.contender, Object.keys(CONTENDERS))
  const routeNames = chosenNames("route", values.route, ROUTES)
  const { servers, shop, dropDatabases } = await startContenders(names)
  const routes = routesOf(shop)

  interface Conditions {
    readonly headers?: Record<string, string>
    readonly editsPerSecond?: number
    /** Whether every address was asked for before. */
    readonly isWarm?: boolean
  }
  const measure = async (server: Server, paths: readonly string[], conditions: Conditions = {}) => {
    const { headers, editsPerSecond = 0, isWarm = true } = conditions
    const url = `http://127.0.0.1:${server.port}`
    const own = { "x-publishable-api-key": shop.publishableKey, "accept-encoding": "br, gzip", ...headers }
    const warm = { url, paths, headers: own, connections }
    if (isWarm) {
      // Each of its addresses once at least, and the processor warm.
      for (const path of paths) await fetch(url + path, { headers: own }).then((answer) => answer.arrayBuffer())
      await load({ ...warm, seconds: 1 })
    }
    const editing = editsPerSecond > 0 ? edit(url, shop, editsPerSecond) : undefined
    const before = await server.cpuMs()
    const result = await (isWarm ? load({ ...warm, seconds }) : loadEach(warm))
    const edited = editing?.count() ?? 0
    if (!isWarm) await delay(AFTER_MISSES_MS)
    const cpuMsPerRequest = ((await server.cpuMs()) - before) / Math.max(1, result.requests)
    await editing?.wait()
    return { ...result, cpuMsPerRequest, editsPerSecond: edited / seconds }
  }

  console.log(
    `| route | contender | requests/s | of ${FLOORS.join(" | of ")} | CPU ms | p50 ms | p99 ms | failed | edits/s |`
  )
  console.log("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
  for (const route of routeNames) {
    const all = routes[route] ?? []
    const isWarm = route !== MISSES
    const rows = new Map<Contender, Row[]>()
    const floors = FLOORS.map((): number[] => [])
    for (let round = 0; round < rounds; round++) {
      const paths = isWarm ? all : all.slice(round * MISSES_OF_A_MEASUREMENT, (round + 1) * MISSES_OF_A_MEASUREMENT)
      if (paths.length === 0) throw new Error(`--rounds: there are addresses for ${round} rounds of ${route}`)
      for (const name of round % 2 === 0 ? names : [...names].reverse()) {
        const server = servers.get(name)
        if (!server) continue
        const headers = route === UNCHANGED ? await conditionOf(server, paths[0] ?? "", shop) : {}
        const row = await measure(server, paths, { headers, isWarm, editsPerSecond: edits })
        rows.set(name, [...(rows.get(name) ?? []), row])
      }
      const server = servers.get(names.at(-1) ?? "")
      for (const [i, floor] of FLOORS.entries()) {
        if (server && isWarm) floors[i]?.push((await measure(server, [floor])).requestsPerSecond)
      }
    }
    for (const [name, found] of rows) {
      const of = (quantity: keyof Row): number => median(found.map((row) => row[quantity]))
      const shares = floors.map((floor) => (isWarm ? (of("requestsPerSecond") / median(floor)).toFixed(2) : ""))
      const figures = [of("requestsPerSecond").toFixed(0), ...shares, of("cpuMsPerRequest").toFixed(2)]
      console.log(
        `| ${[route, name, ...figures, of("p50").toFixed(1), of("p99").toFixed(1), of("failed"), of("editsPerSecond").toFixed(1)].join(" | ")} |`
      )
    }
  }
  await Promise.all([...servers.values()].map((server) => server.stop()))
  await dropDatabases()
}

async function startContenders(names: readonly string[]) {
  // Servers of its own, always: what is measured must not depend on, or disturb, what somebody else keeps there.
  delete process.env.MEMCACHED_SERVERS
  delete process.env.REDIS_URL
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()])
  Object.assign(process.env, medusaEnvironment(), { JWT_SECRET: "bench", COOKIE_SECRET: "bench" })
  const template = await createTemplate(postgres)
  const database = `bench_http_${process.pid}`
  await createDatabase(postgres, database, template)
  const servers = new Map<string, Server>()
  let shop: BenchShop | undefined
  for (const name of names) {
    const memcached = await startMemcached()
    const server = await Server.start({
      DATABASE_URL: databaseUrl(postgres, database),
      MEMCACHED_SERVERS: memcached.servers,
      ...CONTENDERS[name],
      ...(name === "redis" ? { CACHING_REDIS_URL: redis.url } : {}),
    })
    shop ??= await server.fill()
    servers.set(name, server)
  }
  if (!shop) throw new Error("The shop could not be filled")
  // A server that was given has other databases as well, and goes on.
  const dropDatabases = async (): Promise<void> => {
    await dropDatabase(postgres, database)
    await dropTemplate()
  }
  return { servers, shop, dropDatabases }
}

async function conditionOf({ port }: Server, path: string, { publishableKey }: BenchShop) {
  const headers = { "x-publishable-api-key": publishableKey }
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers })
  await answer.arrayBuffer()
  return { "if-none-match": answer.headers.get("etag") ?? "" }
}

/** Renames products, so many times a second, until `wait` is called, which waits for those under way. */
function edit(url: string, { productIds, authorization }: BenchShop, perSecond: number) {
  const edits: Promise<void>[] = []
  let answered = 0
  const editOne = async (number: number): Promise<void> => {
    const answer = await fetch(`${url}/admin/products/${productIds[number % productIds.length] ?? ""}`, {
      method: "POST",
      headers: { authorization, "content-type": "application/json" },
      body: JSON.stringify({ title: `Shirt, edited ${number} times` }),
    })
    await answer.arrayBuffer()
    if (!answer.ok) throw new Error(`An edit was answered with status ${answer.status}`)
    answered += 1
  }
  const timer = setInterval(() => edits.push(editOne(edits.length)), 1000 / perSecond)
  return {
    /** The number of those that were answered up to now. */
    count: () => answered,
    wait: async () => {
      clearInterval(timer)
      await Promise.all(edits)
    },
  }
}

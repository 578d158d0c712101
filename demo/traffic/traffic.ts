import { beforeStop, onExit } from "../../tools/services/child-processes"
import type { MemcachedService } from "../../tools/services/memcached"
import type { Shop } from "../shop"
import { edit, restoreTitles } from "./administrator"
import { Editions } from "./editions"
import { causeOutages } from "./memcached-outages"
import type { Observations } from "./observations"
import { firstPage, listPages } from "./pages"
import { pause } from "./pause"
import { createRandom, createZipfPicker, shuffle } from "./random"
import { describeLive, describeSummary } from "./report"
import { ShopClient } from "./shop-client"
import { Tally } from "./tally"
import { visit } from "./visitor"

const SEED = 20
const VISITORS = 4
/** Few products are edited, so that few titles have to be put right afterwards. */
const EDITED_PRODUCTS = 6
const REPORT_EVERY_MS = 1_000

export interface TrafficOptions {
  url: string
  shop: Shop
  memcached: MemcachedService
  /** Until Ctrl-C when undefined. */
  seconds: number | undefined
  hasOutages: boolean
}

/** Visitors who read lists, an administrator who edits products, and a check that the ones see what the other saved. */
export async function runTraffic({ url, shop, memcached, seconds, hasOutages }: TrafficOptions): Promise<void> {
  const client = new ShopClient(url, shop)
  await client.logIn()
  const { products } = await client.list(firstPage(shop))
  const edited = products.slice(0, EDITED_PRODUCTS)

  const started = performance.now()
  const elapsed = (): number => (performance.now() - started) / 1000
  const end = new AbortController()
  const observations: Observations = { tally: new Tally(), editions: new Editions(), signal: end.signal }
  onExit(() => console.log(`\n${describeSummary(observations.tally, elapsed())}`))
  if (seconds !== undefined) {
    setTimeout(() => end.abort(), seconds * 1000)
  }

  const pages = shuffle(listPages(shop), createRandom(SEED))
  const finished = Promise.all([
    ...Array.from({ length: VISITORS }, (_, visitor) => {
      const random = createRandom(SEED + visitor)
      return visit(client, createZipfPicker(pages, random), random, observations)
    }),
    edit(client, shop, edited, observations),
    hasOutages ? causeOutages(memcached, observations) : undefined,
    report(observations, elapsed),
  ]).then(() => restoreTitles(client, edited))
  beforeStop(async () => {
    end.abort()
    await finished
  })
  await finished
}

/** A line that is written over on a terminal; elsewhere a new one each time. */
async function report({ tally, signal }: Observations, elapsed: () => number): Promise<void> {
  while (await pause(REPORT_EVERY_MS, signal)) {
    const line = describeLive(tally, elapsed())
    const { isTTY, columns } = process.stdout
    process.stdout.write(isTTY ? `\r\x1b[2K${line.slice(0, columns - 1)}` : `${line}\n`)
  }
}

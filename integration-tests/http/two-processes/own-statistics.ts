import type { StatisticsSnapshot } from "../../../src/cache"
import type { Shop } from "../shop"
import { countersIn } from "./counters"
import { driveBoth } from "./drive-both"
import { difference, sum, total } from "./figures"
import type { MedusaProcess } from "./medusa-process"
import { untilUnchanged } from "./until-unchanged"
import { countProviderCalls, type ProviderCalls } from "./provider-calls"
import type { Section } from "./section"

/** What each process has counted by itself. */
export function describeOwnStatistics({ getContainer, proxy, shop: shopOf, worker: workerOf }: Section): void {
  describe("what the processes have counted", () => {
    let worker: MedusaProcess
    let shop: Shop
    let serverCalls: ProviderCalls

    beforeAll(() => {
      worker = workerOf()
      shop = shopOf()
      serverCalls = countProviderCalls(getContainer(), "caching-memcached")
    })

    /** What both processes were asked for, since they count. */
    const callsOfBoth = async (): Promise<ProviderCalls> => sum(serverCalls, await worker.call("calls"))

    const quiet = () => untilUnchanged(callsOfBoth)

    const figuresOfBoth = async (): Promise<Figures> =>
      sum(figuresOf(countersIn(getContainer())), figuresOf(await worker.call("counters")))

    it("counts what Medusa asked for and what Memcached was asked, in both processes, and nothing else", async () => {
      // The first of all changes: what follows finds a log that exists, and two processes that know it.
      await shop.listProducts()
      await worker.call("read", 5)
      await quiet()
      const figuresBefore = await figuresOfBoth()
      const callsBefore = await callsOfBoth()
      proxy().resetCounters()

      await driveBoth(shop, worker)
      await quiet()
      const wire = proxy().commands
      const calls = difference(await callsOfBoth(), callsBefore)
      const counted = difference(await figuresOfBoth(), figuresBefore)

      // As Medusa sees it.
      expect(calls.hits).toBeGreaterThan(0)
      expect(calls.clears).toBeGreaterThan(3)
      expect(counted).toMatchObject({
        lookups: calls.lookups,
        hits: calls.hits,
        misses: calls.lookups - calls.hits,
        stored: calls.sets,
        clears: calls.clears,
      })
      // As Memcached sees it. The plugin's own commands are on the wire, and in none of the figures.
      expect(wire.ownCommands).toBeGreaterThan(0)
      expect(counted).toMatchObject({
        lookups: wire.entriesAsked,
        found: wire.entriesFound,
        absent: wire.entriesAsked - wire.entriesFound,
        sets: wire.entriesStored,
        records: wire.headsSwapped,
      })
    })
  })
}

/** The plugin's counters in the words of the two others who count. */
const figuresOf = ({ lookups, hits, misses, sets, refused, clears, records }: StatisticsSnapshot) => ({
  lookups,
  hits,
  misses: total(misses),
  absent: absent(misses),
  found: hits + total(misses) - absent(misses),
  sets,
  stored: sets + total(refused),
  clears: clears.explicit + clears.automatic,
  records,
})

/** Misses for which Memcached has nothing. */
const absent = ({ new: first, expired, removed, too_large, not_stored }: StatisticsSnapshot["misses"]): number =>
  first + expired + removed + too_large + not_stored

type Figures = ReturnType<typeof figuresOf>

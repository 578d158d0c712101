import axios, { type AxiosInstance } from "axios"
import { createAdminUser } from "../admin-user"
import { seedCatalogue } from "../catalogue"
import { useMemcached } from "../memcached-of-the-app"
import { shopTestRunner } from "../shop-test-runner"
import { MedusaProcess } from "../two-processes/medusa-process"
import { describeAdmin } from "./admin"
import { type Change, Notes } from "./changes"
import { describeConvictions } from "./convictions"
import { describeLeaks } from "./leaks"
import { describeMoments } from "./moments"
import { isFull, Oracle } from "./oracle"
import { readersOf, sampleOf } from "./readers"
import { describeRecordings } from "./recordings"
import type { Trial } from "./trial"
import { prepareWorld, type World } from "./world"

/** Answers from the cache, in two processes, against those of a third one that has no cache. */
export function describeOracle(
  prefix: string,
  changes: readonly Change[],
  environment: Readonly<Record<string, string>> = {}
): void {
  const responses = { CACHE_RESPONSES: "true", ...environment }
  useMemcached(prefix, () => responses)

  shopTestRunner({
    keepsDatabase: true,
    testSuite: ({ api, getContainer, databaseUrl }) => {
      let world: World
      let oracle: Oracle
      let uncached: MedusaProcess
      const notes = new Notes()

      beforeAll(async () => {
        const container = getContainer()
        const headers = await createAdminUser(container)
        const start = (more: Readonly<Record<string, string>>) =>
          MedusaProcess.start("server", { DATABASE_URL: databaseUrl, LISTEN: "true", ...responses, ...more })
        const other = await start({})
        uncached = await start({ CACHE_RESPONSES: "false", MEDUSA_FF_CACHING: "false" })
        world = await prepareWorld({
          ...{ container, headers, other, databaseUrl },
          http: api,
          catalogue: await seedCatalogue(container),
          look: () => oracle.warm(),
        })
        const readers = isFull ? readersOf(world) : sampleOf(readersOf(world))
        oracle = new Oracle({ cached: [api, at(other)], uncached: at(uncached) }, readers)
      })
      afterAll(async () => {
        console.info(`${prefix}: ${JSON.stringify({ changes: changes.length, ...oracle.found })}`)
        await Promise.all([world.other.stop(), uncached.stop()])
      })

      it("stores an answer of each route", async () => {
        await oracle.warm()
        await oracle.warm()
        expect(await oracle.missing()).toEqual([])
        expect(await oracle.differences()).toEqual([])
      })

      it.each(changes.map((change) => [change.by, change] as const))("%s", async (_, change) => {
        const begunAt = performance.now()
        const wrong = await oracle.differencesAfter(() => change.make(world, notes))
        if (isFull) {
          process.stderr.write(
            `${change.by}: ${wrong.length} differences, ${Math.round(performance.now() - begunAt)} ms\n`
          )
        }
        expect(wrong).toEqual([])
      })

      const trial: Trial = { world: () => world, oracle: () => oracle }
      describeAdmin(trial)
      describeMoments(trial)
      describeConvictions(trial)
      describeRecordings(trial)
      describeLeaks(trial, isFull ? 20_000 : 300)
    },
  })
}

const at = (medusa: MedusaProcess): AxiosInstance => axios.create({ baseURL: `http://127.0.0.1:${medusa.port ?? 0}` })

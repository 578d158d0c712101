import { setTimeout as delay } from "node:timers/promises"
import axios, { type AxiosInstance } from "axios"
import { createAdminUser } from "../admin-user"
import { seedCatalogue } from "../catalogue"
import { useMemcached } from "../memcached-of-the-app"
import { shopTestRunner } from "../shop-test-runner"
import { MedusaProcess } from "../two-processes/medusa-process"
import { Load, titleOf } from "./load"
import { Poisoner } from "./poisoner"
import { readersOf, type Subject, type Subjects } from "./readers"

/** How long each kind of trouble takes at least. */
const SECONDS = process.env.ORACLE === "full" ? 60 : 10

/** Each subject is edited. */
const MIN_EDITS = 4

jest.setTimeout((SECONDS * 5 + 240) * 1000)

const RESPONSES = { CACHE_RESPONSES: "true", CACHE_TIMEOUT_MS: "500" }
const memcached = useMemcached("responses-under-faults", () => RESPONSES)

const POISONED_EVERY_MS = 250

shopTestRunner({
  keepsDatabase: true,
  testSuite: ({ api, getContainer, databaseUrl }) => {
    let other: MedusaProcess
    let shops: readonly AxiosInstance[]
    let subjects: Subjects
    let edit: (subject: Subject, edit: number) => Promise<unknown>
    let visitor: Readonly<Record<string, string>>

    beforeAll(async () => {
      const container = getContainer()
      const headers = await createAdminUser(container)
      const { publishableKey, products, categoryId, regionId } = await seedCatalogue(container)
      other = await MedusaProcess.start("server", { DATABASE_URL: databaseUrl, LISTEN: "true", ...RESPONSES })
      shops = [api, axios.create({ baseURL: `http://127.0.0.1:${other.port ?? 0}` })]
      const subject = (path: string, id = "", field: Subject["field"] = "name") => ({
        id,
        field,
        path: `${path}/${id}`,
      })
      const [first] = products
      subjects = {
        product: subject("/admin/products", first?.id, "title"),
        variant: subject(`/admin/products/${first?.id ?? ""}/variants`, first?.variantId, "title"),
        category: subject("/admin/product-categories", categoryId),
        region: subject("/admin/regions", regionId),
      }
      edit = ({ path, field }, number) => api.post(path, { [field]: titleOf(number) }, { headers })
      visitor = { "x-publishable-api-key": publishableKey }
    })
    afterAll(() => other.stop())

    /** Lets visitors and the editor in while something happens again and again. Nothing they see may be wrong. */
    const expectRight = async (what: string, happen: (turn: number) => Promise<unknown>): Promise<void> => {
      await Promise.all(Object.values(subjects).map((subject) => edit(subject, 0)))
      const load = new Load({ shops, readers: readersOf(subjects), edit, headers: visitor })
      const endsAt = performance.now() + SECONDS * 1000
      try {
        const isEnough = () => performance.now() > endsAt && load.seen.edits >= MIN_EDITS && load.seen.hits > 0
        for (let turn = 0; !isEnough(); turn++) await happen(turn)
      } finally {
        await load.end()
      }
      const { requests, hits, edits, failed, wrong, stale } = load.seen
      const counts = { requests, hits, edits, failed: failed.length, wrong: wrong.length, stale: stale.length }
      console.info(`responses ${what}: ${JSON.stringify(counts)}`)
      expect({ failed, wrong, stale }).toEqual({ failed: [], wrong: [], stale: [] })
    }

    it("every response is right while nothing else happens", async () => {
      await expectRight("without faults", () => delay(1_000))
    })

    it("every response is right while memcached is killed and started again", async () => {
      await expectRight("with kills", async () => {
        await delay(3_000)
        await memcached().kill()
        await delay(1_000)
        await memcached().restart()
      })
    })

    it("every response is right while memcached is frozen and goes on", async () => {
      await expectRight("with freezes", async (turn) => {
        await delay(3_000)
        memcached().freeze()
        // A clear is answered after three seconds, whether it has arrived or not.
        await delay(turn % 2 === 0 ? 2_000 : 4_500)
        memcached().thaw()
      })
    })

    it("every response is right while what is stored is damaged, mixed up and put back", async () => {
      const poisoner = new Poisoner(memcached())
      try {
        await expectRight("with damage", async () => {
          await delay(POISONED_EVERY_MS)
          await poisoner.poison()
        })
        console.info(`damage: ${JSON.stringify(poisoner.done)}`)
        expect(Object.values(poisoner.done).filter((times) => times === 0)).toEqual([])
      } finally {
        await poisoner.close()
      }
    })
  },
})

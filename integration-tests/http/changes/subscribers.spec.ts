import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils"
import { createStep, createWorkflow, StepResponse, type WorkflowData } from "@medusajs/framework/workflows-sdk"
import { emitEventStep } from "@medusajs/medusa/core-flows"
import { useProxiedMemcached } from "../memcached-of-the-app"
import { untilCached } from "../running-cache"
import { shopTestRunner } from "../shop-test-runner"

jest.setTimeout(60_000)

const PROVIDER_ID = "caching-memcached"
/** Far more than what lies between a workflow's last change and its events. */
const DELAY_MS = 500

const { proxy } = useProxiedMemcached("subscribers")

interface Change {
  readonly id: string
  readonly title: string
}

const createCustomer = createStep("create-customer", async (_: Change, { container }) => {
  await container.resolve(Modules.CUSTOMER).createCustomers({ email: `${Math.random()}@example.com` })
  return new StepResponse()
})

const rename = createStep("rename", async ({ id, title }: Change, { container }) => {
  await container.resolve(Modules.PRODUCT).updateProducts(id, { title })
  return new StepResponse()
})

/** The clear of the product waits until that of the customer has arrived. */
const changeTwo = createWorkflow("change-two", (change: WorkflowData<Change>) => {
  createCustomer(change)
  rename(change)
  emitEventStep({ eventName: "product.updated", data: change })
})

shopTestRunner({
  keepsDatabase: true,
  testSuite: ({ getContainer }) => {
    const titleOf = async (id: string): Promise<string | undefined> => {
      const query = getContainer().resolve(ContainerRegistrationKeys.QUERY)
      const { data }: { data: { title: string }[] } = await query.graph(
        { entity: "product", fields: ["id", "title"], filters: { id } },
        { cache: { enable: true } }
      )
      return data[0]?.title
    }

    /** What a subscriber finds that looks at once. */
    const foundBySubscriber = async (id: string, change: () => Promise<unknown>): Promise<string | undefined> => {
      const bus = getContainer().resolve(Modules.EVENT_BUS)
      const subscriberId = "looks-at-once"
      const found = new Promise<string | undefined>((resolve, reject) => {
        bus.subscribe("product.updated", () => titleOf(id).then(resolve, reject), { subscriberId })
      })
      await untilCached(PROVIDER_ID, () => titleOf(id))
      proxy().inject({ responseDelayMs: DELAY_MS })
      await change()
      const title = await found
      proxy().heal()
      bus.unsubscribe("product.updated", () => Promise.resolve(), { subscriberId })
      return title
    }

    const create = () =>
      getContainer()
        .resolve(Modules.PRODUCT)
        .createProducts({ title: `Old ${Math.random()}` })

    describe("a subscriber sees the change that it is told of", () => {
      it("when a workflow has made it", async () => {
        const { id } = await create()
        const change = () => changeTwo(getContainer()).run({ input: { id, title: "New" } })
        expect(await foundBySubscriber(id, change)).toBe("New")
      })
    })
  },
})

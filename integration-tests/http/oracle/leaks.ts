import axios, { type AxiosInstance } from "axios"
import { ContainerRegistrationKeys, generateJwtToken, Modules } from "@medusajs/framework/utils"
import { Prng } from "../../../testing/prng"
import { inFixedOrder } from "../shop"
import type { Trial } from "./trial"
import type { World } from "./world"

interface Created {
  readonly id: string
}

/** Somebody who asks, and what tells him apart from others. */
interface Visitor {
  readonly name: string
  readonly headers: Readonly<Record<string, string>>
}

const AT_ONCE = 16

/**
 * Creates a customer of a new group, for which there is a price of its own, and returns the headers of the customer's
 * requests.
 */
async function customerOf(world: World, name: string, amount: number): Promise<{ authorization: string }> {
  const { container, post, catalogue } = world
  const { customer } = await post<{ customer: Created }>("/customers", { email: `${name}@example.com` })
  const { customer_group: group } = await post<{ customer_group: Created }>("/customer-groups", { name })
  await post(`/customer-groups/${group.id}/customers`, { add: [customer.id] })
  await post("/price-lists", {
    ...{ title: name, description: name, status: "active", type: "override" },
    rules: { "customer.groups.id": [group.id] },
    prices: ["eur", "usd"].map((currency_code) => ({
      ...{ amount, currency_code },
      variant_id: catalogue.products[0]?.variantId,
    })),
  })
  const app_metadata = { customer_id: customer.id }
  const identity = await container.resolve(Modules.AUTH).createAuthIdentities({
    provider_identities: [{ provider: "emailpass", entity_id: `${name}@example.com` }],
    app_metadata,
  })
  const { http } = container.resolve(ContainerRegistrationKeys.CONFIG_MODULE).projectConfig
  const claims = { actor_id: customer.id, actor_type: "customer", auth_identity_id: identity.id, app_metadata }
  return { authorization: `Bearer ${generateJwtToken(claims, { secret: http.jwtSecret, expiresIn: "1h" })}` }
}

/** Logs a customer in as a browser does, and returns the headers of the browser's requests from then on. */
async function browserOf(http: AxiosInstance, headers: { authorization: string }): Promise<{ cookie: string }> {
  const { headers: answered } = await http.post("/auth/session", {}, { headers })
  const cookie = answered["set-cookie"]?.[0]?.split(";")[0]
  if (cookie === undefined) throw new Error("There is no session")
  return { cookie }
}

/** Creates a publishable key for the channel that has few products. */
async function keyOf({ post, otherChannelId }: World): Promise<string> {
  const { api_key: key } = await post<{ api_key: Created & { token: string } }>("/api-keys", {
    title: "Kiosk",
    type: "publishable",
  })
  await post(`/api-keys/${key.id}/sales-channels`, { add: [otherChannelId] })
  return key.token
}

/** Customers of two groups, strangers, two keys, two locales, two regions and three encodings, all at once. */
export function describeLeaks({ world, oracle }: Trial, answers: number): void {
  it(`nobody gets what was made for somebody else: ${answers} answers`, async () => {
    const w = world()
    const { http, catalogue, dollarRegionId } = w
    const otherKey = await keyOf(w)
    const retail = await customerOf(w, "retail", 1.11)
    const wholesale = await browserOf(http, await customerOf(w, "wholesale", 2.22))
    const customers: readonly Visitor[] = [
      ...[1, 2, 3].map(() => ({ name: "nobody", headers: {} })),
      { name: "retail", headers: retail },
      { name: "wholesale", headers: wholesale },
    ]
    const path = (region: string) =>
      `/store/products?region_id=${region}&fields=title,variants.title,variants.calculated_price.calculated_amount,variants.calculated_price.currency_code&order=id`
    // The order of variants is any.
    const markOf = (data: unknown): string => JSON.stringify(inFixedOrder(data))
    const expected = new Map<string, string>()
    const prng = new Prng(11)
    const found = { answers: 0, crossed: 0, marks: 0, hits: 0 }
    const ask = async (): Promise<void> => {
      const customer = prng.pick(customers)
      const key = prng.pick([catalogue.publishableKey, otherKey])
      const region = prng.pick([catalogue.regionId, dollarRegionId])
      const locale = prng.pick(["", "de-DE"])
      const headers = {
        ...customer.headers,
        "x-publishable-api-key": key,
        "accept-encoding": prng.pick(["br", "gzip", "identity"]),
        ...(locale !== "" && { "x-medusa-locale": locale }),
      }
      // A session is that of one process.
      const shop = customer.name === "wholesale" ? http : prng.pick([http, at(w)])
      const { data, headers: answered } = await shop.get<unknown>(path(region), { headers, validateStatus: () => true })
      const who = [customer.name, key, region, locale].join(" ")
      found.answers += 1
      if (expected.get(who) !== markOf(data)) found.crossed += 1
      if (String(answered["cache-status"]).includes("; hit")) found.hits += 1
    }
    // What each of them has to see, from the shop without a cache or past the cache.
    for (const customer of customers.slice(2)) {
      for (const key of [catalogue.publishableKey, otherKey]) {
        for (const region of [catalogue.regionId, dollarRegionId]) {
          for (const locale of ["", "de-DE"]) {
            const headers = { "x-publishable-api-key": key, ...(locale !== "" && { "x-medusa-locale": locale }) }
            const { data } =
              customer.name === "wholesale"
                ? await http.get<unknown>(path(region), { headers: { ...headers, ...customer.headers } })
                : await oracle().truth(path(region), { ...headers, ...customer.headers })
            expected.set([customer.name, key, region, locale].join(" "), markOf(data))
          }
        }
      }
    }
    found.marks = new Set(expected.values()).size
    let left = answers
    const visitor = async (): Promise<void> => {
      while (left-- > 0) await ask()
    }
    await Promise.all(Array.from({ length: AT_ONCE }, visitor))
    console.info(`leaks: ${JSON.stringify(found)}`)
    expect(found.crossed).toBe(0)
    // Three groups of people, two keys, two regions: locales differ where something is translated.
    expect(found.marks).toBeGreaterThanOrEqual(12)
    expect(found.hits).toBeGreaterThan(answers / 5)
  })
}

const at = ({ other }: World): AxiosInstance => axios.create({ baseURL: `http://127.0.0.1:${other.port ?? 0}` })

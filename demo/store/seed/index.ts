import { writeFileSync } from "node:fs"
import type { ExecArgs } from "@medusajs/framework/types"
import { Modules } from "@medusajs/framework/utils"
import {
  createApiKeysWorkflow,
  createCollectionsWorkflow,
  createProductCategoriesWorkflow,
  createProductsWorkflow,
  createProductTagsWorkflow,
  createProductTypesWorkflow,
  createRegionsWorkflow,
  createSalesChannelsWorkflow,
  createShippingProfilesWorkflow,
  createUserAccountWorkflow,
  linkSalesChannelsToApiKeyWorkflow,
  updateStoresWorkflow,
} from "@medusajs/medusa/core-flows"
import type { Shop } from "../../shop"
import { CATEGORIES, COLLECTIONS, LINES, TAGS } from "./catalogue"
import { describeProduct, type References } from "./product"

type Container = ExecArgs["container"]

const PRODUCTS_PER_RUN = 24

/** Fills an empty database and leaves what the demo has to know about it in DEMO_SHOP_FILE. */
export default async function seed({ container }: ExecArgs): Promise<void> {
  const salesChannelId = await createSalesChannel(container)
  const publishableKey = await createPublishableKey(container, salesChannelId)
  const regions = await createRegions(container)
  const references = await createReferences(container, salesChannelId)

  const products = LINES.flatMap((line) => line.names.map((_, index) => describeProduct(line, index, references)))
  for (let start = 0; start < products.length; start += PRODUCTS_PER_RUN) {
    await createProductsWorkflow(container).run({
      input: { products: products.slice(start, start + PRODUCTS_PER_RUN) },
    })
  }
  await createAdministrator(container)

  // A Memcached that was there before may have lists of another shop.
  await container.resolve(Modules.CACHING).clear({ tags: ["*"] })
  const shop: Shop = { publishableKey, regions, categoryIds: [...references.categoryIds.values()] }
  writeFileSync(required("DEMO_SHOP_FILE"), JSON.stringify(shop, null, 2))
}

async function createSalesChannel(container: Container): Promise<string> {
  const { result } = await createSalesChannelsWorkflow(container).run({
    input: { salesChannelsData: [{ name: "Fjell & Tal online", description: "The web shop of the demo" }] },
  })
  const id = first(result).id
  const [store] = await container.resolve(Modules.STORE).listStores()
  if (store !== undefined) {
    await updateStoresWorkflow(container).run({
      input: {
        selector: { id: store.id },
        update: {
          name: "Fjell & Tal",
          default_sales_channel_id: id,
          supported_currencies: [{ currency_code: "eur", is_default: true }, { currency_code: "usd" }],
        },
      },
    })
  }
  return id
}

async function createPublishableKey(container: Container, salesChannelId: string): Promise<string> {
  const { result } = await createApiKeysWorkflow(container).run({
    input: { api_keys: [{ title: "Fjell & Tal web shop", type: "publishable", created_by: "" }] },
  })
  const key = first(result)
  await linkSalesChannelsToApiKeyWorkflow(container).run({ input: { id: key.id, add: [salesChannelId] } })
  return key.token
}

async function createRegions(container: Container): Promise<Shop["regions"]> {
  const { result } = await createRegionsWorkflow(container).run({
    input: {
      regions: [
        { name: "Europe", currency_code: "eur", countries: ["at", "de", "es", "fr", "it", "nl"] },
        { name: "United States", currency_code: "usd", countries: ["us"] },
      ],
    },
  })
  return result.map((region) => ({ id: region.id, name: region.name, currency: region.currency_code }))
}

async function createReferences(container: Container, salesChannelId: string): Promise<References> {
  const { result: profiles } = await createShippingProfilesWorkflow(container).run({
    input: { data: [{ name: "Parcel", type: "default" }] },
  })
  const { result: collections } = await createCollectionsWorkflow(container).run({
    input: { collections: COLLECTIONS.map((title) => ({ title })) },
  })
  const { result: tags } = await createProductTagsWorkflow(container).run({
    input: { product_tags: TAGS.map((value) => ({ value })) },
  })
  const { result: types } = await createProductTypesWorkflow(container).run({
    input: { product_types: [...new Set(LINES.map((line) => line.type))].map((value) => ({ value })) },
  })
  return {
    salesChannelId,
    shippingProfileId: first(profiles).id,
    categoryIds: await createCategories(container),
    collectionIds: collections.map((collection) => collection.id),
    tagIds: new Map(tags.map((tag) => [tag.value, tag.id])),
    typeIds: new Map(types.map((type) => [type.value, type.id])),
  }
}

async function createCategories(container: Container): Promise<Map<string, string>> {
  const create = async (names: string[], parentId?: string): Promise<{ id: string; name: string }[]> => {
    const { result } = await createProductCategoriesWorkflow(container).run({
      input: {
        product_categories: names.map((name) => ({ name, is_active: true, parent_category_id: parentId ?? null })),
      },
    })
    return result
  }
  const leaves = new Map<string, string>()
  for (const parent of await create(Object.keys(CATEGORIES))) {
    for (const leaf of await create(CATEGORIES[parent.name] ?? [], parent.id)) {
      leaves.set(leaf.name, leaf.id)
    }
  }
  return leaves
}

async function createAdministrator(container: Container): Promise<void> {
  const email = required("DEMO_ADMIN_EMAIL")
  const { authIdentity, error } = await container.resolve(Modules.AUTH).register("emailpass", {
    body: { email, password: required("DEMO_ADMIN_PASSWORD") },
  })
  if (authIdentity === undefined) {
    throw new Error(`The administrator could not be registered: ${error ?? "no reason given"}`)
  }
  await createUserAccountWorkflow(container).run({
    input: { authIdentityId: authIdentity.id, userData: { email, first_name: "Demo", last_name: "Administrator" } },
  })
}

function first<T>(items: T[]): T {
  const [item] = items
  if (item === undefined) {
    throw new Error("A workflow has created nothing")
  }
  return item
}

function required(variable: string): string {
  const value = process.env[variable]
  if (value === undefined || value === "") {
    throw new Error(`${variable} is not set: start the seed with npm run demo`)
  }
  return value
}

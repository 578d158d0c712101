import { type Change, type Created, firstOf, nth, secondOf } from "./change"
import type { World } from "../world"

interface Store extends Created {
  readonly supported_currencies: readonly { readonly currency_code: string; readonly is_default: boolean }[]
}

const sale = { title: "Sale", description: "All must go", status: "active", type: "sale" }

const taxRegionOf = async (w: World, country: string): Promise<string> => {
  const { tax_regions: found } = await w.get<{ tax_regions: Created[] }>(`/tax-regions?country_code=${country}`)
  return nth(found, 0).id
}

/** What something costs: lists, taxes, and whether prices include them. */
export const PRICE_CHANGES: readonly Change[] = [
  {
    by: "POST /admin/price-lists/:id",
    isSampled: true,
    make: (w) => w.post(`/price-lists/${w.priceListId}`, { status: "draft" }),
  },
  {
    by: "POST /admin/price-lists/:id/prices/batch",
    make: async (w) => {
      await w.post(`/price-lists/${w.priceListId}`, { status: "active" })
      await w.post(`/price-lists/${w.priceListId}/prices/batch`, {
        create: [{ amount: 2, currency_code: "eur", variant_id: firstOf(w).variantId }],
      })
    },
  },
  {
    by: "POST /admin/price-lists/:id, which is for some customers only",
    make: (w) => w.post(`/price-lists/${w.priceListId}`, { rules: { "customer.groups.id": ["cusgroup_vip"] } }),
  },
  {
    by: "POST /admin/price-lists/:id/products",
    make: async (w) => {
      await w.post(`/price-lists/${w.priceListId}`, { rules: {} })
      await w.post(`/price-lists/${w.priceListId}/products`, { remove: [firstOf(w).id] })
    },
  },
  {
    by: "POST /admin/price-lists",
    make: async (w, notes) => {
      const prices = [{ amount: 1, currency_code: "eur", variant_id: secondOf(w).variantId }]
      const { price_list: list } = await w.post<{ price_list: Created }>("/price-lists", { ...sale, prices })
      notes.set("list", list.id)
    },
  },
  {
    by: "POST /admin/price-lists/:id, which has ended",
    make: (w, notes) => w.post(`/price-lists/${notes.get("list")}`, { ends_at: "2020-01-01T00:00:00Z" }),
  },
  { by: "DELETE /admin/price-lists/:id", make: (w) => w.remove(`/price-lists/${w.priceListId}`) },
  {
    by: "POST /admin/products/:id/variants/:variant_id, with a price of one region",
    make: (w) =>
      w.post(`/products/${firstOf(w).id}/variants/${firstOf(w).variantId}`, {
        prices: [
          { amount: 3, currency_code: "eur" },
          { amount: 2.5, currency_code: "eur", rules: { region_id: w.catalogue.regionId } },
        ],
      }),
  },
  {
    by: "POST /admin/regions/:id",
    isSampled: true,
    make: (w) => w.post(`/regions/${w.catalogue.regionId}`, { name: "Union", is_tax_inclusive: true }),
  },
  {
    by: "POST /admin/regions",
    make: async (w, notes) => {
      const { region } = await w.post<{ region: Created }>("/regions", {
        name: "Islands",
        currency_code: "gbp",
        countries: ["gb"],
      })
      notes.set("region", region.id)
    },
  },
  { by: "DELETE /admin/regions/:id", make: (w, notes) => w.remove(`/regions/${notes.get("region")}`) },
  {
    by: "POST /admin/tax-regions",
    make: (w) =>
      w.post("/tax-regions", {
        country_code: "us",
        provider_id: "tp_system",
        default_tax_rate: { rate: 8, name: "Tax", code: "us" },
      }),
  },
  {
    by: "POST /admin/tax-rates/:id",
    make: async (w) => {
      const { tax_rates: rates } = await w.get<{ tax_rates: Created[] }>("/tax-rates?q=Tax")
      await w.post(`/tax-rates/${nth(rates, 0).id}`, { rate: 9 })
    },
  },
  {
    by: "POST /admin/tax-rates",
    make: async (w, notes) => {
      const { tax_rate: rate } = await w.post<{ tax_rate: Created }>("/tax-rates", {
        tax_region_id: await taxRegionOf(w, "us"),
        name: "Clothes",
        code: "clothes",
        rate: 2,
        rules: [{ reference: "product", reference_id: secondOf(w).id }],
      })
      notes.set("rate", rate.id)
    },
  },
  {
    by: "POST /admin/tax-rates/:id/rules",
    make: async (w, notes) => {
      const rule = { reference: "product", reference_id: firstOf(w).id }
      const { tax_rate: rate } = await w.post<{ tax_rate: { rules: (Created & typeof rule)[] } }>(
        `/tax-rates/${notes.get("rate")}/rules?fields=*rules`,
        rule
      )
      const made = rate.rules.find(({ reference_id: id }) => id === rule.reference_id)
      notes.set("rule", made?.id ?? "")
    },
  },
  {
    by: "DELETE /admin/tax-rates/:id/rules/:rule_id",
    make: (w, notes) => w.remove(`/tax-rates/${notes.get("rate")}/rules/${notes.get("rule")}`),
  },
  { by: "DELETE /admin/tax-rates/:id", make: (w, notes) => w.remove(`/tax-rates/${notes.get("rate")}`) },
  {
    by: "POST /admin/tax-regions/:id",
    make: async (w) => w.post(`/tax-regions/${await taxRegionOf(w, "us")}`, { metadata: { of: "the states" } }),
  },
  {
    by: "DELETE /admin/tax-regions/:id",
    make: async (w) => w.remove(`/tax-regions/${await taxRegionOf(w, "us")}`),
  },
  {
    by: "POST /admin/price-preferences",
    make: async (w, notes) => {
      const { price_preferences: all } = await w.get<{
        price_preferences: (Created & { attribute: string; value: string })[]
      }>("/price-preferences?limit=100")
      const known = all.find(({ attribute, value }) => attribute === "currency_code" && value === "usd")
      if (known) await w.remove(`/price-preferences/${known.id}`)
      const { price_preference: preference } = await w.post<{ price_preference: Created }>("/price-preferences", {
        attribute: "currency_code",
        value: "usd",
        is_tax_inclusive: true,
      })
      notes.set("preference", preference.id)
    },
  },
  {
    by: "POST /admin/price-preferences/:id",
    make: (w, notes) => w.post(`/price-preferences/${notes.get("preference")}`, { is_tax_inclusive: false }),
  },
  {
    by: "DELETE /admin/price-preferences/:id",
    make: (w, notes) => w.remove(`/price-preferences/${notes.get("preference")}`),
  },
  {
    by: "POST /admin/stores/:id",
    make: async (w) => {
      const { stores } = await w.get<{ stores: Store[] }>("/stores")
      const { id, supported_currencies: currencies } = nth(stores, 0)
      const kept = currencies.filter(({ currency_code: code }) => code !== "eur" && code !== "usd")
      await w.post(`/stores/${id}`, {
        supported_currencies: [
          ...kept.map(({ currency_code: code }) => ({ currency_code: code, is_default: false })),
          { currency_code: "eur", is_default: true, is_tax_inclusive: true },
          { currency_code: "usd", is_default: false },
        ],
      })
    },
  },
]

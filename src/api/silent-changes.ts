import type { MedusaNextFunction, MedusaRequest, MedusaResponse, MiddlewareRoute } from "@medusajs/framework/http"
import type { ICachingModuleService } from "@medusajs/framework/types"
import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils"
import { systemRuntime, within } from "../cache"

/** What a clear may add to the answer of a route of Medusa's, in milliseconds. Delivered later, it is still delivered. */
const MAX_WAIT_MS = 500

/**
 * Each answer of `/store/products` has the first of these, each of `/store/product-variants` the second. What else they are made
 * of may stand there without an id, and so without a tag: `fields=title,tags.value`. What is searched or filtered by need not
 * stand there at all: `fields=title&q=blue` finds titles of variants. The third is for the admin's list of what to translate.
 */
const CATALOGUE = ["Product:list:*", "ProductVariant:list:*", "ProductOptionValue:list:*"]

/**
 * Calculated prices are in answers with variants. Of one without any price they have no tag of a price, and before Medusa 2.17
 * no `Price:list:*`, since a variant has one price.
 */
const PRICES = ["Price:list:*", "ProductVariant:list:*"]

/** Stock is looked up from the links of variants to items. Of an item that is nowhere yet there is no tag of a level. */
const STOCK = ["InventoryItem:list:*", "LinkProductVariantInventoryItem:list:*"]

/** Which options there are for an address is looked up without zones and rules. */
const SHIPPING_OPTIONS = ["ShippingOption:list:*"]

/** What Medusa can translate. A translation is put into the answer before it is cached, and leaves no tag there. */
const TRANSLATED = [
  "CustomerGroup",
  "Product",
  "ProductCategory",
  "ProductCollection",
  "ProductOption",
  "ProductOptionValue",
  "ProductTag",
  "ProductType",
  "ProductVariant",
  "RefundReason",
  "Region",
  "ReturnReason",
  "ShippingOption",
  "ShippingOptionType",
  "TaxRate",
].map((type) => `${type}:list:*`)

/** A path as Express takes it, with the tags of the answers that a change below it leaves behind. */
interface SilentChange {
  readonly matcher: string
  readonly tags: readonly string[]
}

/**
 * What Medusa's admin API changes without an event, or with one that no tag of the answers concerned belongs to (Medusa 2.21.2).
 * Without this the storefront goes on with old ones: http/silent-changes.spec.ts. Every route of Medusa's was looked at:
 * integration-tests/medusa/mutations.txt.
 */
const KNOWN: readonly SilentChange[] = [
  // In an update of a batch only products have events. Others are of variants only, links only, or of nothing.
  { matcher: "/admin/products*", tags: CATALOGUE },
  { matcher: "/admin/collections/:id", tags: CATALOGUE },
  { matcher: "/admin/product-options/*", tags: CATALOGUE },
  { matcher: "/admin/product-tags/:id", tags: CATALOGUE },
  { matcher: "/admin/product-types/:id", tags: CATALOGUE },
  { matcher: "/admin/product-categories/:id/products", tags: ["ProductCategory:list:*", ...CATALOGUE] },
  // State, dates and rules decide which price counts. Only the prices in the list have events.
  { matcher: "/admin/price-lists*", tags: ["PriceList:list:*", ...PRICES] },
  // Prices with or without tax: the event is that of a price preference, of which no answer has the tag.
  { matcher: "/admin/stores/:id", tags: PRICES },
  { matcher: "/admin/regions/:id", tags: PRICES },
  { matcher: "/admin/price-preferences*", tags: PRICES },
  { matcher: "/admin/inventory-items/:id", tags: CATALOGUE },
  { matcher: "/admin/inventory-items/:id/location-levels*", tags: STOCK },
  { matcher: "/admin/inventory-items/location-levels/batch", tags: STOCK },
  { matcher: "/admin/fulfillment-sets/:id/service-zones/:zone_id", tags: SHIPPING_OPTIONS },
  { matcher: "/admin/shipping-options/:id/rules/batch", tags: SHIPPING_OPTIONS },
  { matcher: "/admin/translations/*", tags: TRANSLATED },
]

export const SILENT_CHANGES: readonly SilentChange[] = [
  ...KNOWN,
  // Any workflow, so also those of the routes above.
  { matcher: "/admin/workflows-executions/*", tags: [...new Set(KNOWN.flatMap(({ tags }) => tags))] },
]

/** Clears in place of the events that Medusa does not emit. */
export const silentChanges: MiddlewareRoute[] = SILENT_CHANGES.map(({ matcher, tags }) => ({
  matcher,
  methods: ["POST", "DELETE"],
  middlewares: [clearBeforeAnswer(tags)],
}))

/** Whoever has read the answer finds the change in the storefront, too. The answer itself never suffers from the cache. */
export function clearBeforeAnswer(tags: readonly string[]) {
  return (req: MedusaRequest, res: MedusaResponse, next: MedusaNextFunction): void => {
    const answer = res.json.bind(res)
    res.json = (body: unknown) => {
      if (res.statusCode >= 400) return answer(body)
      within(systemRuntime, MAX_WAIT_MS, clearAsAnEventDoes(req.scope, tags), undefined)
        .then(() => answer(body))
        .catch(next)
      return res
    }
    next()
  }
}

/** The default provider, whichever that is, and what is stored with `autoInvalidate: false` stays. */
async function clearAsAnEventDoes(scope: MedusaRequest["scope"], tags: readonly string[]): Promise<void> {
  try {
    const caching = scope.resolve<ICachingModuleService | undefined>(Modules.CACHING, {
      allowUnregistered: true,
    })
    await caching?.clear({ tags: [...tags], options: { autoInvalidate: true } })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    scope
      .resolve(ContainerRegistrationKeys.LOGGER)
      .warn(`medusa-plugin-memcached: not cleared (${tags.join(", ")}): ${reason}`)
  }
}

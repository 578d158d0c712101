import type { MedusaNextFunction, MedusaRequest, MedusaResponse, MiddlewareRoute } from "@medusajs/framework/http"
import type { ICachingModuleService } from "@medusajs/framework/types"
import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils"
import { systemRuntime, within } from "../cache"

/** What a clear may add to the answer of a route of Medusa's, in milliseconds. Delivered later, it is still delivered. */
const MAX_WAIT_MS = 500

/** Calculated prices are in answers with variants. Before Medusa 2.17 these have no `Price:list:*`, since a variant has one price. */
const PRICES = ["Price:list:*", "ProductVariant:list:*"]

/** Of the tags of an image that is or is not one of a variant's. */
const VARIANT_IMAGES = ["ProductImage:list:*", "ProductVariant:list:*"]

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

/**
 * What Medusa's admin API changes without an event, or with one that no tag of the answers concerned belongs to, and the
 * tags of those answers (Medusa 2.21.2). Without this the storefront goes on with old ones: http/silent-changes.spec.ts.
 */
const SILENT_CHANGES: readonly { readonly matcher: string; readonly tags: readonly string[] }[] = [
  // State, dates and rules decide which price counts. Only the prices in the list have events.
  { matcher: "/admin/price-lists/:id", tags: ["PriceList:list:*", ...PRICES] },
  { matcher: "/admin/product-categories/:id/products", tags: ["ProductCategory:list:*", "Product:list:*"] },
  { matcher: "/admin/products/:id/variants/:variant_id/images/batch", tags: VARIANT_IMAGES },
  { matcher: "/admin/products/:id/images/:image_id/variants/batch", tags: VARIANT_IMAGES },
  // Prices with or without tax: the event is that of a price preference, of which no answer has the tag.
  { matcher: "/admin/stores/:id", tags: PRICES },
  { matcher: "/admin/regions/:id", tags: PRICES },
  { matcher: "/admin/price-preferences", tags: PRICES },
  { matcher: "/admin/price-preferences/:id", tags: PRICES },
  { matcher: "/admin/translations/batch", tags: TRANSLATED },
  { matcher: "/admin/translations/settings/batch", tags: TRANSLATED },
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

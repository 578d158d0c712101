/** What Medusa asks its cache for, and where. */
interface CachedLookup {
  /** By which rows of mutations.txt name it. */
  readonly name: string
  /** Below `node_modules/@medusajs`, each with the number of places in it. */
  readonly places: Readonly<Record<string, number>>
  readonly entity: string
  readonly fields: string
  /** Tags that Medusa names. Without "+" they take the place of those of the rows; without any, the rows' are used. */
  readonly tags?: string
  /** Why nothing of it is ever in the cache. */
  readonly neverKept?: string
}

const VARIANTS_OF_A_CART =
  "id, title, sku, manage_inventory, …, product.{id, title, status, …, type, collection, shipping_profile.id}, inventory_items.{required_quantity, inventory.{id, location_levels.{id, stocked_quantity, …, stock_locations.{id, sales_channels.id}}}}"
const NO_ID = "Its rows have no ids, so it has no tags."
const NOT_ENABLED = "Medusa forgets `enable: true`."

/** Medusa 2.21.2. */
export const CACHED_LOOKUPS: readonly CachedLookup[] = [
  {
    name: "products",
    places: { "medusa/dist/api/store/products/route.js": 2 },
    entity: "product",
    fields: "those of the request; with a region also the calculated prices, with a locale also translations",
  },
  {
    name: "variants",
    places: { "medusa/dist/api/store/product-variants/route.js": 1 },
    entity: "variant",
    fields: "those of the request; with a region also the calculated prices, with a locale also translations",
  },
  {
    name: "stock",
    places: { "utils/dist/product/get-variant-availability.js": 2 },
    entity: "product_variant_inventory_items; sales_channel_locations",
    fields: "variant_id, required_quantity, inventory.*, inventory.location_levels.*; stock_location_id",
    tags: "+ProductVariant:<id>, LinkProductVariantInventoryItem:list:*, ReservationItem:list:*; LinkSalesChannelStockLocation:list:*",
  },
  {
    name: "key",
    places: { "framework/dist/http/middlewares/ensure-publishable-api-key.js": 1 },
    entity: "api_key",
    fields: "id, token, revoked_at, sales_channels_link.sales_channel_id",
    tags: "+LinkPublishableApiKeySalesChannel:list:*",
  },
  {
    name: "region",
    places: {
      "medusa/dist/api/utils/middlewares/products/set-pricing-context.js": 1,
      "core-flows/dist/cart/steps/find-one-or-any-region.js": 3,
      "core-flows/dist/cart/workflows/update-cart.js": 1,
    },
    entity: "region (and store, for the default region)",
    fields: "*, countries.*",
  },
  {
    name: "store",
    places: {
      "medusa/dist/api/utils/middlewares/products/normalize-data-for-context.js": 1,
      "core-flows/dist/translation/steps/validate-translations.js": 1,
    },
    entity: "store",
    fields: "id, default_region_id; id, supported_locales.*",
  },
  {
    name: "cart-variants",
    places: {
      "core-flows/dist/cart/workflows/add-to-cart.js": 1,
      "core-flows/dist/cart/workflows/get-variants-and-items-with-prices.js": 1,
      "core-flows/dist/order/workflows/create-order.js": 1,
    },
    entity: "variants",
    fields: VARIANTS_OF_A_CART,
    tags: "+ReservationItem:list:*, LinkProductVariantInventoryItem:list:*, LinkProductShippingProfile:list:* (not for orders), LinkSalesChannelStockLocation:list:*",
  },
  {
    name: "price-sets",
    places: { "core-flows/dist/cart/steps/get-variant-price-sets.js": 1 },
    entity: "variant",
    fields: "id, price_set.id",
    tags: "LinkProductVariantPriceSet:list:*",
  },
  {
    name: "promotions",
    places: {
      "core-flows/dist/cart/steps/get-promotion-codes-to-apply.js": 1,
      "core-flows/dist/cart/steps/prepare-adjustments-from-promotion-actions.js": 1,
      "core-flows/dist/cart/steps/update-cart-promotions.js": 1,
    },
    entity: "promotion",
    fields: "id, code",
  },
  {
    name: "channel-locations",
    places: {
      "core-flows/dist/cart/workflows/list-shipping-options-for-cart.js": 1,
      "core-flows/dist/order/workflows/list-shipping-options-for-order.js": 1,
    },
    entity: "sales_channels",
    fields: "stock_locations.{id, name, address.*, fulfillment_sets.id}",
    tags: "+SalesChannel:list:*, LinkSalesChannelStockLocation:list:*, LinkLocationFulfillmentSet:list:*",
  },
  {
    name: "shipping-options",
    places: {
      // One of the two is the lookup "channel-locations".
      "core-flows/dist/cart/workflows/list-shipping-options-for-cart-with-pricing.js": 2,
      "core-flows/dist/cart/workflows/complete-cart.js": 1,
      "core-flows/dist/order/workflows/maybe-refresh-shipping-methods.js": 1,
    },
    entity: "shipping_options, those for an address and a context",
    fields: "id, price_type; id, shipping_profile_id; for orders also the zone, its location, type, provider and rules",
    tags: "for orders: +ServiceZone:list:*, FulfillmentSet:list:*, ShippingOptionRule:list:*, LinkLocationFulfillmentSet:list:*",
  },
  {
    name: "customer",
    places: { "core-flows/dist/cart/workflows/transfer-cart-customer.js": 1 },
    entity: "customer",
    fields: "id, email",
  },
  {
    name: "admin-translations",
    places: {
      "medusa/dist/api/admin/translations/route.js": 1,
      "medusa/dist/api/admin/translations/entities/route.js": 2,
      "medusa/dist/api/admin/translations/statistics/route.js": 1,
    },
    entity: "translation; translation_settings; each translatable entity, and how many there are",
    fields: "those of the request; *; id and what can be translated",
  },
  {
    name: "locales",
    places: { "medusa/dist/api/admin/locales/route.js": 1, "medusa/dist/api/admin/locales/[code]/route.js": 1 },
    entity: "locale",
    fields: "code, name",
    neverKept: NO_ID,
  },
  {
    name: "translations",
    places: { "utils/dist/translations/apply-translations.js": 1 },
    entity: "translations",
    fields: "translations, reference_id",
    neverKept: NO_ID,
  },
  {
    name: "secret-key",
    places: { "framework/dist/http/middlewares/set-secret-api-key-context.js": 1 },
    entity: "api_key",
    fields: "created_by",
    neverKept: NO_ID,
  },
  {
    name: "sales-channel",
    places: { "core-flows/dist/cart/steps/find-sales-channel.js": 2 },
    entity: "sales_channel; store",
    fields: "*; id, default_sales_channel_id",
    neverKept: NOT_ENABLED,
  },
  {
    name: "cart-customer",
    places: { "core-flows/dist/cart/steps/find-or-create-customer.js": 2 },
    entity: "customer",
    fields: "*, groups.*",
    neverKept: NOT_ENABLED,
  },
  {
    name: "permissions",
    places: { "framework/dist/policies/has-permission.js": 1 },
    entity: "rbac_role",
    fields: "id, policies.*",
    neverKept: NOT_ENABLED,
  },
]

/** Not a lookup: `query.graph` and `query.index`, through which most of these go. */
export const CACHED_METHODS = { "query/dist/query/query.js": 2 }

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

/**
 * By the type of what changes: tags of the answers in which that shows, or by which it is found, though they need not have a tag
 * of it (Medusa 2.21.2). Every route and workflow of Medusa's was looked at: integration-tests/medusa/mutations.txt.
 */
const RELATED: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    Product: CATALOGUE,
    ProductVariant: CATALOGUE,
    ProductOption: CATALOGUE,
    ProductOptionValue: CATALOGUE,
    ProductCategory: CATALOGUE,
    ProductCollection: CATALOGUE,
    ProductTag: CATALOGUE,
    ProductType: CATALOGUE,
    ProductImage: CATALOGUE,
    ProductVariantProductImage: CATALOGUE,
    InventoryItem: CATALOGUE,
    LinkProductVariantInventoryItem: CATALOGUE,
    InventoryLevel: STOCK,
    // State, dates and rules decide which price counts.
    PriceList: PRICES,
    PriceListRule: PRICES,
    Price: PRICES,
    PriceRule: PRICES,
    // Whether prices include tax.
    PricePreference: PRICES,
    ServiceZone: SHIPPING_OPTIONS,
    GeoZone: SHIPPING_OPTIONS,
    ShippingOptionRule: SHIPPING_OPTIONS,
    Translation: TRANSLATED,
    TranslationSettings: TRANSLATED,
  })
)

/** Lists that are cleared with a record of this type, beside its own. */
export function relatedTags(type: string): readonly string[] {
  return RELATED.get(type) ?? []
}

/** For the test that holds this to what Medusa changes. */
export const RELATED_TYPES = [...RELATED.keys()]

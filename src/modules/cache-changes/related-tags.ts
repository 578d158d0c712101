import { DmlEntity, toCamelCase, upperCaseFirst } from "@medusajs/framework/utils"

/**
 * Each answer of `/store/products` has the first tag, each of `/store/product-variants` the second. Other records in it
 * may appear without an id, and so without a tag: `fields=title,tags.value`. Records that only matter for a search or a
 * filter need not appear at all: `fields=title&q=blue` finds titles of variants. The third tag is for the admin's list
 * of what to translate.
 */
const CATALOGUE = ["Product:list:*", "ProductVariant:list:*", "ProductOptionValue:list:*"]

/**
 * Calculated prices appear in answers with variants. A variant without any price leaves no tag of a price. Before
 * Medusa 2.17 it leaves no `Price:list:*` either, since a variant has one price.
 */
const PRICES = ["Price:list:*", "ProductVariant:list:*"]

/**
 * Stock is looked up from the links between variants and items. An item without a location leaves no tag of a level.
 */
const STOCK = ["InventoryItem:list:*", "LinkProductVariantInventoryItem:list:*"]

/** The shipping options for an address are looked up without zones and rules. */
const SHIPPING_OPTIONS = ["ShippingOption:list:*"]

/**
 * The types of Medusa's own that can be translated. A translation is put into the answer before it is cached, and
 * leaves no tag there.
 */
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
 * Tags by the type that changes (Medusa 2.21.2): tags of answers that show the change, or are found by it, without
 * having a tag of the type. Every route and workflow of Medusa was examined: integration-tests/medusa/mutations.txt.
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
    // State, dates and rules decide which price applies.
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

/** Returns the lists that a change of this type clears, in addition to its own. */
export function relatedTags(type: string): readonly string[] {
  const tags = RELATED.get(type) ?? []
  return tags === TRANSLATED ? [...TRANSLATED, ...translatableLists()] : tags
}

/** The lists of all loaded models with a field that is `.translatable()`, the shop's own included. */
const translatableLists = (): readonly string[] =>
  DmlEntity.getTranslatableEntities().map(({ entity }) => `${upperCaseFirst(toCamelCase(entity))}:list:*`)

/** The types, for the test that compares this with what Medusa changes. */
export const RELATED_TYPES = [...RELATED.keys()]

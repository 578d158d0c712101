import { Modules } from "@medusajs/framework/utils"
import { hashOfTag } from "../../../src/cache/support/hash"
import { Recording } from "../../../src/cache/loads/recording"
import type { Trial } from "./trial"
import { isFull } from "./oracle"
import { priceReadersOf, readersOf, sampleOf } from "./readers"
import type { World } from "./world"

/** The types of the catalogue that have relations to each other: a change of one clears the lists of all. */
const CATALOGUE = [
  ...["Product", "ProductVariant", "ProductOption", "ProductOptionValue", "ProductProductOption", "ProductImage"],
  ...["ProductProductOptionValue", "ProductVariantProductImage", "ProductCategory", "ProductCollection"],
  ...["ProductType", "ProductTag"],
]

/**
 * What is dropped from each answer's tags, and a change that is cleared by nothing else that the answers have. What is
 * related to the changed record is cleared along with it, so that one of them does not matter.
 */
const DROPPED: readonly (readonly [string, readonly string[], (w: World) => Promise<unknown>])[] = [
  ["tax rates", ["TaxRate", "TaxRateRule", "TaxRegion", "TaxProvider"], (w) => setTaxRate(w, 12)],
  ["regions", ["Region", "Country"], (w) => w.post(`/regions/${w.dollarRegionId}`, { name: "The Americas" })],
  ["categories", CATALOGUE, (w) => w.post(`/product-categories/${w.catalogue.categoryId}`, { description: "Above" })],
  ["tags", CATALOGUE, (w) => w.post("/product-tags", { value: "old" })],
]

/** The oracle finds what is wrong: each of these takes away a part of the feature, and must be found. */
export function describeConvictions({ world, oracle }: Trial): void {
  describe("finds what is wrong", () => {
    const forget = () =>
      world()
        .container.resolve(Modules.CACHING)
        .clear({ tags: ["*"] })
    // The first rate comes with a tax region, which would clear the same.
    beforeAll(() => setTaxRate(world(), 10))
    beforeEach(forget)
    afterEach(async () => {
      jest.restoreAllMocks()
      await forget()
    })

    const someReaders = () => (isFull ? readersOf(world()) : sampleOf(readersOf(world())))

    /** Only the process here is damaged. */
    const damaged = () => [world().http]

    /** What every run takes away concerns taxes, which are in prices. */
    const differencesAfter = async (
      change: () => Promise<unknown>,
      readers = isFull ? readersOf(world()) : priceReadersOf(world())
    ): Promise<string[]> => {
      for (let round = 0; round < 2; round++) await oracle().warm(readers, damaged())
      await change()
      return oracle().differences(readers, damaged())
    }

    it("without a record of what was asked of Postgres", async () => {
      jest.spyOn(Recording.prototype, "read").mockImplementation(() => undefined)
      expect(await differencesAfter(() => setTaxRate(world(), 11))).not.toEqual([])
    })

    it("without a record of what came from the cache", async () => {
      // The data of lists is in the cache, and the answers are not.
      await oracle().warm(someReaders(), damaged())
      jest.spyOn(Recording.prototype, "served").mockImplementation(() => undefined)
      const again = someReaders().map((reader) => ({
        ...reader,
        headers: { ...reader.headers, "accept-encoding": "gzip" },
      }))
      const rename = () => world().post(`/products/${world().catalogue.products[0]?.id ?? ""}`, { title: "Served" })
      expect(await differencesAfter(rename, again)).not.toEqual([])
    })

    it.each(isFull ? DROPPED : DROPPED.slice(0, 1))("without the tag of all %s", async (_, types, change) => {
      const dropped = types.map((type) => `${type}:list:*`)
      const tags = readerOf<ReadonlySet<string>>("tags")
      const hashes = readerOf<ReadonlySet<number>>("hashes")
      jest.spyOn(Recording.prototype, "tags", "get").mockImplementation(function (this: Recording) {
        return without(tags(this), dropped)
      })
      jest.spyOn(Recording.prototype, "hashes", "get").mockImplementation(function (this: Recording) {
        return without(hashes(this), dropped.map(hashOfTag))
      })
      expect(await differencesAfter(() => change(world()))).not.toEqual([])
    })

    it("and finds nothing otherwise", async () => {
      expect(await differencesAfter(() => setTaxRate(world(), 13))).toEqual([])
    })
  })
}

const without = <T>(all: ReadonlySet<T>, dropped: readonly T[]): ReadonlySet<T> =>
  new Set([...all].filter((each) => !dropped.includes(each)))

/** Returns what reads a property of a recording, whatever stands in for that property later. */
function readerOf<T>(name: "tags" | "hashes"): (recording: Recording) => T {
  const property = Object.getOwnPropertyDescriptor(Recording.prototype, name)
  if (!property?.get) throw new Error(`A recording has no ${name}`)
  return (recording) => property.get?.call(recording) as T
}

/** Sets what is paid in America, where the readers with dollars are. */
async function setTaxRate({ get, post }: World, rate: number): Promise<void> {
  const { tax_regions: regions } = await get<{ tax_regions: { id: string; tax_rates: { id: string }[] }[] }>(
    "/tax-regions?country_code=us&fields=*tax_rates"
  )
  const known = regions[0]?.tax_rates[0]
  if (known) await post(`/tax-rates/${known.id}`, { rate })
  else {
    const taxRate = { rate, name: "Tax", code: "us" }
    await post("/tax-regions", { country_code: "us", provider_id: "tp_system", default_tax_rate: taxRate })
  }
}

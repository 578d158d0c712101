import type { Shop } from "../shop"

const PAGE_SIZE = 12
const PAGES = 6
const LARGE_LIST = 50

/** Every list that a visitor of the web shop can ask for: regions × categories × pages. */
export function listPages(shop: Shop): string[] {
  return shop.regions.flatMap((region) => {
    const base = `/store/products?region_id=${region.id}&fields=*variants.calculated_price`
    const pages = Array.from({ length: PAGES }, (_, page) => `${base}&limit=${PAGE_SIZE}&offset=${page * PAGE_SIZE}`)
    const categories = shop.categoryIds.map((id) => `${base}&limit=${PAGE_SIZE}&category_id[]=${id}`)
    return [...pages, `${base}&limit=${LARGE_LIST}`, ...categories]
  })
}

export function firstPage(shop: Shop): string {
  return `/store/products?region_id=${shop.regions[0]?.id ?? ""}&limit=${PAGE_SIZE}`
}

/** A list of one product, to see at once whether an edit has arrived. */
export function pageOf(productId: string, shop: Shop): string {
  return `/store/products?region_id=${shop.regions[0]?.id ?? ""}&id[]=${productId}`
}

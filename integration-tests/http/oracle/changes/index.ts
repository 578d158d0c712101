import { CATALOGUE_CHANGES } from "./catalogue"
import type { Change } from "./change"
import { CHANNEL_CHANGES, LAST_CHANGES } from "./channels"
import { CODE_CHANGES } from "./code"
import { ORDER_CHANGES } from "./orders"
import { PRICE_CHANGES } from "./prices"
import { STOCK_CHANGES } from "./stock"
import { TRANSLATION_CHANGES } from "./translations"

export { type Change, Notes } from "./change"

/** Changes of everything that an answer to a visitor can be made of. */
export const CHANGES: readonly Change[] = [
  ...CATALOGUE_CHANGES,
  ...PRICE_CHANGES,
  ...ORDER_CHANGES,
  ...STOCK_CHANGES,
  ...TRANSLATION_CHANGES,
  ...CODE_CHANGES,
  ...CHANNEL_CHANGES,
  ...LAST_CHANGES,
]

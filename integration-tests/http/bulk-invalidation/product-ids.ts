import { createHash } from "node:crypto"

/** As long and as random as Medusa's own, and the same in every process. */
const productId = (number: number): string =>
  `prod_01${createHash("sha256").update(String(number)).digest("hex").slice(0, 24).toUpperCase()}`

export const productIds = (count: number): string[] => Array.from({ length: count }, (_, i) => productId(i))

export const productTag = (number: number): string => `Product:${productId(number)}`

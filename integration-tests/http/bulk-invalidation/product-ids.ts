import { createHash } from "node:crypto"

/** As long and as random as Medusa's own, and the same in every process. */
const productId = (number: number): string =>
  `prod_01${createHash("sha256").update(String(number)).digest("hex").slice(0, 24).toUpperCase()}`

/** Of the products from 0 on. Made once: a process that is being watched must not be busy with them again. */
const made: string[] = []

export function productIds(count: number): string[] {
  while (made.length < count) made.push(productId(made.length))
  return made.slice(0, count)
}

export const productTag = (number: number): string => `Product:${productId(number)}`

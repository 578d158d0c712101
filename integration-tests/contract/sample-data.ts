import { randomBytes } from "node:crypto"

interface SampleProduct {
  id: string
  title: string
  description: string
  thumbnail: string | null
  variants: { id: string; title: string; prices: { amount: number; currency_code: string }[]; options: string[] }[]
}

/** Products as `/store/products` has them: fifty are over 400 KB of JSON, and compress well. */
export function productList(count: number): { products: SampleProduct[]; count: number } {
  const products = Array.from({ length: count }, (_, i) => ({
    id: `prod_${String(i).padStart(26, "0")}`,
    title: `Product ${i}`,
    description: `Made of wool, cotton and ${i} other things. `.repeat(20),
    thumbnail: i % 2 === 0 ? null : `https://example.com/${i}.png`,
    variants: Array.from({ length: 8 }, (_, j) => ({
      id: `variant_${i}_${j}`,
      title: `Size ${j} of product ${i}`,
      prices: ["eur", "usd", "gbp", "dkk"].map((currency, k) => ({
        amount: i * 100 + j + k / 10,
        currency_code: currency,
      })),
      options: Array.from({ length: 30 }, (_, k) => `option value ${k} of ${j}`),
    })),
  }))
  return { products, count }
}

export function incompressibleText(length: number): string {
  return randomBytes(length).toString("base64").slice(0, length)
}

/** What has to be known about a seeded shop in order to use its API. */
export interface Shop {
  publishableKey: string
  regions: { id: string; name: string; currency: string }[]
  categoryIds: string[]
}

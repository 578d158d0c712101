// src/subscribers/clear-memcached.ts
import type { SubscriberArgs, SubscriberConfig } from "@medusajs/framework"
import { Modules, toCamelCase, upperCaseFirst } from "@medusajs/framework/utils"

interface Changed {
  readonly id?: string | string[]
}

/** For shops with another default provider: on events, Medusa clears only the default provider. */
export default async function clearMemcached({ event, container }: SubscriberArgs<Changed | Changed[]>): Promise<void> {
  const caching = container.resolve(Modules.CACHING)
  const [type = "", operation] = event.name.split(".").slice(-2)
  for (const data of [event.data].flat()) {
    const entities = [data.id ?? []].flat().map((id) => ({ type: upperCaseFirst(toCamelCase(type)), id }))
    const tags = await caching.computeTags(data, { entities, operation })
    if (tags.length > 0) {
      await caching.clear({ tags, options: { autoInvalidate: true }, providers: ["caching-memcached"] })
    }
  }
}

export const config: SubscriberConfig = { event: "*" }

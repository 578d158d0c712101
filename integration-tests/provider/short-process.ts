import { openMemcachedProvider } from "../contract/memcached-subject"

/** Uses the cache and comes to its end; nothing tells the provider so. Medusa's `exec` and `db:migrate` are like this. */
async function main(): Promise<void> {
  const [address = ""] = process.argv.slice(2)
  const { cache } = await openMemcachedProvider({ serverUrls: [address], cachePrefix: "short-process" })
  await cache.set({ key: "1", data: { id: "1" }, ttl: 60, tags: ["t"] })
  console.log(`found ${JSON.stringify(await cache.get({ key: "1" }))}`)
  await cache.clear({ tags: ["t"] })
}

void main()

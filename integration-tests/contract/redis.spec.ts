import redisProvider from "@medusajs/caching-redis"
import { describeCachingProvider } from "./caching-provider.contract"
import { ALL_CAPABILITIES } from "./capabilities"
import { CollectingLogger } from "../../testing/collecting-logger"
import { loadProvider } from "./module-provider"
import type { Subject } from "./subject"

jest.setTimeout(120_000)

interface RedisClient {
  quit(): Promise<unknown>
}

const redis: Subject = {
  async open(prefix) {
    const redisUrl = process.env.REDIS_URL ?? "redis://127.0.0.1:6379"
    const options = { redisUrl, prefix: `${prefix}:` }
    const { cache, cradle } = await loadProvider(redisProvider, "caching-redis", options, new CollectingLogger())
    return {
      cache,
      close: async () => {
        await cache.clear({ tags: ["*"] })
        await (cradle.redisClient as RedisClient).quit()
      },
    }
  },
}

// The official provider, as a check of the contract itself.
describeCachingProvider("@medusajs/caching-redis", redis, {
  ...ALL_CAPABILITIES,
  refusesStaleSet: "it stores whatever it is given, whenever it was loaded",
  fractionalTtl: {
    because: "EXPIRE takes whole seconds, and its error is not looked at: the entry stays for ever",
    error: "Not within",
  },
  overwritesTtl: "HSET leaves the EXPIRE of the value before",
  overwritesTags: "the sets of the tags that are gone keep the key",
  overwritesOptions: "the field of the options is only written when there are any",
  readsTagsSynchronously: "the tags are read after the compression",
  takesUndefined: {
    because: "it compresses the text of undefined, which has none",
    error: "reading 'length'",
  },
  findsFalsyByTag: "it leaves out what is falsy",
  separatesOwnItems: {
    because: "its sets are named tags:<key> and tag:<hash>, under the prefix of the entries",
    error: "WRONGTYPE",
  },
  separatesNestedPrefixes: "it deletes what matches the prefix",
  keepsTagsOfLongerEntries: "every set gives the sets of its tags its own time to live",
})

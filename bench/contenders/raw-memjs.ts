import type { ICachingProviderService } from "@medusajs/framework/types"
import { Client } from "memjs"
import type { Contender } from "./contender"

type GetInput = Parameters<ICachingProviderService["get"]>[0]
type SetInput = Parameters<ICachingProviderService["set"]>[0]

/** memjs as it comes and JSON, nothing else: no tags, no compression, no clear. What a key-value client alone takes. */
class RawMemjs implements ICachingProviderService {
  readonly #client: Client

  constructor(client: Client) {
    this.#client = client
  }

  async get({ key = "" }: GetInput): Promise<unknown> {
    const { value } = await this.#client.get(nameOf(key))
    return value ? (JSON.parse(value.toString("utf8")) as unknown) : null
  }

  async set({ key, data, ttl = 3_600 }: SetInput): Promise<void> {
    await this.#client.set(nameOf(key), JSON.stringify(data), { expires: ttl })
  }

  clear(): Promise<void> {
    return Promise.reject(new Error("memjs has no tags to clear"))
  }
}

const nameOf = (key: string): string => `raw:${key}`

export function openRawMemjs(servers: string): Contender {
  const client = Client.create(servers)
  return {
    name: "memjs",
    cache: new RawMemjs(client),
    takeComplaints: () => [],
    close: () => {
      client.close()
      return Promise.resolve()
    },
  }
}

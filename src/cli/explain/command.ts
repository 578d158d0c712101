import { parseArgs } from "node:util"
import type { AdminCacheClear, AdminCacheEntry } from "../../types/http"
import { type Command, COMMON_OPTIONS, COMMON_USAGE, UsageError } from "../command"
import { ShopClient, understood } from "../shop/client"
import { readConnection, SHOP_OPTIONS, SHOP_USAGE } from "../shop/connection"
import { explanation } from "./report"

const USAGE = `medusa-memcached explain <key>

Explains why a lookup of this key hits or misses: what is stored under it, which tag was cleared when, and where it lies.
The key is that of your code, without the cache prefix. The page Settings › Cache lists the keys of a tag.

${SHOP_USAGE}
${COMMON_USAGE}

The exit code is 0 if the shop has answered, also for a miss, 2 for arguments that make no sense, otherwise 1.`

const OPTIONS = { ...SHOP_OPTIONS, ...COMMON_OPTIONS } as const

/** All that the shop remembers. */
const CLEARS = "200"

export const explain: Command = {
  summary: "why a lookup of a key hits or misses",
  usage: USAGE,
  options: OPTIONS,
  usageExitCode: 2,
  async run(args, { environment, output }) {
    const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })
    const [key] = positionals
    if (key === undefined || key === "") throw new UsageError("explain needs a key: medusa-memcached explain menu")
    if (positionals.length > 1) throw new UsageError('explain takes one key. Quote a key with spaces: explain "my key"')
    const shop = new ShopClient(readConnection(values, environment), output)
    const query = { provider_id: values.provider }
    const [entry, servers, cache, clears] = await Promise.all([
      shop.get("entry", "/entry", { key, ...query }),
      shop.get("servers", "/servers", query),
      shop.get("cache", ""),
      shop.get("clears", "/clears", { limit: CLEARS, ...query }),
    ])
    const text = understood(shop.url, () => {
      const findings = { entry, servers, cache, clear: clearOf(entry, clears) }
      return values.json === true ? JSON.stringify(findings, null, 2) : explanation(findings, output.paint, Date.now())
    })
    output.result(text)
    return 0
  },
}

/** Finds the newest line of the clear history about what voided the entry, or removed it. */
function clearOf(entry: AdminCacheEntry, clears: readonly AdminCacheClear[]): AdminCacheClear | null {
  const of = entry.state === "absent" ? entry.clears.find((clear) => clear.of === "key")?.of : entry.cleared_by
  if (of === undefined || of === null) return null
  const named = of === "key" ? entry.key : of
  return clears.find(({ all, sample }) => (of === "*" ? all : sample.includes(named))) ?? null
}

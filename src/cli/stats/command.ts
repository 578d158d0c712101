import { parseArgs } from "node:util"
import { nearestOf } from "../arguments"
import { type Command, COMMON_OPTIONS, COMMON_USAGE, UsageError } from "../command"
import { ShopClient, understood } from "../shop/client"
import { readConnection, SHOP_OPTIONS, SHOP_USAGE } from "../shop/connection"
import { statsReport } from "./report"

const USAGE = `medusa-memcached stats

Shows what the cache of a running shop does: hit rate, time saved, misses and their reasons, types of entity, servers.

  --range time         1h (the default), 6h, 24h or 7d
${SHOP_USAGE}
${COMMON_USAGE}

The exit code is 0 if the shop has answered, 2 for arguments that make no sense, otherwise 1.`

const RANGES = ["1h", "6h", "24h", "7d"]

const OPTIONS = { range: { type: "string" }, ...SHOP_OPTIONS, ...COMMON_OPTIONS } as const

export const stats: Command = {
  summary: "what the cache of a running shop does: hit rate, misses, time saved, servers",
  usage: USAGE,
  options: OPTIONS,
  usageExitCode: 2,
  async run(args, { environment, output }) {
    const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })
    if (positionals.length > 0) throw new UsageError("stats takes options only")
    const { range = "1h", provider } = values
    if (!RANGES.includes(range)) {
      const nearest = nearestOf(range, RANGES)
      throw new UsageError(`--range must be one of ${RANGES.join(", ")}${nearest ? `. Did you mean ${nearest}?` : ""}`)
    }
    const shop = new ShopClient(readConnection(values, environment), output)
    const [cache, figures, servers] = await Promise.all([
      shop.get("cache", ""),
      shop.get("stats", "/stats", { range, provider_id: provider }),
      shop.get("servers", "/servers", { provider_id: provider }),
    ])
    const answers = { cache, stats: figures, servers }
    output.result(
      values.json === true
        ? JSON.stringify(answers, null, 2)
        : understood(shop.url, () => statsReport(shop.url, answers, output.paint, Date.now()))
    )
    return 0
  },
}

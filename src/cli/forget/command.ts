import { parseArgs } from "node:util"
import { type Command, COMMON_OPTIONS, COMMON_USAGE, UsageError } from "../command"
import { message, name } from "../format"
import { ShopClient } from "../shop/client"
import { readConnection, SHOP_OPTIONS, SHOP_USAGE } from "../shop/connection"

const USAGE = `medusa-memcached forget cache-3:11211

Makes the servers of a running shop forget one that is gone for good. Until then each clear waits for it, and is called
pending. Take the server out of serverUrls and restart all processes first.
${SHOP_USAGE}
${COMMON_USAGE}

The exit code is 0 if the server was forgotten, 2 for arguments that make no sense, otherwise 1.`

const ADDRESS = /^[^\s/@]{1,250}:\d{1,5}$/

export const forget: Command = {
  summary: "make the servers of a running shop forget one that is gone for good",
  usage: USAGE,
  options: { ...COMMON_OPTIONS, ...SHOP_OPTIONS },
  usageExitCode: 2,
  async run(args, { environment, output }) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { ...COMMON_OPTIONS, ...SHOP_OPTIONS },
      allowPositionals: true,
    })
    const [id, another] = positionals
    if (id === undefined || another !== undefined || !ADDRESS.test(id)) {
      throw new UsageError(`Expected one server as host:port, as in medusa-memcached forget cache-3:11211.`)
    }
    const shop = new ShopClient(readConnection(values, environment), output)
    const servers = await shop.delete("servers", "/server", { id, provider_id: values.provider })
    output.result(
      values.json === true
        ? JSON.stringify({ id, deleted: true, servers }, null, 2)
        : `Forgot ${name(id)}. The servers of the cache are ${message(servers.map((server) => server.id).join(", "))}.`
    )
    return 0
  },
}

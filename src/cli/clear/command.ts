import { createInterface } from "node:readline"
import { type Command, COMMON_USAGE, type Surroundings } from "../command"
import { ShopClient } from "../shop/client"
import { readConnection, SHOP_USAGE } from "../shop/connection"
import { clearAtOnce, clearInBackground, type ClearRequest } from "./run"
import { countNames, OPTIONS, readWanted } from "./request"

const USAGE = `medusa-memcached clear --tag Menu:main

Clears entries of a running shop, for all its processes, and says how many. No data of the shop is deleted: the next
request that needs a cleared entry computes it again. Each of these may be repeated:

  --tag tag            entries with this tag, as in --tag Product:prod_1. Quote a tag with a *: --tag 'Product:list:*'
  --key key            the entry with this key
  --entity Type:id     entries that contain it, as in --entity Product:prod_1
  --type Type          entries that contain any of this type, as in --type Product
  --path /store/…      stored responses to this path with its query. Quote it
  --everything         every entry of this shop, and nothing else on the server. Asks before, if there is a terminal
  --yes                do not ask
  --dry-run            clear nothing, and say what would be cleared
${SHOP_USAGE}
${COMMON_USAGE}

The exit code is 0 if it was applied, 3 if it is pending because Memcached is away (it is kept, and delivered later),
2 for arguments that make no sense, otherwise 1.`

/** The most targets of a clear that the caller waits for. More are cleared in the background. */
const MAX_AT_ONCE = 100

export const clear: Command = {
  summary: "clear tags, keys, entities, types or everything in a running shop",
  usage: USAGE,
  options: OPTIONS,
  usageExitCode: 2,
  async run(args, surroundings) {
    const { values, wanted } = readWanted(args)
    const connection = readConnection(values, surroundings.environment)
    const isDryRun = values["dry-run"] === true
    if (wanted.everything && !isDryRun && values.yes !== true && !(await isConfirmed(connection.url, surroundings))) {
      return 1
    }
    const { output } = surroundings
    const request: ClearRequest = {
      shop: new ShopClient(connection, output),
      output,
      wanted,
      isDryRun,
      providerId: values.provider,
      json: values.json === true,
    }
    const isSmall = countNames(wanted) <= MAX_AT_ONCE && wanted.types.length === 0
    return wanted.everything || isSmall ? clearAtOnce(request) : clearInBackground(request, MAX_AT_ONCE)
  },
}

async function isConfirmed(url: string, { input, output }: Surroundings): Promise<boolean> {
  if (input.isTTY !== true) {
    output.note("Nothing was cleared: nobody can be asked here. To clear everything, add --yes.")
    return false
  }
  output.note(`This clears every entry of the shop at ${url}. Each page is slower once, until it is cached again.`)
  output.note('Type "yes" to clear everything:')
  const lines = createInterface({ input })
  const answer = await new Promise<string>((resolve) => {
    lines.once("line", resolve)
    lines.once("close", () => resolve(""))
  })
  lines.close()
  if (answer.trim().toLowerCase() === "yes") return true
  output.note("Nothing was cleared.")
  return false
}

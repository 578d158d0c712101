import { parseArgs } from "node:util"
import { stopChildren } from "../../tools/services/child-processes"
import { startRedis } from "../../tools/services/redis"
import { printTable } from "../simulation/report"
import { runCalmly, runChaos, runOnRedis } from "./chaos"
import type { Tally } from "./tally"

/*
 * npm run test:chaos -- [--seconds 25] [--calm 10] [--servers 1] [--other provider.ts]
 *
 * What README says about staleness. The faults happen to one of the servers at a time. `--other` is the source of another caching provider for Memcached, which is run without
 * faults. Exit code 1 when this plugin's serves anything stale.
 */

const PROCESSES = 3

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: "string" },
      calm: { type: "string" },
      servers: { type: "string", default: "1" },
      other: { type: "string" },
    },
  })
  const calmSeconds = Number(values.calm ?? 10)
  const seconds = Number(values.seconds ?? 25)
  const { url } = await startRedis()
  const ours = await runCalmly(PROCESSES, calmSeconds)
  const troubled = await runChaos(PROCESSES, seconds, Number(values.servers))
  const redis = await runOnRedis(PROCESSES, calmSeconds, Number(new URL(url).port))
  const others = values.other ? [await runCalmly(PROCESSES, calmSeconds, values.other)] : []
  await stopChildren()

  const row = (name: string, { lookups, hits, stale, clears, pending, rejected }: Tally) => [
    name,
    ...[lookups, hits, stale, clears, pending, rejected],
  ]
  printTable([
    ["three processes, through Medusa's Caching Module", "lookups", "hits", "stale", "clears", "pending", "rejected"],
    row(`this plugin, ${calmSeconds} s`, ours),
    row(`this plugin, ${values.servers} servers, ${seconds} s with ${troubled.faults}`, troubled),
    row(`Redis provider, ${calmSeconds} s`, redis),
    ...others.map((other) => row(`${values.other}, ${calmSeconds} s`, other)),
  ])
  process.exitCode = ours.stale + troubled.stale > 0 || ours.hits === 0 ? 1 : 0
}

void main()

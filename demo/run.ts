import { setTimeout as delay } from "node:timers/promises"
import { parseArgs } from "node:util"
import { isStopping, type RunningChild, stopChildren } from "../tools/services/child-processes"
import { formatSeconds } from "../tools/services/progress"
import { lastLines } from "./command"
import { describeDemo } from "./instructions"
import { STORE_LOG } from "./settings"
import { startDemo } from "./start"
import { runTraffic } from "./traffic/traffic"

/** The longest time that a timer can wait for, 24 days: Ctrl-C comes before. */
const FOREVER_MS = 2 ** 31 - 1

const USAGE = `npm run demo                                 a store with the plugin, until Ctrl-C
npm run demo -- --traffic                    also drives traffic against it and shows what the cache does
npm run demo -- --traffic --kill-memcached   and kills memcached every 15 seconds, for 3 seconds
npm run demo -- --seconds 30                 ends by itself after that time
npm run demo:peek <key>                      looks at a key of the running demo in Memcached
npm run demo:reset                           removes the shop`

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      traffic: { type: "boolean", default: false },
      "kill-memcached": { type: "boolean", default: false },
      seconds: { type: "string" },
      help: { type: "boolean", default: false },
    },
  })
  if (values.help) {
    console.log(USAGE)
    return
  }
  const seconds = values.seconds === undefined ? undefined : parseSeconds(values.seconds)
  if (values["kill-memcached"] && process.env.MEMCACHED_SERVERS !== undefined) {
    throw new Error("--kill-memcached kills the memcached of the demo: unset MEMCACHED_SERVERS")
  }

  const started = Date.now()
  const { url, shop, memcached, store } = await startDemo()
  failWhenEnded(store)
  console.log(`The store answers after ${formatSeconds(Date.now() - started)}`)
  console.log(describeDemo({ url, memcachedServers: memcached.servers }, shop))

  if (values.traffic) {
    await runTraffic({ url, shop, memcached, seconds, hasOutages: values["kill-memcached"] })
  } else {
    await delay(seconds === undefined ? FOREVER_MS : seconds * 1000)
  }
}

function parseSeconds(text: string): number {
  const seconds = Number(text)
  if (!Number.isFinite(seconds) || seconds <= 0) {
    throw new Error(`--seconds needs a number above 0, not "${text}"`)
  }
  return seconds
}

function failWhenEnded(store: RunningChild): void {
  void store.ended.then((code) => {
    if (!isStopping()) {
      console.error(`The store has ended with code ${code}:\n${lastLines(STORE_LOG)}`)
      void stopChildren().finally(() => process.exit(1))
    }
  })
}

main()
  .catch((error: unknown) => {
    // Ctrl-C makes whatever was under way fail.
    if (isStopping()) {
      return
    }
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  })
  .then(stopChildren)
  .then(
    () => process.exit(),
    () => process.exit(1)
  )

import { connect } from "node:net"
import { splitAddress } from "./instructions"
import { findRunningDemo } from "./running-demo"
import { CACHE_PREFIX, CHECK_KEY } from "./settings"

/** A line of a large entry is longer than any terminal. */
const SHOWN_CHARACTERS = 2_000

/** Types `get medusa:<key>` into each Memcached server of the running demo and shows the answers. */
async function peek(): Promise<void> {
  const key = `${CACHE_PREFIX}:${process.argv[2] ?? CHECK_KEY}`
  const demo = findRunningDemo()
  if (demo === undefined) {
    throw new Error("The demo is not running: start it with npm run demo")
  }
  for (const server of demo.memcachedServers.split(",")) {
    const answer = await ask(server.trim(), `get ${key}\r\nquit\r\n`)
    console.log(`${server}> get ${key}`)
    console.log(shorten(printable(answer.trimEnd())))
  }
}

function ask(server: string, commands: string): Promise<string> {
  const [host, port] = splitAddress(server)
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port })
    const chunks: Buffer[] = []
    socket.on("data", (chunk) => chunks.push(chunk))
    socket.once("error", reject)
    socket.once("close", () => resolve(Buffer.concat(chunks).toString("utf8")))
    socket.write(commands)
  })
}

/** Bytes that would upset the terminal, as those of a compressed entry, become dots. */
function printable(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(/[^\n\x20-\x7e\u00a0-\u024f]/g, "·")
}

function shorten(text: string): string {
  const omitted = text.length - SHOWN_CHARACTERS
  return omitted > 0 ? `${text.slice(0, SHOWN_CHARACTERS)} … and ${omitted} characters more` : text
}

peek().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})

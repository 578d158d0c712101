import { existsSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { findFreePort } from "../../tools/services/free-port"
import { copyOfCheckout, shareInstalled } from "./checkout"
import { blocksOf, ROOT } from "./code-block"
import { Terminal } from "./terminal"

/** Building, and bundling the dashboard, on a machine that does something else as well. */
const FIRST_START_MS = 25 * 60_000
const NEXT_START_MS = 6 * 60_000
/** By the traffic's own clock. */
const HAS_HIT_AFTER_10_SECONDS = /^[1-9]\d+ s · .* hit rate [1-9]/m
/** Longer than the 15 seconds after which the demo kills memcached. */
const HAS_HIT_AFTER_25_SECONDS = /^(2[5-9]|[3-9]\d|\d{3,}) s · .* hit rate [1-9]/m
const TRAFFIC_MS = 5 * 60_000

jest.setTimeout(FIRST_START_MS + 2 * NEXT_START_MS)

const IS_READY = /Ctrl-C stops the demo/

const directory = join(ROOT, ".cache", "docs-checkout")
const open: Terminal[] = []
let demo: Terminal | undefined
let environment: NodeJS.ProcessEnv

beforeAll(async () => {
  copyOfCheckout(directory)
  // A new machine: nothing that this test run was given, except where to find what is installed.
  const { PATH, HOME, TMPDIR, LANG, MEMCACHED_BIN } = process.env
  environment = { PATH, HOME, TMPDIR, LANG, MEMCACHED_BIN, PORT: String(await findFreePort()) }
})
afterAll(async () => {
  for (const terminal of open) await terminal.kill()
  rmSync(directory, { recursive: true, force: true })
})

function type(command: string): Terminal {
  const terminal = new Terminal(command, directory, environment)
  open.push(terminal)
  return terminal
}

/** The commands of a block, without what a reader is told about them. */
const commandsIn = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.replace(/ #.*$/, "").trim())
    .filter((line) => line !== "")

/** A traffic that lasts until it is long enough, and Ctrl-C, and what it says at the end. */
async function watchTraffic(command: string, longEnough: RegExp): Promise<string> {
  const terminal = type(command)
  await terminal.shows(IS_READY, NEXT_START_MS)
  await terminal.shows(longEnough, TRAFFIC_MS)
  await terminal.pressCtrlC()
  return terminal.output
}

/** What to do with each command that the documents name, in the order in which a reader comes to them. */
const WALKTHROUGH: Readonly<Record<string, () => Promise<void>>> = {
  // Jest cannot run itself. Continuous integration does exactly this, and ends with it.
  "npm ci && npm test": async () => {
    const lines = readFileSync(join(ROOT, ".ci", "run"), "utf8")
      .trim()
      .split("\n")
    expect(lines.at(-1)).toBe("npm ci && npm test")
  },
  "npm ci && npm run demo": async () => {
    // What npm ci makes of these files is here already, made by whoever runs the tests: see above.
    expect(await type("npm ci --dry-run").end()).toBe(0)
    shareInstalled(directory)
    demo = type("npm run demo")
    await demo.shows(IS_READY, FIRST_START_MS)
    const [twice = "", list = "", nc = ""] = demo.output.split("\n").filter((line) => /^ +(curl|printf) /.test(line))
    expect(nc).toContain("test-cache-products")
    for (const command of [twice, list]) expect(await type(command).end()).toBe(0)
    const second = type(twice)
    expect(await second.end()).toBe(0)
    expect(second.output).toMatch(/cache-status: medusa-memcached; hit/i)
  },
  "npm run demo:peek test-cache-products": async () => {
    const peek = type("npm run demo:peek test-cache-products")
    expect(await peek.end()).toBe(0)
    expect(peek.output).toMatch(/VALUE medusa:test-cache-products/)
    await demo?.pressCtrlC()
  },
  "npm run demo -- --traffic": async () => {
    const output = await watchTraffic("npm run demo -- --traffic", HAS_HIT_AFTER_10_SECONDS)
    expect(output).toMatch(/Stale reads +0\n/)
    expect(output).toMatch(/Different +0\n/)
    expect(output).toMatch(/Failed requests +0\n/)
    expect(output).toMatch(/Hit rate +[1-9]/)
  },
  "npm run demo -- --traffic --kill-memcached": async () => {
    const output = await watchTraffic("npm run demo -- --traffic --kill-memcached", HAS_HIT_AFTER_25_SECONDS)
    expect(output).toMatch(/Stale reads +0\n/)
    expect(output).toMatch(/Different +0\n/)
    expect(output).toMatch(/Failed requests +0\n/)
    expect(output).toMatch(/Times memcached was killed +[1-9]/)
  },
  "npm run demo:reset": async () => {
    expect(existsSync(join(directory, ".demo"))).toBe(true)
    expect(await type("npm run demo:reset").end()).toBe(0)
    expect(existsSync(join(directory, ".demo"))).toBe(false)
  },
}

describe("the commands for a clone of this repository", () => {
  const documented = blocksOf("repository").flatMap(({ text }) => commandsIn(text))

  it("are all known here", () => {
    expect(documented.length).toBeGreaterThan(3)
    expect(documented.filter((command) => !(command in WALKTHROUGH))).toEqual([])
  })

  it.each([...new Set(documented)].map((command) => [command]))("%s works", async (command) => {
    await WALKTHROUGH[command]?.()
  })
})

import { ask } from "../../../src/cache/support/ask"
import { DependableServer } from "../../../src/cache/memcached"
import type { CasToken, Command, Reply } from "../../../src/cache/memcached/server"
import { eventually } from "../../../testing/eventually"
import { type MemcachedProcess, startMemcached } from "../../../testing/memcached"
import { type Answer, FakeMemcached } from "../../../testing/fake-memcached"
import { Prng } from "../../../testing/prng"

const SEQUENCES = 40
const COMMANDS = 100
const TIMEOUT_MS = 300_000
const ITEM_SIZE_MAX_BYTES = 1 << 20

type Step = { readonly command: Command; readonly compares: boolean }

/** The same random commands to a real memcached, through the real client, and to the fake one. */
describe.each(["meta", "binary"] as const)("the fake memcached in the %s protocol", (protocol) => {
  jest.setTimeout(TIMEOUT_MS)
  let memcached: MemcachedProcess
  let server: DependableServer

  beforeAll(async () => {
    memcached = await startMemcached()
    server = new DependableServer({
      host: memcached.host,
      port: memcached.port,
      protocol,
      timeoutMs: 10_000,
      connectTimeoutMs: 10_000,
    })
  })

  afterAll(async () => {
    await server.close()
    await memcached.stop()
  })

  it(`answers as memcached does, in ${SEQUENCES} random sequences of ${COMMANDS} commands`, async () => {
    for (let seed = 1; seed <= SEQUENCES; seed++) {
      const fake = new FakeMemcached({ now: Date.now, itemSizeMaxBytes: ITEM_SIZE_MAX_BYTES, protocol })
      const tokens = new Map<string, { real: CasToken; fake: bigint }>()
      for (const [at, { command, compares }] of drawSequence(seed).entries()) {
        const token = compares ? tokens.get(command.key) : undefined
        const real = await ask(server, token && command.op === "set" ? { ...command, cas: token.real } : command)
        const faked = fake.execute(command, token?.fake)
        expect({ seed, at, command: describeCommand(command), ...comparable(real) }).toEqual({
          seed,
          at,
          command: describeCommand(command),
          ...comparable(faked),
        })
        // A token is kept for a while, so that some of them are outdated when they are used.
        if (real.cas && faked.unique !== undefined && (at % 3 === 0 || !tokens.has(command.key))) {
          tokens.set(command.key, { real: real.cas, fake: faked.unique })
        }
      }
    }
  })

  it("forgets everything in a restart, and counts from one again", async () => {
    const fake = new FakeMemcached({ now: Date.now, itemSizeMaxBytes: ITEM_SIZE_MAX_BYTES, protocol })
    const store: Command = { op: "set", key: "restart", value: Buffer.from("1"), flags: 0, expiration: 0 }
    await ask(server, store)
    fake.execute(store)
    await memcached.restart()
    fake.restart()
    const read: Command = { op: "get", key: "restart" }
    expect((await askUntilReachable(server, read)).status).toBe("missing")
    expect(fake.execute(read).status).toBe("missing")
    const first = await ask(server, store)
    expect(first.cas?.unique).toBeLessThan(10n)
    expect(fake.execute(store).unique).toBe(1n)
  })

  it("expires items by whole seconds", async () => {
    let now = 1_700_000_000_500
    const fake = new FakeMemcached({ now: () => now, itemSizeMaxBytes: ITEM_SIZE_MAX_BYTES, protocol })
    const store: Command = { op: "set", key: "brief", value: Buffer.from("1"), flags: 0, expiration: 1 }
    await ask(server, store)
    fake.execute(store)
    expect(fake.execute({ op: "get", key: "brief" }).status).toBe("ok")
    const read: Command = { op: "get", key: "brief" }
    const status = await eventually(
      async () => (await ask(server, read)).status,
      (seen) => seen !== "ok",
      15_000
    )
    expect(status).toBe("missing")
    now += 2100
    expect(fake.execute({ op: "get", key: "brief" }).status).toBe("missing")
  })
})

function drawSequence(seed: number): Step[] {
  const prng = new Prng(seed)
  const keys = [`${seed}-a`, `${seed}-b`, `${seed}-c`]
  return Array.from({ length: COMMANDS }, () => {
    const key = prng.pick(keys)
    // Far from the limit on either side: what an item takes beyond its bytes is memcached's affair.
    const value = Buffer.alloc(prng.pick([0, 1, 10, 300, 2 * ITEM_SIZE_MAX_BYTES]), 0x61)
    const small = value.subarray(0, 300)
    const expiration = prng.pick([0, 0, 0, 1000, 60 * 60 * 24 * 31, Math.floor(Date.now() / 1000) + 1000])
    const flags = prng.below(5)
    switch (prng.below(7)) {
      case 0:
        return { command: { op: "set", key, value, flags, expiration }, compares: false }
      case 1:
      case 2:
        return { command: { op: "set", key, value: small, flags, expiration }, compares: true }
      case 3:
        return {
          command: { op: "add", key, value: prng.chance(0.2) ? value : small, flags, expiration },
          compares: false,
        }
      case 4:
        return { command: { op: "append", key, value: prng.chance(0.2) ? value : small }, compares: false }
      case 5:
        return { command: { op: "delete", key }, compares: false }
      default:
        return { command: { op: "get", key, ...(prng.chance(0.3) && { maxBytes: 0 }) }, compares: false }
    }
  })
}

/** Of an item without bytes the flags are not told everywhere. */
function comparable({ status, value, flags }: Reply | Answer): object {
  return { status, ...(value && { value: value.toString("latin1") }), ...(value && value.length > 0 && { flags }) }
}

function describeCommand(command: Command): string {
  return "value" in command ? `${command.op} ${command.key} ${command.value.length}` : `${command.op} ${command.key}`
}

async function askUntilReachable(server: DependableServer, command: Command): Promise<Reply> {
  for (let attempt = 0; attempt < 400; attempt++) {
    const reply = await ask(server, command)
    if (reply.status !== "unreachable") return reply
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error("memcached did not come back")
}

import { Cluster } from "../cluster"
import { FakeMemcached } from "../../../../testing/fake-memcached"
import { ManualRuntime, settle } from "../../../../testing/manual-runtime"
import { ScriptedServer } from "../../../../testing/scripted-server"
import type { MemcachedServer } from "../server"
import type { CacheError } from "../../support/errors"
import { KeySpace } from "../../keys"
import { IdentityWatch } from "../identity-watch"

const LIMITS = { intervalMs: 60_000, suspendedIntervalMs: 10_000, cleanLooks: 3 }
const KEY = new KeySpace("shop").identity()

/** An address with one memcached behind it, and as many more as a test puts there. */
class Address extends ScriptedServer {
  readonly behind: FakeMemcached[]
  readonly suspended: CacheError[] = []
  resumed = 0
  opened = 0
  closed = 0
  readonly #runtime: ManualRuntime

  constructor(runtime: ManualRuntime) {
    super(runtime)
    this.#runtime = runtime
    this.behind = [this.memcached]
  }

  async twins(atLeast: number): Promise<MemcachedServer[]> {
    return Array.from({ length: Math.max(atLeast, this.behind.length) }, (_, i) => {
      this.opened += 1
      const twin = new ScriptedServer(this.#runtime, {
        memcached: this.behind[i % this.behind.length] ?? this.memcached,
      })
      twin.onStateChange(() => (this.closed += 1))
      return twin
    })
  }

  suspend(reason: CacheError): void {
    this.suspended.push(reason)
    this.script = () => "unreachable"
  }

  resume(): void {
    this.resumed += 1
  }
}

function watched() {
  const runtime = new ManualRuntime()
  const address = new Address(runtime)
  const another = () => new FakeMemcached({ now: () => runtime.now(), itemSizeMaxBytes: 1024 })
  const voided: string[] = []
  const cluster = new Cluster([address])
  const parts = { cluster, keys: new KeySpace("shop"), runtime, options: { identity: LIMITS } }
  const watch = new IdentityWatch(parts, async ({ id }, twins) => {
    voided.push(`${id} and ${twins.length} more`)
  })
  return { runtime, address, another, cluster, voided, watch }
}

describe("IdentityWatch", () => {
  it("finds one server to be one, at first and every minute, and closes what it has opened", async () => {
    const { runtime, address, watch } = watched()
    await watch.look(address)
    await runtime.advance(150_000)
    expect(address.suspended).toEqual([])
    expect(address.opened).toBe(4 + 2 * 2)
    expect(address.closed).toBe(address.opened)
    await watch.close()
    await runtime.advance(150_000)
    expect(address.opened).toBe(8)
  })

  it("looks at a server that is added to the list, and no longer at one that has left it", async () => {
    const { runtime, address, cluster, watch } = watched()
    await watch.look(address)
    const added = new Address(runtime)
    cluster.replace([added])
    added.enter("ready")
    await settle()
    expect(added.opened).toBe(4)

    await runtime.advance(150_000)
    const looksAfterLeaving = address.opened
    await runtime.advance(300_000)
    expect(address.opened).toBe(looksAfterLeaving)
    expect(added.opened).toBeGreaterThan(8)
    await watch.close()
  })

  it("suspends an address that leads to several, when all that is stored there is void", async () => {
    const { address, another, voided, watch } = watched()
    address.behind.push(another())
    await watch.look(address)
    expect(voided).toEqual(["scripted:11211 and 4 more"])
    expect(address.suspended.map(({ code }) => code)).toEqual(["several_servers"])
    expect(address.suspended[0]?.message).toContain("scripted:11211 leads to several Memcached servers")
  })

  it("looks at the server of a new connection", async () => {
    const { address, another, watch } = watched()
    await watch.look(address)
    address.behind.push(another())
    address.reconnect()
    await settle()
    expect(address.suspended).toHaveLength(1)
  })

  it("uses it again when it has been one server for some time, and not before", async () => {
    const { runtime, address, another, watch } = watched()
    address.behind.push(another())
    await watch.look(address)
    await runtime.advance(11_000)
    await runtime.advance(11_000)
    expect(address.resumed).toBe(0)
    address.behind.pop()
    await runtime.advance(11_000)
    address.behind.push(another())
    await runtime.advance(11_000)
    address.behind.pop()
    await runtime.advance(22_000)
    expect(address.resumed).toBe(0)
    await runtime.advance(11_000)
    expect(address.resumed).toBe(1)
  })

  it.each([
    ["that does not answer", (address: Address) => (address.script = () => "unreachable")],
    [
      "that forgets its number in between",
      (address: Address) => {
        let reads = 0
        address.script = ({ op }) => {
          if (op === "get" && ++reads === 3) address.memcached.restart()
          return undefined
        }
      },
    ],
    [
      "whose number is damaged on the way to a twin",
      (address: Address) => {
        const twins = address.twins.bind(address)
        address.twins = async (atLeast) => {
          const opened = (await twins(atLeast)) as ScriptedServer[]
          for (const twin of opened) {
            twin.script = () => ({ status: "ok", value: Buffer.from("0123456789abcdef"), flags: 1 })
          }
          return opened
        }
      },
    ],
  ])("says nothing of a server %s", async (_, prepare) => {
    const { address, voided, watch } = watched()
    prepare(address)
    await watch.look(address)
    expect([address.suspended, voided]).toEqual([[], []])
  })

  it("names a server once", async () => {
    const { runtime, address, watch } = watched()
    await watch.look(address)
    await runtime.advance(150_000)
    expect(address.sent.filter(({ op, key }) => op === "add" && key === KEY)).toHaveLength(1)
  })

  it("leaves servers alone that cannot be asked for twins", async () => {
    const { runtime, watch } = watched()
    const server = new ScriptedServer(runtime)
    await watch.look(server)
    expect(server.sent).toEqual([])
  })
})

import { setTimeout as delay } from "node:timers/promises"
import { createServer, Socket } from "node:net"

import { findFreePort } from "../../tools/services/free-port"
import { type MemcachedProcess, startMemcached } from "../../testing/memcached"
import { runningTimeOf } from "../../testing/running-time"
import type { CacheErrorCode } from "../../src/cache/support/errors"
import type { DependableServer } from "../../src/cache/memcached/dependable-server"
import type { ServerState } from "../../src/cache/memcached/server"
import type { ServerOptions } from "../../src/cache/memcached/server-options"
import {
  blockEventLoop,
  closeAll,
  get,
  openClient as openAnyClient,
  openProxy,
  reaches,
  read,
  set,
} from "../../testing/clients"
import { until } from "../../testing/eventually"

const TIMEOUT_MS = 300
/** What a busy machine may add to a deadline. */
const SLACK_MS = 1_000

let memcached: MemcachedProcess

beforeEach(async () => {
  memcached = await startMemcached()
})
afterEach(async () => {
  await closeAll()
  await memcached.kill()
})

function statesOf(client: DependableServer): [ServerState, CacheErrorCode | undefined][] {
  const states: [ServerState, CacheErrorCode | undefined][] = []
  client.onStateChange((state, error) => states.push([state, error?.code]))
  return states
}

describe.each(["binary", "meta"] as const)("in the %s protocol", (protocol) => {
  const openClient = (port: number, options: Partial<ServerOptions> = {}): DependableServer =>
    openAnyClient(port, { protocol, ...options })

  describe("a server that is not there", () => {
    it("is down at the first command, and is found when it comes", async () => {
      await memcached.kill()
      const client = openClient(memcached.port)
      const states = statesOf(client)
      expect(client.state).toBe("idle")
      expect(await get(client, "key")).toMatchObject({ status: "unreachable", error: { code: "unreachable" } })
      expect(client.state).toBe("down")
      await memcached.restart()
      await reaches(client, "ready")
      expect(await read(client, "key")).toBe("missing")
      expect(states).toEqual([
        ["connecting", undefined],
        ["down", "unreachable"],
        ["ready", undefined],
      ])
    })

    it("costs nothing while it is down: commands are answered in the next turn of the event loop", async () => {
      await memcached.kill()
      const client = openClient(memcached.port)
      await get(client, "key")
      const all = Promise.all(Array.from({ length: 1_000 }, () => get(client, "key")))
      expect(await runningTimeOf(all)).toBeLessThan(TIMEOUT_MS)
      expect((await all).every(({ status }) => status === "unreachable")).toBe(true)
    })

    it("is found again also by a caller that retries in a loop without a pause", async () => {
      await memcached.kill()
      const client = openClient(memcached.port)
      await get(client, "key")
      const restarted = memcached.restart()
      let attempts = 0
      while ((await read(client, "key")) === "unreachable") attempts++
      expect(attempts).toBeGreaterThan(0)
      await restarted
    })

    it("is not pestered: attempts are made with growing pauses", async () => {
      let attempts = 0
      const rude = createServer((socket) => {
        attempts++
        socket.destroy()
      })
      await new Promise<void>((resolve) => rude.listen(0, "127.0.0.1", resolve))
      const address = rude.address()
      const client = openClient(typeof address === "object" && address !== null ? address.port : 0)
      await get(client, "key")
      await delay(1_000)
      // At 0, 0, 50, 150, 350 and 750 ms.
      await until(() => attempts >= 4, "the fourth attempt")
      expect(attempts).toBeLessThanOrEqual(7)
      rude.close()
    })

    it("that accepts and ends every connection after the handshake is not reconnected to in a tight loop", async () => {
      const proxy = await openProxy(memcached.port)
      const client = openClient(proxy.port)
      client.onStateChange((state) => {
        if (state === "ready") setImmediate(() => proxy.endConnections("FIN"))
      })
      await get(client, "key")
      await delay(1_000)
      expect(proxy.connections).toBeLessThanOrEqual(8)
    })

    it("that swallows everything costs the first commands their time-out and later ones nothing", async () => {
      const proxy = await openProxy(memcached.port)
      proxy.blackhole()
      const client = openClient(proxy.port, { timeoutMs: TIMEOUT_MS, connectTimeoutMs: 600 })
      // Read before the command is given: on a busy machine that takes some of the time which is measured.
      const startedAt = performance.now()
      const first = get(client, "first")
      const firstTook = first.then(() => performance.now() - startedAt)
      const firstRan = runningTimeOf(first)
      await delay(TIMEOUT_MS / 2)
      const second = runningTimeOf(get(client, "second"))
      expect(await firstTook).toBeGreaterThan(TIMEOUT_MS - 5)
      expect(await firstRan).toBeLessThan(TIMEOUT_MS + SLACK_MS)
      expect(await second).toBeLessThan(TIMEOUT_MS / 2 + SLACK_MS)
      expect(client.state).toBe("down")
      expect(await runningTimeOf(get(client, "third"))).toBeLessThan(TIMEOUT_MS)
      proxy.heal()
      await reaches(client, "ready")
    })

    it("is not probed for after close, also when it is closed because it went down", async () => {
      const client = openClient(await findFreePort())
      const connect = jest.spyOn(Socket.prototype, "connect")
      client.onStateChange((state) => {
        if (state === "down") void client.close()
      })
      await get(client, "key")
      const attempts = connect.mock.calls.length
      await delay(200)
      expect(connect.mock.calls.length).toBe(attempts)
      connect.mockRestore()
    })

    it("is invalid when its port is", () => {
      expect(() => openClient(99_999)).toThrow("port")
    })
  })

  describe("a server that restarts", () => {
    it("is connected to again at once; commands wait for it within their time-out", async () => {
      const proxy = await openProxy(memcached.port)
      const client = openClient(proxy.port)
      const states = statesOf(client)
      await set(client, "key", "value")
      proxy.endConnections("FIN")
      await until(() => states.length > 2, "the end of the connection")
      expect(await read(client, "key")).toBe("value")
      expect(states.slice(1)).toEqual([
        ["ready", undefined],
        ["connecting", undefined],
        ["ready", undefined],
      ])
    })

    it("under load answers every command, and the client finds it again", async () => {
      const client = openClient(memcached.port, { timeoutMs: TIMEOUT_MS })
      let [asked, answered] = [0, 0]
      const timer = setInterval(() => {
        asked++
        client.submit({ op: "get", key: "key" }, () => answered++)
      }, 1)
      for (let restart = 0; restart < 4; restart++) {
        await reaches(client, "ready")
        await delay(50)
        await memcached.restart()
      }
      await reaches(client, "ready")
      clearInterval(timer)
      await until(() => answered === asked, "all answers")
    })
  })

  describe("a server that freezes", () => {
    it("opens the circuit under steady traffic: every command is answered in time, later ones at once", async () => {
      const client = openClient(memcached.port, { timeoutMs: TIMEOUT_MS, connectTimeoutMs: TIMEOUT_MS })
      await set(client, "key", "value")
      memcached.freeze()
      const durations: number[] = []
      let asked = 0
      const timer = setInterval(() => {
        asked++
        void runningTimeOf(get(client, "key")).then((duration) => durations.push(duration))
      }, 10)
      await until(() => client.state === "down", "the open circuit")
      const askedBefore = asked
      await until(() => asked >= askedBefore + 10, "ten more commands")
      await delay(TIMEOUT_MS)
      clearInterval(timer)
      await until(() => durations.length === asked, "all answers")
      expect(Math.max(...durations)).toBeLessThan(TIMEOUT_MS + SLACK_MS)
      // Those that came last never waited.
      expect(durations.slice(-10).every((duration) => duration < 50)).toBe(true)

      memcached.thaw()
      await reaches(client, "ready")
      expect(await read(client, "key")).toBe("value")
    })

    it("does not let the probe cost any command anything", async () => {
      const client = openClient(memcached.port, { timeoutMs: TIMEOUT_MS, connectTimeoutMs: TIMEOUT_MS })
      await get(client, "key")
      memcached.freeze()
      await get(client, "key")
      for (let attempt = 0; attempt < 20; attempt++) {
        expect(client.state).toBe("down")
        expect(await runningTimeOf(get(client, "key"))).toBeLessThan(TIMEOUT_MS)
        await delay(20)
      }
      memcached.thaw()
      await reaches(client, "ready")
    })

    it("measures the time of each command from its submission, not from the last traffic", async () => {
      const proxy = await openProxy(memcached.port)
      const client = openClient(proxy.port, { timeoutMs: TIMEOUT_MS })
      await set(client, "large", Buffer.alloc(100_000))
      // Something keeps arriving, but never enough.
      proxy.inject({ trickle: { bytes: 100, everyMs: 20 } })
      expect(await runningTimeOf(get(client, "large"))).toBeLessThan(TIMEOUT_MS + SLACK_MS)
    })
  })

  describe("an event loop that is blocked", () => {
    it("does not fail a get whose answer has arrived meanwhile", async () => {
      const client = openClient(memcached.port, { timeoutMs: TIMEOUT_MS })
      await set(client, "key", "value")
      const reply = read(client, "key")
      await new Promise((resolve) => setImmediate(resolve))
      blockEventLoop(TIMEOUT_MS + 400)
      expect(await reply).toBe("value")
      expect(client.state).toBe("ready")
    })

    it("does not fail a get that could not even be sent", async () => {
      const client = openClient(memcached.port, { timeoutMs: TIMEOUT_MS })
      await set(client, "key", "value")
      const reply = read(client, "key")
      blockEventLoop(TIMEOUT_MS + 400)
      expect(await reply).toBe("value")
    })

    it("does not fail the commands of a connection that is being opened", async () => {
      const client = openClient(memcached.port, { timeoutMs: TIMEOUT_MS, connectTimeoutMs: TIMEOUT_MS })
      const reply = set(client, "key", "value")
      blockEventLoop(TIMEOUT_MS + 400)
      expect((await reply).status).toBe("ok")
    })

    it("does not hide that the server is frozen", async () => {
      const client = openClient(memcached.port, { timeoutMs: TIMEOUT_MS })
      await set(client, "key", "value")
      memcached.freeze()
      const reply = read(client, "key")
      blockEventLoop(TIMEOUT_MS + 100)
      const duration = runningTimeOf(reply)
      expect(await reply).toBe("unreachable")
      expect(await duration).toBeLessThan(TIMEOUT_MS + SLACK_MS)
    })
  })

  describe("close", () => {
    it("waits for what is outstanding and refuses what comes later", async () => {
      const client = openClient(memcached.port)
      await set(client, "key", "value")
      const before = read(client, "key")
      const closed = client.close()
      expect(client.state).toBe("closed")
      expect(await get(client, "key")).toMatchObject({ status: "unreachable", error: { code: "closed" } })
      expect(await before).toBe("value")
      await closed
      await expect(client.stats()).rejects.toMatchObject({ code: "closed" })
    })

    it("waits for the connection as long as commands wait for it", async () => {
      const client = openClient(memcached.port)
      const reply = read(client, "key")
      await client.close()
      expect(await reply).toBe("missing")
    })

    it("works when nothing was ever sent, and twice", async () => {
      const client = openClient(memcached.port)
      expect(await runningTimeOf(Promise.all([client.close(), client.close()]))).toBeLessThan(100)
    })

    it("works while the server is down", async () => {
      const client = openClient(await findFreePort())
      await get(client, "key")
      expect(await runningTimeOf(client.close())).toBeLessThan(100)
    })

    it("works with a frozen server, within the time-out, and releases its sockets", async () => {
      const proxy = await openProxy(memcached.port)
      const client = openClient(proxy.port, { timeoutMs: TIMEOUT_MS })
      await set(client, "key", "value")
      memcached.freeze()
      const reply = get(client, "key")
      expect(await runningTimeOf(client.close())).toBeLessThan(TIMEOUT_MS + SLACK_MS)
      expect((await reply).status).toBe("unreachable")
      await until(() => proxy.openConnections === 0, "the end of the connection")
      await delay(200)
      expect(proxy.connections).toBe(1)
    })

    it("works with a frozen server that is being connected to", async () => {
      memcached.freeze()
      const client = openClient(memcached.port, { timeoutMs: TIMEOUT_MS })
      const reply = get(client, "key")
      expect(await runningTimeOf(client.close())).toBeLessThan(TIMEOUT_MS + SLACK_MS)
      expect((await reply).status).toBe("unreachable")
    })
  })
})

import type { Command } from "../../memcached/server"
import { JsonItems, MAX_JSON_BYTES } from "../json-items"
import { CacheWorld } from "../../../../testing/cache-process"
import { ScriptedServer } from "../../../../testing/scripted-server"
import { ownItem } from "../../../../testing/stored-items"

function open(world = new CacheWorld()) {
  const server = new ScriptedServer(world.runtime, { memcached: world.memcached })
  const items = new JsonItems(server, world.runtime)
  return {
    ...{ world, server, items },
    read: async (name: string) => {
      const reading = await items.read(name)
      return reading.status === "ok" ? reading.value : undefined
    },
    update: async (name: string, change: (old: unknown) => unknown, ttlSeconds = 60) =>
      (await items.update(name, change, ttlSeconds)).status === "written",
    write: async (name: string, value: unknown, ttlSeconds = 60) =>
      (await items.update(name, () => value, ttlSeconds)).status === "written",
  }
}

const plusOne = (old: unknown): number => (typeof old === "number" ? old : 0) + 1

describe("JsonItems", () => {
  it("gives another process what one has written", async () => {
    const { world, write } = open()
    expect(await write("progress", { done: 3 })).toBe(true)
    expect(await open(world).read("progress")).toEqual({ done: 3 })
    expect(await open(world).read("another")).toBeUndefined()
    expect(world.memcached.keys()).toEqual(["progress"])
  })

  it("forgets when the time is over, and never with a TTL of 0", async () => {
    const { world, read, write } = open()
    await write("short", 1, 10)
    await write("long", 2, 0)
    await world.runtime.advance(11_000)
    expect(await read("short")).toBeUndefined()
    expect(await read("long")).toBe(2)
  })

  it("loses no change of processes that change it at once", async () => {
    const world = new CacheWorld()
    const processes = Array.from({ length: 4 }, () => open(world))
    await Promise.all(processes.map(({ update }) => update("count", plusOne)))
    expect(await open(world).read("count")).toBe(4)
  })

  it("leaves the item alone when nothing is to be changed", async () => {
    const { server, update, write } = open()
    await write("a", 1)
    expect(await update("a", () => undefined)).toBe(true)
    expect(server.sent.filter(({ op }) => op === "set" || op === "add")).toHaveLength(1)
  })

  it.each([
    ["a value over the limit", "x".repeat(MAX_JSON_BYTES)],
    ["a function", () => 1],
    ["a BigInt", 1n],
  ])("refuses %s, and keeps what was there", async (_, value) => {
    const { server, read, write } = open()
    await write("a", "old")
    expect(await write("a", value)).toBe(false)
    expect(await read("a")).toBe("old")
    expect(server.sent.filter(({ op }) => op === "set" || op === "add")).toHaveLength(1)
  })

  it("refuses a TTL that is none", async () => {
    const { update, write } = open()
    expect(await write("a", 1, -1)).toBe(false)
    expect(await update("a", plusOne, Number.NaN)).toBe(false)
  })

  it.each([
    ["no JSON", "{"],
    ["more than is ever written", JSON.stringify("x".repeat(MAX_JSON_BYTES))],
  ])("takes for nothing what is %s", async (_, stored) => {
    const { world, read, update } = open()
    world.memcached.execute(ownItem("a", stored))
    expect(await read("a")).toBeUndefined()
    expect(await update("a", plusOne)).toBe(true)
    expect(await read("a")).toBe(1)
  })

  it("answers while Memcached is away", async () => {
    const { server, read, update } = open()
    server.enter("down")
    expect(await read("a")).toBeUndefined()
    expect(await update("a", plusOne)).toBe(false)
  })
})

describe("JsonItems.update", () => {
  it("says that it does not know when the answer of the swap is lost", async () => {
    const { server, items } = open()
    server.script = ({ op }) => (op === "add" ? "lost" : undefined)
    expect(await items.update("a", plusOne, 60)).toEqual({ status: "unreachable" })
    expect(await items.read("a")).toEqual({ status: "ok", value: 1 })
  })

  it("gives up when others are faster each time", async () => {
    const { world, server, items, write } = open()
    const interfere = (command: Command): undefined => {
      if (command.op === "set" && command.cas) {
        world.memcached.execute(ownItem("a", "9"))
      }
      return undefined
    }
    await write("a", 1)
    server.script = interfere
    expect(await items.update("a", plusOne, 60)).toEqual({ status: "contended" })
    expect(await items.read("a")).toEqual({ status: "ok", value: 9 })
  })

  it("is not fooled by a token from before a reconnection", async () => {
    const { server, items, write } = open()
    await write("a", 1)
    let reconnected = false
    server.script = ({ op }) => {
      if (op === "set" && !reconnected) {
        reconnected = true
        server.reconnect()
      }
      return undefined
    }
    expect(await items.update("a", plusOne, 60)).toEqual({ status: "written", value: 2 })
  })

  it("does not overwrite where the server gives no tokens", async () => {
    const { server, items, write } = open()
    await write("a", 1)
    server.script = ({ op }) => (op === "get" ? { status: "ok", value: Buffer.from("5") } : undefined)
    expect(await items.update("a", plusOne, 60)).toEqual({ status: "refused" })
  })
})

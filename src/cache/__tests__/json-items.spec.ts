import type { Command } from "../memcached/server"
import { JsonItems, MAX_JSON_BYTES, SharedItems } from "../json-items"
import { KeySpace } from "../keys"
import { CacheWorld } from "../../../testing/cache-process"
import { ScriptedServer } from "../../../testing/scripted-server"
import { ownItem } from "../../../testing/stored-items"

function open(world = new CacheWorld(), prefix = "medusa") {
  const server = new ScriptedServer(world.runtime, { memcached: world.memcached })
  const items = new JsonItems(server, world.runtime)
  return { world, server, items, shared: new SharedItems(items, new KeySpace(prefix)) }
}

const plusOne = (old: unknown): number => (typeof old === "number" ? old : 0) + 1

describe("SharedItems", () => {
  it("gives another process what one has written", async () => {
    const { world, shared } = open()
    expect(await shared.write("progress", { done: 3 }, 60)).toBe(true)
    expect(await open(world).shared.read("progress")).toEqual({ done: 3 })
    expect(world.memcached.keys()).toEqual(["medusa:~shared:progress"])
  })

  it("knows nothing of what was not written, of other names and of other prefixes", async () => {
    const { world, shared } = open()
    await shared.write("a", 1, 60)
    expect(await shared.read("b")).toBeUndefined()
    expect(await open(world, "medusa:eu").shared.read("a")).toBeUndefined()
    expect(await open(world, "other").shared.read("a")).toBeUndefined()
  })

  it("forgets when the time is over, and never with a TTL of 0", async () => {
    const { world, shared } = open()
    await shared.write("short", 1, 10)
    await shared.write("long", 2, 0)
    await world.runtime.advance(11_000)
    expect(await shared.read("short")).toBeUndefined()
    expect(await shared.read("long")).toBe(2)
  })

  it.each([
    ["a space", "a b"],
    ["a line break", "line\nbreak"],
    ["~head", "~head"],
    ["*", "*"],
    ["not ASCII", "ü😀"],
    ["half a character", "\ud800"],
    ["10,000 characters", "x".repeat(10_000)],
  ])("takes any name: %s", async (_, name) => {
    const { world, shared } = open()
    expect(await shared.write(name, name.length, 60)).toBe(true)
    expect(await shared.read(name)).toBe(name.length)
    for (const key of world.memcached.keys()) expect(key).toMatch(/^medusa:~shared:[\x21-\x7e]{1,235}$/)
  })

  it("loses no change of processes that change it at once", async () => {
    const world = new CacheWorld()
    const processes = Array.from({ length: 4 }, () => open(world))
    await Promise.all(processes.map(({ shared }) => shared.update("count", plusOne, 60)))
    expect(await open(world).shared.read("count")).toBe(4)
  })

  it("leaves the item alone when nothing is to be changed", async () => {
    const { server, shared } = open()
    await shared.write("a", 1, 60)
    expect(await shared.update("a", () => undefined, 60)).toBe(true)
    expect(server.sentOf("set")).toHaveLength(1)
  })

  it.each([
    ["a value over the limit", "x".repeat(MAX_JSON_BYTES)],
    ["nothing", undefined],
    ["a function", () => 1],
    ["a BigInt", 1n],
  ])("refuses %s, and keeps what was there", async (_, value) => {
    const { server, shared } = open()
    await shared.write("a", "old", 60)
    expect(await shared.write("a", value, 60)).toBe(false)
    if (value !== undefined) expect(await shared.update("a", () => value, 60)).toBe(false)
    expect(await shared.read("a")).toBe("old")
    expect(server.sentOf("set")).toHaveLength(1)
  })

  it("refuses a TTL that is none", async () => {
    const { shared } = open()
    expect(await shared.write("a", 1, -1)).toBe(false)
    expect(await shared.update("a", plusOne, Number.NaN)).toBe(false)
  })

  it.each([
    ["no JSON", "{"],
    ["more than is ever written", JSON.stringify("x".repeat(MAX_JSON_BYTES))],
  ])("takes for nothing what is %s", async (_, stored) => {
    const { world, shared } = open()
    world.memcached.execute(ownItem("medusa:~shared:a", stored))
    expect(await shared.read("a")).toBeUndefined()
    expect(await shared.update("a", plusOne, 60)).toBe(true)
    expect(await shared.read("a")).toBe(1)
  })

  it("answers while Memcached is away", async () => {
    const { server, shared } = open()
    server.enter("down")
    expect(await shared.read("a")).toBeUndefined()
    expect(await shared.write("a", 1, 60)).toBe(false)
    expect(await shared.update("a", plusOne, 60)).toBe(false)
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
    const { world, server, items } = open()
    const interfere = (command: Command): undefined => {
      if (command.op === "set" && command.cas) {
        world.memcached.execute(ownItem("a", "9"))
      }
      return undefined
    }
    await items.write("a", 1, 60)
    server.script = interfere
    expect(await items.update("a", plusOne, 60)).toEqual({ status: "contended" })
    expect(await items.read("a")).toEqual({ status: "ok", value: 9 })
  })

  it("is not fooled by a token from before a reconnection", async () => {
    const { server, items } = open()
    await items.write("a", 1, 60)
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
    const { server, items } = open()
    await items.write("a", 1, 60)
    server.script = ({ op }) => (op === "get" ? { status: "ok", value: Buffer.from("5") } : undefined)
    expect(await items.update("a", plusOne, 60)).toEqual({ status: "refused" })
  })
})

import { ManualRuntime } from "../../__tests__/manual-runtime"
import { type Script, ScriptedServer, UNREACHABLE } from "../../__tests__/scripted-server"
import type { Command } from "../../memcached/server"
import { tryItem } from "../../memcached/item-trial"

function open(script: Script = () => undefined) {
  const runtime = new ManualRuntime()
  const server = new ScriptedServer(runtime)
  server.script = script
  return { runtime, server }
}

/** Answers to the nth command of a kind, counted from 1, instead of what memcached would answer. */
function instead(op: Command["op"], nth: number, answer: NonNullable<ReturnType<Script>>): Script {
  let seen = 0
  return (command) => (command.op === op && ++seen === nth ? answer : undefined)
}

describe("tryItem", () => {
  it("finds nothing wrong with memcached, and leaves nothing there", async () => {
    const { runtime, server } = open()

    await expect(tryItem(server, runtime)).resolves.toBeUndefined()
    expect(new Set(server.sent.map(({ op }) => op))).toEqual(new Set(["set", "get", "delete"]))
    const [name = ""] = server.sent.map(({ key }) => key)
    // Without the colon that ends every prefix, so that no cache has an item of this name.
    expect(name).toMatch(/^medusa-memcached-check-[0-9a-f]{16}$/)
    expect(server.memcached.execute({ op: "get", key: name }).status).toBe("missing")
  })

  it.each<[string, Script, string]>([
    ["does not store", instead("set", 1, { status: "too_large" }), 'did not store an item: it answered "too large"'],
    ["forgets", instead("get", 1, { status: "missing" }), "did not find an item that was just stored"],
    [
      "changes items",
      instead("get", 1, { status: "ok", value: Buffer.from("?"), flags: 42 }),
      "returned a different item",
    ],
    ["does not swap", instead("set", 2, { status: "exists" }), "did not change an item by compare-and-swap"],
    ["swaps whatever the token", instead("set", 3, { status: "ok" }), "Start memcached without -C"],
    ["does not delete", instead("delete", 1, { status: "missing" }), "did not delete an item"],
    ["keeps what was deleted", instead("get", 2, { status: "ok" }), "did not remove an item that was deleted"],
  ])("says that a server %s", async (_name, script, message) => {
    const { runtime, server } = open(script)

    const error = await tryItem(server, runtime)
    expect(error?.code).toBe("server_error")
    expect(error?.message).toContain(message)
    expect(server.sent.at(-1)?.op).toBe("delete")
  })

  it("says why a server could not be asked", async () => {
    const { runtime, server } = open(instead("get", 1, "unreachable"))

    expect(await tryItem(server, runtime)).toBe(UNREACHABLE.error)
  })
})

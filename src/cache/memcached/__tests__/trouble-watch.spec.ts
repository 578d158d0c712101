import { ManualRuntime } from "../../../../testing/manual-runtime"
import type { Reply } from "../server"
import { TroubleWatch } from "../trouble-watch"

const STORED: Reply = { status: "ok", cas: { connection: 1, unique: 1n } }
const WITHOUT_CAS: Reply = { status: "ok" }
const REFUSED: Reply = { status: "server_error" }

function open() {
  const runtime = new ManualRuntime()
  const watch = new TroubleWatch(runtime)
  const begun: string[] = []
  watch.onTrouble((kind) => begun.push(kind))
  return {
    runtime,
    watch,
    begun,
    store: (reply: Reply) => watch.note("set", reply, reply === REFUSED),
    kind: () => watch.trouble?.kind,
  }
}

describe("TroubleWatch", () => {
  it("knows of nothing while all is well", () => {
    const { watch, store, kind } = open()
    store(STORED)
    watch.note("get", STORED, false)
    watch.note("get", { status: "missing" }, false)
    watch.note("delete", WITHOUT_CAS, false)
    watch.note("append", WITHOUT_CAS, false)
    watch.note("get", REFUSED, false)

    expect(kind()).toBeUndefined()
  })

  it("tells once of memory that is short, while stores succeed and fail in turns, and of its end", async () => {
    const { runtime, watch, begun, store, kind } = open()
    const sinceMs = runtime.now()
    for (let i = 0; i < 100; i++) {
      store(i % 2 === 0 ? REFUSED : STORED)
      await runtime.advance(1_000)
    }
    expect(watch.trouble).toEqual({ kind: "out_of_memory", sinceMs })
    expect(begun).toEqual(["out_of_memory"])

    await runtime.advance(60_000)
    watch.note("get", STORED, false)
    expect(kind()).toBe("out_of_memory")
    store(STORED)
    expect(kind()).toBeUndefined()
  })

  it.each(["get", "set", "add"] as const)(
    "tells of numbers that are missing in the answer to %s, and of their return",
    (op) => {
      const { watch, begun, kind } = open()
      watch.note(op, WITHOUT_CAS, false)
      watch.note(op, WITHOUT_CAS, false)
      expect([kind(), begun]).toEqual(["no_cas", ["no_cas"]])

      watch.note(op, STORED, false)
      expect(kind()).toBeUndefined()
    }
  )

  it("starts anew with a connection that may be to another server", () => {
    const { watch, store, kind } = open()
    store(REFUSED)
    watch.forget()

    expect(kind()).toBeUndefined()
  })
})

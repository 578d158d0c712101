import fc from "fast-check"
import { ManualRuntime, settle } from "../../../testing/manual-runtime"
import { ScriptedServer } from "../../../testing/scripted-server"
import { hashOfKey, hashOfTag } from "../hash"
import { Cluster } from "../memcached"
import { KeySpace } from "../keys"
import { TagIndex } from "../tag-index"

const HOUR_MS = 3_600_000

class Indexed {
  readonly runtime = new ManualRuntime()
  readonly server = new ScriptedServer(this.runtime)
  readonly index: TagIndex

  constructor(options: { enabled?: boolean; maxBytesPerTag?: number } = {}) {
    this.index = new TagIndex(new KeySpace("medusa"), this.runtime, new Cluster([this.server]), {
      enabled: true,
      retentionSeconds: 86_400,
      maxBytesPerTag: 1_024,
      ...options,
    })
  }

  note(key: string, ...tags: string[]): void {
    this.index.note(key, tags, [hashOfKey(key), ...tags.map(hashOfTag)])
  }

  async written(): Promise<void> {
    await this.runtime.advance(100)
  }

  listOf(tag: string): string {
    return this.server.memcached.execute({ op: "get", key: `medusa:~idx:${tag}` }).value?.toString() ?? "none"
  }
}

describe("the tag index", () => {
  it("costs no request when an entry is stored, and is written soon after, each list in one request", async () => {
    const indexed = new Indexed()
    indexed.note("k1", "a", "b")
    indexed.note("k2", "a")
    expect(indexed.server.sent).toEqual([])

    await indexed.written()
    expect(indexed.listOf("a")).toBe("k1\nk2\n")
    expect(indexed.listOf("b")).toBe("k1\n")
    expect(indexed.server.sentOf("add")).toHaveLength(2)
    expect(indexed.server.sentOf("append")).toHaveLength(0)

    indexed.note("k3", "a", "c")
    await indexed.written()
    expect(indexed.listOf("a")).toBe("k1\nk2\nk3\n")
    expect(indexed.server.sentOf("add")).toHaveLength(3)
    expect(indexed.server.sentOf("append")).toHaveLength(1)
  })

  it("appends to a list of another process, and adds one that has expired", async () => {
    const indexed = new Indexed()
    const other = { op: "add", key: "medusa:~idx:a", value: Buffer.from("theirs\n"), flags: 0, expiration: 0 } as const
    indexed.server.memcached.execute(other)
    indexed.note("k1", "a", "b")
    await indexed.written()
    expect(indexed.listOf("a")).toBe("theirs\nk1\n")

    indexed.server.memcached.execute({ op: "delete", key: "medusa:~idx:b" })
    indexed.note("k2", "a", "b")
    await indexed.written()
    expect([indexed.listOf("a"), indexed.listOf("b")]).toEqual(["theirs\nk1\nk2\n", "k2\n"])
  })

  it("finds keys before and after they were written, each once", async () => {
    const indexed = new Indexed()
    indexed.note("k1", "a", "b")
    expect(await indexed.index.keysOf(["a", "b"])).toEqual(["k1"])

    await indexed.written()
    indexed.note("k2", "b")
    expect(new Set(await indexed.index.keysOf(["a", "b"]))).toEqual(new Set(["k1", "k2"]))
    expect(await indexed.index.keysOf(["c"])).toEqual([])
  })

  it("finds keys while they are being written", async () => {
    const indexed = new Indexed()
    indexed.note("evicted", "a")
    await indexed.written()
    indexed.server.memcached.execute({ op: "delete", key: "medusa:~idx:a" })
    indexed.note("k", "a")
    indexed.server.held = true
    await indexed.written()
    expect(indexed.server.sentOf("append")).toHaveLength(1)
    expect(indexed.listOf("a")).toBe("none")

    const found = indexed.index.keysOf(["a"])
    indexed.server.release()
    expect(await found).toEqual(["k"])
  })

  it("writes a pair once, however often the entry is stored", async () => {
    const indexed = new Indexed()
    for (let i = 0; i < 20; i++) {
      indexed.note("k", "a", "b")
      await indexed.written()
    }

    expect(indexed.listOf("a")).toBe("k\n")
    expect(indexed.server.sentOf("add")).toHaveLength(2)
    expect(indexed.server.sentOf("append")).toHaveLength(0)
  })

  it("writes a pair again when half of the list's life is over", async () => {
    const indexed = new Indexed()
    indexed.note("k", "a")
    await indexed.runtime.advance(12 * HOUR_MS)
    indexed.note("k", "a")
    await indexed.written()

    expect(indexed.listOf("a")).toBe("k\nk\n")
  })

  it("is written again after the lists were lost", async () => {
    const indexed = new Indexed()
    indexed.note("k", "a")
    await indexed.written()
    indexed.server.enter("down")
    indexed.server.memcached.restart()
    indexed.server.enter("ready")
    indexed.note("k", "a")
    await indexed.written()

    expect(indexed.listOf("a")).toBe("k\n")
  })

  it("reads no list that is far too long, and replaces it", async () => {
    const indexed = new Indexed({ maxBytesPerTag: 1_024 })
    const value = Buffer.from("k\n".repeat(5_000))
    indexed.server.memcached.execute({ op: "set", key: "medusa:~idx:a", value, flags: 0, expiration: 0 })
    expect(await indexed.index.keysOf(["a"])).toEqual([])

    await indexed.index.sweep(["a"], new Set())
    expect(indexed.listOf("a")).toBe("")
  })

  it("is written again when it could not be written at first", async () => {
    const indexed = new Indexed()
    indexed.server.script = () => "unreachable"
    indexed.note("k", "a")
    await indexed.written()
    indexed.server.script = () => undefined
    indexed.note("k", "a")
    await indexed.written()

    expect(indexed.listOf("a")).toBe("k\n")
  })

  it("keeps each list bounded, with its newest keys", async () => {
    const indexed = new Indexed({ maxBytesPerTag: 1_024 })
    let largest = 0
    for (let i = 0; i < 400; i++) {
      indexed.note(`key-${String(i).padStart(4, "0")}`, "a")
      await indexed.written()
      largest = Math.max(largest, indexed.listOf("a").length)
    }

    expect(largest).toBeLessThanOrEqual(2 * 1_024)
    expect(indexed.listOf("a")).toContain("key-0399\n")
    expect(indexed.listOf("a")).not.toContain("key-0000\n")
  })

  it("loses dead keys when a reader finds many of them, and takes them again when they are stored again", async () => {
    const indexed = new Indexed()
    for (const key of ["k1", "k2", "k3"]) indexed.note(key, "a")
    await indexed.written()
    await indexed.index.sweep(["a"], new Set(["k1", "k2"]))
    expect(indexed.listOf("a")).toBe("k3\n")

    indexed.note("k1", "a")
    await indexed.written()
    expect(indexed.listOf("a")).toBe("k3\nk1\n")
  })

  it("is not rewritten for one dead key among many", async () => {
    const indexed = new Indexed()
    for (const key of ["k1", "k2", "k3"]) indexed.note(key, "a")
    await indexed.written()
    await indexed.index.sweep(["a"], new Set(["k1"]))

    expect(indexed.listOf("a")).toBe("k1\nk2\nk3\n")
  })

  it("loses nothing that somebody appends while it is swept", async () => {
    const indexed = new Indexed()
    for (const key of ["k1", "k2"]) indexed.note(key, "a")
    await indexed.written()
    indexed.server.script = (command) => {
      if (command.op === "set") {
        indexed.server.script = () => undefined
        indexed.server.memcached.execute({ op: "append", key: command.key, value: Buffer.from("k9\n") })
      }
      return undefined
    }
    await indexed.index.sweep(["a"], new Set(["k1", "k2"]))

    expect(indexed.listOf("a")).toBe("k1\nk2\nk9\n")
  })

  it("leaves out keys with a line break, which would be two, and takes any other", async () => {
    const indexed = new Indexed()
    indexed.note("two\nlines", "a")
    await indexed.written()
    expect(indexed.server.sent).toEqual([])

    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: "grapheme", minLength: 1 }),
        fc.string({ unit: "binary" }),
        async (key, tag) => {
          fc.pre(!key.includes("\n"))
          const fresh = new Indexed()
          fresh.note(key, tag)
          await fresh.written()
          expect(await fresh.index.keysOf([tag])).toEqual([key])
        }
      ),
      { numRuns: 50 }
    )
  })

  it("can be turned off", async () => {
    const indexed = new Indexed({ enabled: false })
    indexed.note("k", "a")
    await indexed.written()

    expect(indexed.server.sent).toEqual([])
  })

  it("lets the event loop turn between large parts", async () => {
    const indexed = new Indexed()
    indexed.note("k", ...Array.from({ length: 1_600 }, (_, i) => `tag-${i}`))
    const written: number[] = []
    void indexed.runtime.advance(100)
    for (let turn = 0; turn < 40; turn++) {
      await new Promise<void>((resolve) => setImmediate(resolve))
      written.push(indexed.server.sentOf("add").length)
    }

    expect(new Set(written)).toEqual(new Set([0, 500, 1_000, 1_500, 1_600]))
  })

  it("takes no more than so many pairs that wait, and asks a server that is down for nothing", async () => {
    const indexed = new Indexed()
    indexed.server.enter("down")
    for (let i = 0; i < 60; i++) indexed.note(`k${i}`, ...Array.from({ length: 1_000 }, (_, tag) => `tag-${tag}`))
    await indexed.written()
    await settle()

    expect(indexed.server.sent).toEqual([])
  })

  it("writes nothing after it was closed", async () => {
    const indexed = new Indexed()
    indexed.note("k", "a")
    await indexed.index.close()
    await indexed.written()

    expect(indexed.server.sent).toEqual([])
    expect(indexed.runtime.timers).toBe(0)
  })
})

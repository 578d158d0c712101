import { settle } from "../../../../testing/manual-runtime"
import { ClearBatch, type ClearOutcome } from "../clear-batch"
import { isReference } from "../record"
import { CLEAR_TIMEOUT_MS, LogProcess, LogWorld, MAX_PENDING_HASHES, MAX_RECORD_HASHES } from "./log-process"

const range = (count: number, from = 0): number[] => Array.from({ length: count }, (_, i) => from + i)

/** What became of a call so far. */
function watch(call: Promise<ClearOutcome>): () => string {
  let status = "waits"
  void call.then((outcome) => (status = outcome.status))
  return () => status
}

function oneProcess(): { world: LogWorld; writer: LogProcess } {
  const world = new LogWorld()
  return { world, writer: new LogProcess(world) }
}

const swapsOf = (writer: LogProcess): number => writer.server.sentOf("set", "~head").length

describe("a clear", () => {
  it("has resolved when the head has been swapped, with its record in it", async () => {
    const { world, writer } = oneProcess()

    expect(await writer.clear(7, 8)).toEqual({ status: "applied" })
    expect(world.head).toMatchObject({ version: 1, tail: [{ everything: false, explicit: [7, 8], automatic: [] }] })
    expect(writer.log.hasPending).toBe(false)
  })

  it("needs one round trip when nobody else has written since the last", async () => {
    const { writer } = oneProcess()
    await writer.clear(1)
    writer.server.sent.length = 0
    await writer.clear(2)

    expect(writer.server.sent.map((command) => command.op)).toEqual(["set"])
  })

  it("reads the head first while others write as well, and not any more when they have stopped", async () => {
    const { world, writer } = oneProcess()
    const other = new LogProcess(world)
    const opsOfNext = async (): Promise<string[]> => {
      writer.server.sent.length = 0
      await writer.clear(1)
      return writer.server.sent.filter(({ key }) => key === world.keys.head()).map(({ op }) => op)
    }
    await writer.clear(0)
    await other.clear(2)
    expect(await opsOfNext()).toEqual(["set", "get", "set"])
    await other.clear(2)
    expect(await opsOfNext()).toEqual(["get", "set"])
    expect(await opsOfNext()).toEqual(["get", "set"])
    expect(await opsOfNext()).toEqual(["set"])
  })

  it("travels with those of the same tick in one record", async () => {
    const { world, writer } = oneProcess()
    await Promise.all(range(50).map((hash) => writer.clear(hash)))

    expect(world.head?.version).toBe(1)
    expect(writer.committed).toEqual([{ calls: 50, tags: 50 }])
  })

  it("waits for the one that is under way, and then travels with all others that did", async () => {
    const { world, writer } = oneProcess()
    await writer.clear(0)
    const swapsBefore = swapsOf(writer)
    writer.server.held = true
    const first = writer.clear(1)
    await settle()
    const later = [writer.clear(2), writer.clear(3)]
    await settle()
    expect(swapsOf(writer) - swapsBefore).toBe(1)

    writer.server.held = false
    writer.server.release()
    await Promise.all([first, ...later])
    expect(swapsOf(writer) - swapsBefore).toBe(2)
    expect(world.head?.tail.at(-1)).toMatchObject({ explicit: [2, 3] })
  })

  it("of more hashes than a record holds becomes several records, and has resolved when all are in", async () => {
    const { world, writer } = oneProcess()
    const explicit = range(MAX_RECORD_HASHES + 10)

    expect(await writer.log.append({ everything: false, explicit, automatic: [5] })).toEqual({ status: "applied" })
    expect(world.head?.version).toBeGreaterThanOrEqual(2)
    const reader = new LogProcess(world)
    await reader.follow()
    for (const hash of [0, MAX_RECORD_HASHES - 1, MAX_RECORD_HASHES, MAX_RECORD_HASHES + 9]) {
      expect(
        reader.tagVersions.voids(
          { epoch: world.head?.epoch ?? 0, version: 0 },
          { hashes: [hash], autoInvalidate: true }
        )
      ).toBe(true)
    }
  })

  it("of many hashes stands beside the head, so that no lookup pays for it", async () => {
    const { world, writer } = oneProcess()
    await writer.clear(...range(9))

    expect(world.head?.tail.map(isReference)).toEqual([true])
  })

  it("keeps what leaves the head before the head no longer has it", async () => {
    const { world, writer } = oneProcess()
    for (const hash of range(6)) await writer.clear(hash)
    const keys = writer.server.sentOf("set").map((command) => command.key)

    expect(world.head?.tail).toHaveLength(4)
    expect(keys.slice(-2)).toEqual([expect.stringMatching(/~log:\w+:2$/), world.keys.head()])
  })

  it("is seen at once by the process that made it", async () => {
    const { writer } = oneProcess()
    await writer.follow()
    await writer.clear(7)

    expect(writer.tagVersions.version).toBe(1)
    expect(writer.serves(0, 7)).toBe(false)
  })
})

describe("a clear that races with others", () => {
  it("is in the log, whoever wins", async () => {
    const world = new LogWorld()
    const writers = range(6).map(() => new LogProcess(world))
    const calls = range(5).flatMap((round) => writers.map((writer, i) => writer.clear(round * 10 + i)))
    let done = false
    const all = Promise.all(calls).finally(() => (done = true))
    while (!done) await world.runtime.advance(50)

    expect(await all).toEqual(calls.map(() => ({ status: "applied" })))
    const reader = new LogProcess(world)
    await reader.follow()
    const { epoch, version } = world.head ?? { epoch: 0, version: 0 }
    expect(version).toBeLessThanOrEqual(10)
    for (const hash of range(5).flatMap((round) => range(6, round * 10))) {
      expect(reader.tagVersions.voids({ epoch, version: 0 }, { hashes: [hash], autoInvalidate: true })).toBe(true)
    }
  })

  it("is written again after the head was evicted in between", async () => {
    const { world, writer } = oneProcess()
    await writer.clear(1)
    world.memcached.evict(world.keys.head())

    expect(await writer.clear(2)).toEqual({ status: "applied" })
    expect(world.head).toMatchObject({ version: 1, tail: [{ explicit: [2] }] })
  })

  it("is not fooled by a token of an earlier connection", async () => {
    const { world, writer } = oneProcess()
    await writer.clear(1)
    world.memcached.restart()
    writer.server.reconnect()
    const other = new LogProcess(world)
    await other.clear(5)

    expect(await writer.clear(2)).toEqual({ status: "applied" })
    expect(world.head?.tail).toMatchObject([{ explicit: [5] }, { explicit: [2] }])
  })

  it("finds out that its swap was carried out although the answer was lost, and does not write twice", async () => {
    const { world, writer } = oneProcess()
    await writer.clear(1)
    let lost = 0
    writer.server.script = (command) => (command.op === "set" && lost++ === 0 ? "lost" : undefined)

    expect(await writer.clear(2)).toEqual({ status: "applied" })
    expect(world.head?.version).toBe(2)
  })

  it("of everything does not settle a server when an earlier attempt had written it, before marks were read anew", async () => {
    const { world, writer } = oneProcess()
    await writer.clear(1)
    const only = writer.log.of("")
    let begun = 0
    expect(await only.commits.addEverything(undefined, () => (begun += 1))).toEqual(new Set())
    expect(begun).toBe(1)

    let lost = 0
    writer.server.script = (command) => (command.op === "set" && lost++ === 0 ? "lost" : undefined)
    const settled = only.commits.addEverything(undefined, () => (begun += 1))
    await settle()
    await world.runtime.advance(1_000)
    expect(await settled).toBeUndefined()
    expect(begun).toBe(3)
    expect(world.head?.tail.filter(({ id }) => id === world.head?.tail.at(-1)?.id)).toHaveLength(1)
  })

  it("is written when its swap was not carried out and the answer was lost", async () => {
    const { world, writer } = oneProcess()
    await writer.clear(1)
    let lost = 0
    writer.server.script = (command) => (command.op === "set" && lost++ === 0 ? "unreachable" : undefined)

    expect(await writer.clear(2)).toEqual({ status: "applied" })
    expect(world.head).toMatchObject({ version: 2, tail: [{ explicit: [1] }, { explicit: [2] }] })
  })
})

describe("a clear that cannot be delivered", () => {
  it("waits for the time-out, resolves as pending, and is delivered when the server is back", async () => {
    const { world, writer } = oneProcess()
    writer.server.enter("down")
    const outcome = watch(writer.clear(7))
    await world.runtime.advance(CLEAR_TIMEOUT_MS - 1)
    expect(outcome()).toBe("waits")
    expect(writer.log.hasPending).toBe(false)

    await world.runtime.advance(1)
    expect(outcome()).toBe("pending")
    expect(writer.log.hasPending).toBe(true)
    expect(writer.pending).toBe(1)

    writer.server.enter("ready")
    await settle()
    expect(world.head?.tail).toMatchObject([{ explicit: [7] }])
    expect(writer.log.hasPending).toBe(false)
  })

  it("is applied when the server is back in time", async () => {
    const { world, writer } = oneProcess()
    writer.server.enter("down")
    const outcome = watch(writer.clear(7))
    await world.runtime.advance(CLEAR_TIMEOUT_MS - 100)
    writer.server.enter("ready")
    await settle()

    expect(outcome()).toBe("applied")
  })

  it("lets later ones resolve as pending at once, and all are delivered", async () => {
    const { world, writer } = oneProcess()
    writer.server.enter("down")
    const first = writer.clear(1)
    await world.runtime.advance(CLEAR_TIMEOUT_MS)
    expect(await first).toMatchObject({ status: "pending" })
    expect(await writer.clear(2)).toMatchObject({ status: "pending" })
    writer.server.enter("ready")
    await settle()

    expect(world.head?.tail).toMatchObject([{ explicit: [1, 2] }])
    expect(writer.log.hasPending).toBe(false)
    expect(await writer.clear(3)).toEqual({ status: "applied" })
  })

  it("never waits longer than its time-out, also behind one that was under way for long", async () => {
    const { world, writer } = oneProcess()
    await writer.clear(0)
    writer.server.timeoutMs = 2 * CLEAR_TIMEOUT_MS
    writer.server.held = true
    const first = watch(writer.clear(1))
    await world.runtime.advance(100)
    const second = watch(writer.clear(2))
    await world.runtime.advance(CLEAR_TIMEOUT_MS - 200)
    writer.server.release()
    await settle()
    expect([first(), second()]).toEqual(["applied", "waits"])

    await world.runtime.advance(200)
    expect(second()).toBe("pending")
  })

  it("is pending when one of its parts is", async () => {
    const { world, writer } = oneProcess()
    await writer.clear(0)
    const call = watch(writer.log.append({ everything: false, explicit: range(MAX_RECORD_HASHES + 1), automatic: [] }))
    let swaps = 0
    writer.server.script = (command) => (command.key === world.keys.head() && swaps++ >= 1 ? "unreachable" : undefined)
    await world.runtime.advance(CLEAR_TIMEOUT_MS)

    expect(world.head?.version).toBe(2)
    expect(call()).toBe("pending")
  })

  it("becomes one clear of everything when too much is pending, and memory stays bounded", async () => {
    const { world, writer } = oneProcess()
    writer.server.enter("down")
    const first = writer.clear(1)
    await world.runtime.advance(CLEAR_TIMEOUT_MS)
    await first
    for (let part = 0; part <= MAX_PENDING_HASHES; part += 100) {
      const explicit = range(100, part)
      expect((await writer.log.append({ everything: false, explicit, automatic: [] })).status).toBe("pending")
    }
    writer.server.enter("ready")
    await settle()

    expect(world.head).toMatchObject({ version: 1, tail: [{ everything: true, explicit: [] }] })
    expect(writer.log.hasPending).toBe(false)
  })

  it("is not made of everything up to that", async () => {
    const { world, writer } = oneProcess()
    writer.server.enter("down")
    const call = writer.log.append({ everything: false, explicit: range(MAX_PENDING_HASHES), automatic: [] })
    await world.runtime.advance(CLEAR_TIMEOUT_MS)
    await call
    writer.server.enter("ready")
    await settle()

    expect(world.head?.tail.map(isReference)).toEqual([true, true])
  })
})

describe("a clear of everything on one server that waits together with others", () => {
  /** A swap is under way to a server that has stopped answering, and more waits than is kept. */
  async function stalled() {
    const { world, writer } = oneProcess()
    await writer.clear(1)
    const { commits } = writer.log.of("")
    writer.server.script = ({ op }) => (op === "set" ? "unreachable" : undefined)
    commits.add(batchOf(2))
    await settle()
    const written = commits.addEverything(() => ["other:11211"])
    const batch = batchOf(...range(MAX_PENDING_HASHES + 1))
    commits.add(batch)
    commits.fallBehind()
    return { world, writer, commits, written, batch }
  }

  function batchOf(...explicit: number[]): ClearBatch {
    const batch = new ClearBatch(explicit.length)
    void batch.add({ everything: false, explicit, automatic: [] }, 0)
    return batch
  }

  it("puts its marks into the head, also when all of them become one clear of everything", async () => {
    const { world, writer, written } = await stalled()
    writer.server.script = () => undefined
    await world.runtime.advance(5_000)

    expect(await written).toEqual(new Set(["other:11211"]))
    expect(world.head?.members).toMatchObject([{ name: "other:11211" }])
    expect(world.head?.tail.at(-1)).toMatchObject({ everything: true })
  })

  it("is told that it is not written when it became one with a clear that is taken back", async () => {
    const { commits, written, batch } = await stalled()

    expect(commits.withdraw(batch)).toBe(true)
    expect(await written).toBeUndefined()
  })
})

describe("many clears that wait at once", () => {
  it("are all answered, also when they become one of everything", async () => {
    const { world, writer } = oneProcess()
    writer.server.enter("down")
    let answers = 0
    for (const hash of range(200_000)) void writer.clear(hash % 10).then(() => (answers += 1))
    const many = watch(writer.clear(...range(MAX_PENDING_HASHES)))
    await world.runtime.advance(CLEAR_TIMEOUT_MS)
    expect(answers).toBe(200_000)
    expect(many()).toBe("pending")

    writer.server.enter("ready")
    await settle()
    expect(world.head?.tail.at(-1)).toMatchObject({ everything: true })
  })

  it("that cannot be delivered are answered in a later turn of the event loop, so that a loop of them ends", async () => {
    const { world, writer } = oneProcess()
    writer.server.enter("down")
    void writer.clear(1)
    await world.runtime.advance(CLEAR_TIMEOUT_MS)
    const turn = { isOver: false }
    setImmediate(() => (turn.isOver = true))
    let clears = 0
    while (!turn.isOver && clears < 10_000) {
      await writer.clear(2)
      clears += 1
    }

    expect(turn.isOver).toBe(true)
    expect(clears).toBeLessThan(10)
  })
})

describe("a server on which no head can be changed", () => {
  const refuseSwaps = (writer: LogProcess): void => {
    writer.server.script = (command) =>
      command.op === "set" && command.key.endsWith("~head") ? { status: "exists" } : undefined
  }

  it.each([
    ["nothing", undefined],
    ["bytes that are no head", Buffer.from("no head")],
  ])("makes reading it a miss after some attempts, and does not keep the process busy: %s", async (_, found) => {
    const { world, writer } = oneProcess()
    if (found) world.memcached.execute({ op: "set", key: world.keys.head(), value: found, flags: 0, expiration: 0 })
    refuseSwaps(writer)
    expect(await writer.read()).toBeUndefined()
    const sent = writer.server.sent.length
    expect(sent).toBeLessThan(30)

    for (let i = 0; i < 10; i++) expect(await writer.read()).toBeUndefined()
    expect(writer.server.sent.length).toBeLessThanOrEqual(sent + 10)
    writer.server.script = () => undefined
    await world.runtime.advance(1_000)
    expect(await writer.read()).toBeDefined()
  })

  it("makes a clear pending in time, and closing ends", async () => {
    for (const isHeadThere of [true, false]) {
      const { world, writer } = oneProcess()
      if (isHeadThere) await writer.clear(1)
      refuseSwaps(writer)
      const outcome = watch(writer.clear(7))
      await world.runtime.advance(CLEAR_TIMEOUT_MS)
      expect(outcome()).toBe("pending")
      expect(writer.server.sent.length).toBeLessThan(500)

      let closed = false
      void writer.log.close().then(() => (closed = true))
      await world.runtime.advance(CLEAR_TIMEOUT_MS)
      expect(closed).toBe(true)
    }
  })

  it("does not end the queue by an error: what was wrong is told, and the clear is delivered later", async () => {
    const { world, writer } = oneProcess()
    await writer.clear(1)
    const warn = jest.spyOn(process, "emitWarning").mockImplementation(() => undefined)
    const submit = writer.server.submit.bind(writer.server)
    writer.server.submit = () => {
      throw new RangeError("out of range")
    }
    const outcome = watch(writer.clear(7))
    await settle()
    expect(warn.mock.calls[0]).toMatchObject(["out of range", { type: "CacheClearError" }])
    writer.server.submit = submit
    warn.mockRestore()
    await world.runtime.advance(1_000)

    expect(outcome()).toBe("applied")
    expect(world.head?.version).toBe(2)
  })
})

describe("closing", () => {
  it("delivers what waits", async () => {
    const { world, writer } = oneProcess()
    const call = writer.clear(7)
    await writer.log.close()

    expect(await call).toEqual({ status: "applied" })
    expect(world.head?.version).toBe(1)
  })

  it("gives up after the time-out of a clear while the server is away", async () => {
    const { world, writer } = oneProcess()
    writer.server.enter("down")
    const outcome = watch(writer.clear(7))
    await settle()
    let closed = false
    void writer.log.close().then(() => (closed = true))
    await world.runtime.advance(CLEAR_TIMEOUT_MS - 1)
    expect(closed).toBe(false)

    await world.runtime.advance(1)
    expect(closed).toBe(true)
    expect(outcome()).toBe("pending")
  })

  it("gives up at once on what is pending already, after one more attempt", async () => {
    const { world, writer } = oneProcess()
    writer.server.enter("down")
    void writer.clear(7)
    await world.runtime.advance(CLEAR_TIMEOUT_MS)
    let closed = false
    void writer.log.close().then(() => (closed = true))
    await settle()

    expect(closed).toBe(true)
  })

  it("lets a clear that comes afterwards end as pending, and not hang", async () => {
    const { world, writer } = oneProcess()
    await writer.log.close()
    await writer.server.close()
    const outcome = watch(writer.clear(7))
    await world.runtime.advance(CLEAR_TIMEOUT_MS)

    expect(outcome()).toBe("pending")
  })
})

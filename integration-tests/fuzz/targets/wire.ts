import { Cluster } from "../../../src/cache/memcached"
import { EventEmitter } from "node:events"
import net, { type NetConnectOpts } from "node:net"
import { isDeepStrictEqual } from "node:util"
import { serverOf } from "../../../src/api/admin/cache/presenters"
import { ManualRuntime } from "../../../testing/manual-runtime"
import { ScriptedServer } from "../../../testing/scripted-server"
import { checksumOf, intactValue } from "../../../src/cache/support/checksum"
import { DependableServer } from "../../../src/cache/memcached/dependable-server"
import { MetaParser } from "../../../src/cache/memcached/meta-parser"
import { OPCODE } from "../../../src/cache/memcached/protocol"
import type { Protocol } from "../../../src/cache/memcached/server-options"
import type { Reply } from "../../../src/cache/memcached/server"
import { ServerStatistics } from "../../../src/cache/insight/server-statistics"
import { ServerWatch } from "../../../src/cache/insight/health"
import type { Prng } from "../../../testing/prng"
import { altered, damaged } from "../mutations"
import { Accepted, assert, assertShowable, type Target } from "../target"
import { SeededWorld } from "../worlds"

const NAMES = ["medusa:a", "medusa:bb", "medusa:ccc", "medusa:dddd"]
const VALUES = new Map(NAMES.map((name, i) => [name, Buffer.from(`${name} `.repeat(1 + 40 * i))]))

/** Where a client begins to count whose `random` says 0.5. */
const FIRST_OPAQUE = 2 ** 31

interface Response {
  readonly key?: string
  readonly extras?: Buffer
  readonly value?: Buffer
}

function response(opcode: number, number: number, { key = "", extras = NONE, value = NONE }: Response = {}): Buffer {
  const header = Buffer.alloc(24)
  header.writeUInt8(0x81, 0)
  header.writeUInt8(opcode, 1)
  header.writeUInt16BE(key.length, 2)
  header.writeUInt8(extras.length, 4)
  header.writeUInt32BE(extras.length + key.length + value.length, 8)
  header.writeUInt32BE(FIRST_OPAQUE + number, 12)
  return Buffer.concat([header, extras, Buffer.from(key), value])
}

/** With a checksum that is good under any name, as entries have it. */
function hit(number: number, value: Buffer): Buffer {
  const extras = Buffer.alloc(4)
  extras.writeUInt32BE(checksumOf(value))
  return response(OPCODE.get, number, { extras, value })
}

function metaHit(number: number, value: Buffer): Buffer {
  const line = `VA ${value.length} f${checksumOf(value)} c${2 ** 33 + number} O${FIRST_OPAQUE + number}\r\n`
  return Buffer.concat([Buffer.from(line), value, Buffer.from("\r\n")])
}

const NONE = Buffer.alloc(0)
/**
 * What a server says each time that it is written to: to the handshake, and then to a get of each name, to `stats`, and
 * to the question for the settings that a client has by itself.
 */
const SPEECHES: Readonly<Record<Protocol, readonly Buffer[]>> = {
  binary: [
    Buffer.concat([response(OPCODE.version, 0, { value: Buffer.from("1.6.38") }), response(OPCODE.noop, 1)]),
    Buffer.concat([
      ...[...VALUES.values()].map((value, i) => hit(2 + i, value)),
      response(OPCODE.stat, 6, { key: "pid", value: Buffer.from("1") }),
      response(OPCODE.stat, 6),
      response(OPCODE.stat, 7, { key: "item_size_max", value: Buffer.from("2048") }),
      response(OPCODE.stat, 7),
    ]),
  ],
  meta: [
    Buffer.from("VERSION 1.6.38\r\n".repeat(3)),
    Buffer.from("MN\r\n"),
    Buffer.concat([
      ...[...VALUES.values()].map((value, i) => metaHit(4 + i, value)),
      Buffer.from("STAT pid 1\r\nEND\r\nSTAT item_size_max 2048\r\nEND\r\n"),
    ]),
  ],
}

interface Conversation {
  readonly protocol: Protocol
  /** What is sent for each thing that is said, before the end. */
  readonly parts: readonly (readonly Buffer[])[]
  /** Only cut, at random places. */
  readonly intact: boolean
}

/** A socket without a network, which says what it was told to when it is written to. */
class ToldSocket extends EventEmitter {
  /** Of the next one; who connects again finds nobody. */
  static conversation: Conversation | undefined
  bytesRead = 0
  readonly #onread: NonNullable<NetConnectOpts["onread"]>
  readonly #parts: (readonly Buffer[])[]
  readonly #speeches: Buffer[]
  #destroyed = false

  constructor({ onread }: NetConnectOpts) {
    super()
    if (!onread) throw new Error("the client reads into a buffer of its own")
    this.#onread = onread
    const { protocol = "binary", parts = [] } = ToldSocket.conversation ?? {}
    this.#parts = [...parts]
    this.#speeches = [...SPEECHES[protocol]]
    process.nextTick(() => (ToldSocket.conversation ? this.emit("connect") : this.destroy()))
  }

  write(): void {
    const part = this.#parts.shift()
    const intact = this.#speeches.shift()
    if (!part || !intact) return
    process.nextTick(() => {
      for (const chunk of part) if (!this.#destroyed) this.#read(chunk)
      // Nobody waits for a part of a handshake.
      if (this.#parts.length > 0 && part.length > 0 && Buffer.concat(part).equals(intact)) return
      ToldSocket.conversation = undefined
      if (!this.#destroyed) this.emit("end")
    })
  }

  destroy(): this {
    if (!this.#destroyed) process.nextTick(() => this.emit("close"))
    this.#destroyed = true
    return this
  }

  cork(): void {}
  uncork(): void {}
  unref(): void {}
  setNoDelay(): void {}
  setKeepAlive(): void {}

  #read(chunk: Buffer): void {
    const { buffer } = this.#onread
    if (!(buffer instanceof Uint8Array)) throw new Error("the client reads into one buffer")
    buffer.set(chunk)
    this.bytesRead += chunk.length
    this.#onread.callback(chunk.length, buffer)
  }
}

/** The whole client, with a server that says these bytes and hangs up. */
const connectionIn = (protocol: Protocol): Target<Conversation> => ({
  name: `connection and response parser, ${protocol} protocol`,
  weight: 16,
  generate: (chance) => {
    const intact = chance.chance(0.2)
    const cut = (bytes: Buffer, isSpared: boolean): Buffer[] =>
      chunksOf(chance, intact || isSpared ? bytes : damaged(chance, bytes, bytes))
    const speeches = SPEECHES[protocol]
    const parts = speeches.map((bytes, i) => cut(bytes, chance.chance(i < speeches.length - 1 ? 0.9 : 0.1)))
    return { protocol, intact, parts }
  },
  check: async (conversation) => {
    ToldSocket.conversation = conversation
    const world = new SeededWorld()
    const client = new DependableServer({
      host: "told",
      port: 1,
      protocol: conversation.protocol,
      runtime: world.runtime,
    })
    const answers: Reply[][] = NAMES.map(() => [])
    const replies = NAMES.map(
      (key, i) =>
        new Promise<void>((resolve) => {
          client.submit({ op: "get", key }, (reply) => {
            answers[i]?.push(reply.value ? { ...reply, value: Buffer.from(reply.value) } : reply)
            resolve()
          })
        })
    )
    const stats = client
      .stats()
      .catch((error: unknown) => assert(error instanceof Error, "what was thrown is no error"))
    await world.answerTo(Promise.all([...replies, stats]))
    await world.answerTo(client.close())
    NAMES.forEach((name, i) => {
      const [reply, ...others] = answers[i] ?? []
      assert(reply !== undefined && others.length === 0, `${name} was answered ${1 + others.length} times`)
      const value = reply && intactValue(reply)
      assert(!conversation.intact || value !== undefined, `${name} was answered with ${reply?.status}`)
      if (value && !VALUES.get(name)?.equals(value)) throw new Accepted(`${name} has another value`)
    })
  },
})

/** What was found must not depend on where the network cuts. */
const metaCuts: Target<{ readonly bytes: Buffer; readonly chunks: readonly Buffer[] }> = {
  name: "meta protocol, cut anywhere",
  weight: 8,
  generate: (chance) => {
    const bytes = damaged(
      chance,
      Buffer.concat(SPEECHES.meta),
      Buffer.from("EN\r\nHD O1\r\nHD c5 O1\r\nVA 0 f1\r\n\r\n")
    )
    return { bytes, chunks: chunksOf(chance, bytes) }
  },
  check: ({ bytes, chunks }) => {
    assert(isDeepStrictEqual(foundIn(chunks), foundIn([bytes])), "what was found depends on the cuts")
  },
}

function foundIn(chunks: readonly Buffer[]): unknown[] {
  const found: unknown[] = []
  const parser = new MetaParser({
    onForeignBytes: () => found.push("foreign bytes"),
    onHeader: ({ bodyBytes }) => (bodyBytes > 100_000 ? "refused" : bodyBytes > 200 ? "header" : "whole"),
    onResponse: ({ status, flags, casHigh, casLow, value }) =>
      found.push([status, flags, casHigh, casLow, value.toString("latin1")]) > 0,
  })
  for (const chunk of chunks) parser.push(chunk)
  return found
}

function chunksOf(chance: Prng, bytes: Buffer): Buffer[] {
  const chunks: Buffer[] = []
  for (let at = 0, size = 0; at < bytes.length; at += size) {
    size = chance.between(1, chance.pick([3, 30, 3_000]))
    chunks.push(bytes.subarray(at, at + size))
  }
  return chunks
}

const STATS = {
  version: "1.6.38",
  ...{ uptime: "3600", time: "1767229200", bytes: "1000", limit_maxbytes: "67108864", curr_items: "5", evictions: "2" },
  ...{ curr_connections: "3", get_hits: "10", get_misses: "4" },
}

/** Text, as it comes from the wire. */
const statistics: Target<Record<string, string>> = {
  name: "statistics of a server",
  weight: 8,
  generate: (chance) =>
    Object.fromEntries(
      Object.entries(altered(chance, altered(chance, STATS)) ?? {}).map(([name, value]) => [
        name,
        `${JSON.stringify(value)}`.replaceAll('"', ""),
      ])
    ),
  check: async (told) => {
    const runtime = new ManualRuntime()
    const server = Object.assign(new ScriptedServer(runtime), { stats: () => Promise.resolve(told) })
    const cluster = new Cluster([server])
    const reports = await new ServerStatistics(cluster, new ServerWatch(cluster, runtime), runtime).read()
    assertShowable(reports.map(serverOf))
  },
}

export function wireTargets(): Target[] {
  Object.assign(net, { connect: (options: NetConnectOpts) => new ToldSocket(options) })
  return [connectionIn("binary"), connectionIn("meta"), metaCuts, statistics]
}

import { Writable } from "node:stream"

import { Utils } from "memjs"

import { keySizeBytes } from "../protocol"
import type { Command } from "../server"
import { WriteBatch } from "../write-batch"

/** Takes writes as a socket does: what is corked arrives as one. */
class Recorder extends Writable {
  readonly writes: Buffer[][] = []

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.writes.push([chunk])
    done()
  }

  override _writev(chunks: { chunk: unknown }[], done: () => void): void {
    this.writes.push(chunks.map(({ chunk }) => chunk as Buffer))
    done()
  }
}

function store(value: Buffer, cas?: bigint): Command {
  const token = cas === undefined ? {} : { cas: { connection: 1, unique: cas } }
  return { op: "set", key: "medusa:ü", value, flags: 0x01020304, expiration: 2_592_000, ...token }
}

/** What memjs, an independent implementation, makes of the same command. */
function encodedByMemjs(command: Command, opaque: number): Buffer {
  const opcodes = { get: 0, set: 1, add: 2, delete: 4, append: 14 }
  const stores = command.op === "set" || command.op === "add"
  const extras = Buffer.alloc(stores ? 8 : 0)
  if (stores) {
    extras.writeUInt32BE(command.flags, 0)
    extras.writeUInt32BE(command.expiration, 4)
  }
  const value = command.op === "get" || command.op === "delete" ? "" : command.value
  const frame = Utils.makeRequestBuffer(opcodes[command.op], command.key, extras, value, opaque)
  if (command.op === "set" && command.cas !== undefined) {
    frame.writeBigUInt64BE(command.cas.unique, 16)
  }
  return frame
}

const large = Buffer.alloc(300_000, "large")

const COMMANDS: Command[] = [
  { op: "get", key: "medusa:a" },
  { op: "get", key: "ü".repeat(125) },
  { op: "delete", key: "x".repeat(250) },
  { op: "append", key: "k", value: Buffer.from("more") },
  { op: "append", key: "k", value: large },
  store(Buffer.from("value")),
  store(Buffer.alloc(0)),
  store(large),
  store(Buffer.from("value"), 0xfedcba9876543210n),
  { op: "add", key: "k", value: Buffer.from("value"), flags: 0xffffffff, expiration: 0xffffffff },
]

describe("WriteBatch", () => {
  it.each(COMMANDS)("encodes %p as memjs does", (command) => {
    const [batch, socket] = [new WriteBatch(), new Recorder()]
    batch.addCommand(command, keySizeBytes(command.key), 0xfffffffe)
    batch.writeTo(socket)
    expect(Buffer.concat(socket.writes.flat()).equals(encodedByMemjs(command, 0xfffffffe))).toBe(true)
  })

  it("hands over everything of a tick in one write and in order, whatever the sizes", () => {
    const [batch, socket] = [new WriteBatch(), new Recorder()]
    const commands = Array.from({ length: 500 }, (_, index) => COMMANDS[index % COMMANDS.length] ?? store(large))
    commands.forEach((command, index) => batch.addCommand(command, keySizeBytes(command.key), index))
    batch.writeTo(socket)
    expect(socket.writes).toHaveLength(1)
    const expected = commands.map((command, index) => encodedByMemjs(command, index))
    expect(Buffer.concat(socket.writes.flat()).equals(Buffer.concat(expected))).toBe(true)
  })

  it("puts values of every size where they belong, also where a slab ends", () => {
    const [batch, socket] = [new WriteBatch(), new Recorder()]
    const commands = Array.from({ length: 3_000 }, (_, index) => store(Buffer.alloc(index, `${index} `)))
    commands.forEach((command, index) => batch.addCommand(command, keySizeBytes(command.key), index))
    batch.writeTo(socket)
    const expected = commands.map((command, index) => encodedByMemjs(command, index))
    expect(Buffer.concat(socket.writes.flat()).equals(Buffer.concat(expected))).toBe(true)
  })

  it("never touches bytes again that the socket was given: it may not have sent them yet", () => {
    const [batch, socket] = [new WriteBatch(), new Recorder()]
    const expected: Buffer[] = []
    for (let index = 0; index < 2_000; index++) {
      const command: Command = { op: "get", key: `medusa:${index}` }
      batch.addCommand(command, command.key.length, index)
      batch.writeTo(socket)
      expected.push(encodedByMemjs(command, index))
    }
    expect(Buffer.concat(socket.writes.flat()).equals(Buffer.concat(expected))).toBe(true)
  })

  it("does not copy large values", () => {
    const [batch, socket] = [new WriteBatch(), new Recorder()]
    batch.addCommand(store(large), 8, 1)
    batch.writeTo(socket)
    expect(socket.writes.flat()).toContain(large)
  })
})

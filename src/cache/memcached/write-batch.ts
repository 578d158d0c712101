import type { Writable } from "node:stream"

import { HEADER_BYTES, OPCODE, REQUEST_MAGIC } from "./protocol"
import type { Command } from "./server"

/**
 * Collects the requests of one tick, so that they leave in one write. A system call for each would mean twenty calls
 * for twenty lookups and, while Nagle's algorithm waits, a second round trip.
 *
 * Small requests are encoded side by side into a slab. No byte of a slab is written twice, because the socket may still
 * hold it. A full slab is replaced by one of zeros, so that fields that are zero in every request need not be written.
 * Large values are not copied: they travel between two pieces of slab in the same vectored write. A value must
 * therefore not change before its command has been answered.
 */

/** The size of a slab, in bytes: room for some 300 lookups. */
const SLAB_BYTES = 16 * 1024

/** Below this size a copy is cheaper than another piece in the vector, in bytes. */
const COPY_BELOW_BYTES = 2 * 1024

/** The size of the flags and the expiration of set and add, in bytes. */
const STORE_EXTRAS_BYTES = 8

export class WriteBatch {
  #slab = Buffer.alloc(SLAB_BYTES)
  #start = 0
  #end = 0
  #parts: Buffer[] = []

  addCommand(command: Command, keyBytes: number, opaque: number): void {
    switch (command.op) {
      case "get":
        this.#addHead(OPCODE.get, opaque, command.key, keyBytes, 0, 0)
        return
      case "delete":
        this.#addHead(OPCODE.delete, opaque, command.key, keyBytes, 0, 0)
        return
      case "append":
        this.#addHead(OPCODE.append, opaque, command.key, keyBytes, 0, command.value.length)
        this.#addValue(command.value)
        return
      default: {
        const { op, key, value, flags, expiration } = command
        const offset = this.#addHead(OPCODE[op], opaque, key, keyBytes, STORE_EXTRAS_BYTES, value.length)
        this.#slab.writeUInt32BE(flags, offset + HEADER_BYTES)
        this.#slab.writeUInt32BE(expiration, offset + HEADER_BYTES + 4)
        if (op === "set" && command.cas !== undefined) {
          this.#slab.writeBigUInt64BE(command.cas.unique, offset + 16)
        }
        this.#addValue(value)
      }
    }
  }

  /** Adds a request that has been encoded elsewhere, or a value. */
  addFrame(frame: Buffer): void {
    this.#addValue(frame)
  }

  /** Adds text of at most some hundred bytes: it has to fit into a slab. */
  addText(text: string, sizeBytes = text.length): void {
    const offset = this.#reserve(sizeBytes)
    this.#slab.write(text, offset, sizeBytes === text.length ? "latin1" : "utf8")
  }

  /** Hands everything to the socket as one write. */
  writeTo(socket: Writable): void {
    if (this.#parts.length === 0) {
      socket.write(this.#takeSlab())
      return
    }
    const parts = this.#parts
    this.#parts = []
    socket.cork()
    for (const part of parts) {
      socket.write(part)
    }
    if (this.#end > this.#start) {
      socket.write(this.#takeSlab())
    }
    socket.uncork()
  }

  /** Encodes a header and a key, with room for extras between them. Returns where the header starts. */
  #addHead(
    opcode: number,
    opaque: number,
    key: string,
    keyBytes: number,
    extrasBytes: number,
    valueBytes: number
  ): number {
    const offset = this.#reserve(HEADER_BYTES + extrasBytes + keyBytes)
    const slab = this.#slab
    const bodyBytes = extrasBytes + keyBytes + valueBytes
    slab[offset] = REQUEST_MAGIC
    slab[offset + 1] = opcode
    slab[offset + 3] = keyBytes
    slab[offset + 4] = extrasBytes
    slab[offset + 8] = bodyBytes >>> 24
    slab[offset + 9] = bodyBytes >>> 16
    slab[offset + 10] = bodyBytes >>> 8
    slab[offset + 11] = bodyBytes
    slab[offset + 12] = opaque >>> 24
    slab[offset + 13] = opaque >>> 16
    slab[offset + 14] = opaque >>> 8
    slab[offset + 15] = opaque
    slab.write(key, offset + HEADER_BYTES + extrasBytes, keyBytes === key.length ? "latin1" : "utf8")
    return offset
  }

  #addValue(value: Buffer): void {
    if (value.length < COPY_BELOW_BYTES) {
      // Reserve first: this may replace the slab.
      const offset = this.#reserve(value.length)
      value.copy(this.#slab, offset)
      return
    }
    if (this.#end > this.#start) {
      this.#parts.push(this.#takeSlab())
    }
    this.#parts.push(value)
  }

  /** Makes room in the slab, or puts the slab away and starts another one. */
  #reserve(sizeBytes: number): number {
    if (this.#end + sizeBytes > SLAB_BYTES) {
      if (this.#end > this.#start) {
        this.#parts.push(this.#takeSlab())
      }
      this.#slab = Buffer.alloc(SLAB_BYTES)
      this.#start = 0
      this.#end = 0
    }
    const offset = this.#end
    this.#end += sizeBytes
    return offset
  }

  #takeSlab(): Buffer {
    const piece = this.#slab.subarray(this.#start, this.#end)
    this.#start = this.#end
    return piece
  }
}

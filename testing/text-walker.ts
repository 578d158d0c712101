import { OPCODE, STATUS } from "../src/cache/memcached/protocol"
import type { Frame } from "./frame-walker"

const LF = 0x0a
const LINE_END_BYTES = 2

const STATUS_OF: Readonly<Record<string, number>> = {
  HD: STATUS.ok,
  VA: STATUS.ok,
  EN: STATUS.keyNotFound,
  NF: STATUS.keyNotFound,
  NS: STATUS.itemNotStored,
  EX: STATUS.keyExists,
}

/**
 * Follows one direction of one connection of the meta and text protocols, from line to line, in the terms of the binary
 * one. Of the responses it announces those that have an opaque. Gives up at the first byte that begins no line, so that
 * it does no harm to TLS.
 */
export class TextWalker {
  readonly #onFrame: (frame: Frame) => void
  #line = Buffer.alloc(0)
  #valueLeft = 0
  #lost = false

  constructor(onFrame: (frame: Frame) => void = () => undefined) {
    this.#onFrame = onFrame
  }

  /** Is the next byte the first one of a line? */
  get isBetweenFrames(): boolean {
    return this.#lost || (this.#valueLeft === 0 && this.#line.length === 0)
  }

  push(chunk: Buffer): void {
    let rest = chunk
    while (rest.length > 0 && !this.#lost) {
      if (this.#valueLeft > 0) {
        const skipped = Math.min(this.#valueLeft, rest.length)
        this.#valueLeft -= skipped
        rest = rest.subarray(skipped)
      } else {
        rest = this.#takeLine(rest)
      }
    }
  }

  #takeLine(rest: Buffer): Buffer {
    const lineFeed = rest.indexOf(LF)
    const taken = lineFeed === -1 ? rest.length : lineFeed + 1
    this.#line = Buffer.concat([this.#line, rest.subarray(0, taken)])
    this.#lost = !/^[A-Za-z]/.test(this.#line.toString("latin1", 0, 1))
    if (lineFeed !== -1 && !this.#lost) {
      this.#read(this.#line.toString("utf8").trimEnd().split(" "))
      this.#line = Buffer.alloc(0)
    }
    return rest.subarray(taken)
  }

  #read([word = "", ...words]: readonly string[]): void {
    const size = { ms: words[1], set: words[3], VA: words[0] }[word]
    this.#valueLeft = size === undefined ? 0 : Number(size) + LINE_END_BYTES
    const opaque = Number(words.find((flag) => /^O\d+$/.test(flag))?.slice(1) ?? Number.NaN)
    const status = STATUS_OF[word]
    if (status !== undefined) {
      if (!Number.isNaN(opaque)) this.#onFrame({ opcode: 0, status, opaque, key: "" })
      return
    }
    const opcode = opcodeOf(word, words)
    const isOfKey = word === "mg" || word === "ms" || word === "md"
    if (opcode !== undefined) this.#onFrame({ opcode, status: 0, opaque, key: isOfKey ? (words[0] ?? "") : "" })
  }
}

function opcodeOf(word: string, words: readonly string[]): number | undefined {
  switch (word) {
    case "mg":
      return OPCODE.get
    case "ms":
      return words.includes("MA") ? OPCODE.append : words.includes("ME") ? OPCODE.add : OPCODE.set
    case "md":
      return OPCODE.delete
    case "mn":
      return OPCODE.noop
    case "set":
      return OPCODE.saslAuth
    case "version":
      return OPCODE.version
    case "stats":
      return OPCODE.stat
    default:
      return undefined
  }
}

import type { Response } from "memjs"
import { OPCODE, RESPONSE_MAGIC, STATUS } from "./protocol"
import type { Expected, ResponseView } from "./response-parser"

const NOTHING = Buffer.alloc(0)

const FLAG = { flags: "f".charCodeAt(0), opaque: "O".charCodeAt(0), cas: "c".charCodeAt(0) } as const

const SPACE = 0x20
const ZERO = 0x30
const NINE = 0x39

/** Numbers up to here have no rounding error. */
const MAX_EXACT = 2 ** 53

/** The beginnings of lines, as the number of their first two letters. */
const codeOf = (letters: string): number => (letters.charCodeAt(0) << 8) | letters.charCodeAt(1)
const [HD, VA, EN, NF, NS, EX, MN] = ["HD", "VA", "EN", "NF", "NS", "EX", "MN"].map(codeOf)

/**
 * What a line answers: a get, a set or delete, any of them ("done"), or one of the other commands. Only the first three have
 * an opaque. An error may answer any command.
 */
type Kind = "get" | "change" | "done" | "noop" | "version" | "statistic" | "end" | "login" | "error"

const CHANGES: ReadonlySet<number> = new Set([OPCODE.set, OPCODE.add, OPCODE.append, OPCODE.delete])

/** One line of the meta or text protocol, in the terms of the binary one, with its value. It is filled again and again. */
export class MetaFrame implements ResponseView {
  status = 0
  flags = 0
  casHigh = 0
  casLow = 0
  /** The size of the value. */
  bodyBytes = 0
  readonly keyBytes = 0
  readonly extrasBytes = 0
  hasValue = false
  /** The value, or the text of a line of the older text protocol. */
  value: Buffer = NOTHING
  #kind: Kind = "change"
  #opaque: number | undefined

  /** Reads the line in `[start, end)`, without its end. Returns false when it is none of the protocol. */
  read(buffer: Buffer, start: number, end: number): boolean {
    this.status = STATUS.ok
    this.flags = this.casHigh = this.casLow = this.bodyBytes = 0
    this.hasValue = false
    this.value = NOTHING
    this.#kind = "change"
    this.#opaque = undefined
    const hasTwoLetters = end - start === 2 || buffer[start + 2] === SPACE
    if (!hasTwoLetters) return this.#readText(buffer.toString("latin1", start, end))
    switch (((buffer[start] ?? 0) << 8) | (buffer[start + 1] ?? 0)) {
      case VA:
        this.#kind = "get"
        this.hasValue = true
        return this.#readSize(buffer, start + 3, end)
      case HD:
        this.#kind = "done"
        break
      case EN:
        this.#kind = "get"
        this.status = STATUS.keyNotFound
        break
      case NF:
        this.status = STATUS.keyNotFound
        break
      case NS:
        this.status = STATUS.itemNotStored
        break
      case EX:
        this.status = STATUS.keyExists
        break
      case MN:
        this.#kind = "noop"
        break
      default:
        return false
    }
    return this.#readFlags(buffer, start + 2, end)
  }

  isAnswerTo({ opcode, opaque, isWithoutValue = false }: Expected): boolean {
    switch (this.#kind) {
      case "get":
        // memcached 1.6.12 says "EN" and nothing else.
        return opcode === OPCODE.get && (this.#opaque === opaque || (!this.hasValue && this.#opaque === undefined))
      case "change":
        return CHANGES.has(opcode) && this.#opaque === opaque
      case "done":
        return (CHANGES.has(opcode) || isWithoutValue) && this.#opaque === opaque
      case "noop":
        return opcode === OPCODE.noop
      case "version":
        return opcode === OPCODE.version
      case "statistic":
      case "end":
        return opcode === OPCODE.stat
      case "login":
        return opcode === OPCODE.saslAuth
      case "error":
        return true
    }
  }

  get isEnd(): boolean {
    return this.#kind === "end" || this.#kind === "error"
  }

  /** Returns what memjs would have parsed of the binary protocol's response. */
  asMemjs({ opcode, opaque }: Expected): Response {
    const text = this.value.toString("latin1")
    const space = this.#kind === "statistic" ? text.indexOf(" ") : -1
    const key = Buffer.from(text.slice(0, Math.max(0, space)), "latin1")
    const val = Buffer.from(text.slice(space + 1), "latin1")
    const header = {
      ...{ magic: RESPONSE_MAGIC, opcode, keyLength: key.length, extrasLength: 0, dataType: 0, status: this.status },
      ...{ totalBodyLength: key.length + val.length, opaque, cas: Buffer.alloc(8) },
    }
    return { header, key, val, extras: NOTHING }
  }

  #readSize(buffer: Buffer, start: number, end: number): boolean {
    let at = start
    let size = 0
    for (; at < end; at++) {
      const digit = buffer[at] ?? 0
      if (digit < ZERO || digit > NINE) break
      size = size * 10 + digit - ZERO
    }
    this.bodyBytes = size
    return at > start && size < MAX_EXACT && this.#readFlags(buffer, at, end)
  }

  /** Reads flags such as `f30`, `c5` and `O7`, each after a space, or two ("NF  O7"). Others are passed over. */
  #readFlags(buffer: Buffer, start: number, end: number): boolean {
    let at = start
    while (at < end) {
      if (buffer[at] !== SPACE) return false
      while (buffer[at] === SPACE) at++
      const flag = buffer[at]
      const from = at + 1
      let number = 0
      for (at = from; at < end && buffer[at] !== SPACE; at++) number = number * 10 + (buffer[at] ?? 0) - ZERO
      if (flag === FLAG.flags) this.flags = number >>> 0
      else if (flag === FLAG.opaque) this.#opaque = number
      else if (flag === FLAG.cas) this.#setCas(number, buffer, from, at)
    }
    return true
  }

  #setCas(number: number, buffer: Buffer, from: number, to: number): void {
    if (number < MAX_EXACT) {
      this.casHigh = Math.floor(number / 2 ** 32)
      this.casLow = number >>> 0
      return
    }
    const digits = buffer.toString("latin1", from, to)
    const exact = /^\d{1,20}$/.test(digits) ? BigInt.asUintN(64, BigInt(digits)) : 0n
    this.casHigh = Number(exact >> 32n)
    this.casLow = Number(exact & 0xffff_ffffn)
  }

  #readText(line: string): boolean {
    const known = TEXT_LINES.find(({ starts }) => starts.test(line))
    if (!known) return false
    this.#kind = known.kind
    this.status = known.status ?? STATUS.ok
    this.value = Buffer.from(line.replace(known.starts, "").trim(), "latin1")
    this.bodyBytes = this.value.length
    return true
  }
}

/** "Error strings" of protocol.txt, with the texts of proto_text.c and memcached.c, and the answers that we ask for. */
const TEXT_LINES: readonly { readonly starts: RegExp; readonly kind: Kind; readonly status?: number }[] = [
  { starts: /^STAT /, kind: "statistic" },
  { starts: /^(END|RESET)$/, kind: "end" },
  { starts: /^VERSION /, kind: "version" },
  { starts: /^STORED$/, kind: "login" },
  // memjs takes an error without a text for the end of the statistics.
  { starts: /^(?=ERROR$)/, kind: "error", status: STATUS.unknownCommand },
  { starts: /^CLIENT_ERROR (?=unauthenticated|authentication)/, kind: "error", status: STATUS.authenticationError },
  { starts: /^SERVER_ERROR (?=object too large)/, kind: "error", status: STATUS.valueTooLarge },
  { starts: /^SERVER_ERROR (?=out of memory)/i, kind: "error", status: STATUS.outOfMemory },
  { starts: /^CLIENT_ERROR /, kind: "error", status: STATUS.invalidArguments },
  { starts: /^SERVER_ERROR /, kind: "error", status: STATUS.internalError },
]

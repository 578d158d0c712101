import { connect, type Socket } from "node:net"
import { once } from "node:events"
import { deflateSync, inflateSync } from "node:zlib"
import type { ICachingProviderService } from "@medusajs/framework/types"
import type { Algorithm } from "../../src/cache/codec/algorithm"
import { DEFAULT_LEVELS } from "../../src/cache/codec/compression"
import { zstd } from "../../src/cache/codec/zstd"
import type { Contender } from "./contender"

type GetInput = Parameters<ICachingProviderService["get"]>[0]
type SetInput = Parameters<ICachingProviderService["set"]>[0]

/** As the providers do: smaller JSON is not compressed. */
const COMPRESSED_FROM_BYTES = 2_048
const COMPRESSED = 1

/** The cheapest that Node.js has: Zstandard, or else zlib, as in Redis. */
const CHEAPEST: Pick<Algorithm, "compressSync" | "decompressSync"> = zstd ?? {
  compressSync: (raw) => deflateSync(raw),
  decompressSync: (bytes, rawBytes) => inflateSync(bytes, { chunkSize: rawBytes + 1 }),
}

/** How a stored item is asked for and read. */
interface Ready {
  readonly request: Buffer
  readonly rawBytes: number
}

/**
 * What any client takes at least: ready requests on a bare socket, answers of a known shape, decompressing and parsing.
 * No tags, no clears, no time-outs, no errors.
 */
class Floor implements ICachingProviderService {
  readonly #socket: Socket
  readonly #ready = new Map<string, Ready>()
  readonly #waiting: { readonly rawBytes: number; readonly resolve: (data: unknown) => void }[] = []
  #received: Buffer = Buffer.alloc(0)

  constructor(socket: Socket) {
    this.#socket = socket
    socket.on("data", (chunk) => this.#read(chunk))
    // An answer that does not come must not leave the bench waiting.
    socket.on("close", () => this.#waiting.splice(0).forEach(({ resolve }) => resolve(undefined)))
  }

  get({ key = "" }: GetInput): Promise<unknown> {
    const { request, rawBytes } = this.#ready.get(key) ?? { request: requestOf(key), rawBytes: 0 }
    return new Promise((resolve) => {
      this.#waiting.push({ rawBytes, resolve })
      this.#socket.write(request)
    })
  }

  set({ key, data }: SetInput): Promise<void> {
    const raw = Buffer.from(JSON.stringify(data))
    const isCompressed = raw.length >= COMPRESSED_FROM_BYTES
    const value = isCompressed ? CHEAPEST.compressSync(raw, DEFAULT_LEVELS.zstd) : raw
    const line = `set ${nameOf(key)} ${isCompressed ? COMPRESSED : 0} 0 ${value.length}\r\n`
    this.#ready.set(key, { request: requestOf(key), rawBytes: raw.length })
    return new Promise((resolve) => {
      this.#waiting.push({ rawBytes: 0, resolve: () => resolve() })
      this.#socket.write(Buffer.concat([Buffer.from(line), value, Buffer.from("\r\n")]))
    })
  }

  clear(): Promise<void> {
    return Promise.reject(new Error("the floor has no tags to clear"))
  }

  #read(chunk: Buffer): void {
    let bytes = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk])
    for (;;) {
      const lineEnd = bytes.indexOf("\r\n")
      if (lineEnd < 0) break
      const line = bytes.toString("latin1", 0, lineEnd)
      let end = lineEnd + 2
      let data: unknown = null
      if (line.startsWith("VALUE")) {
        const [, , flags, size] = line.split(" ")
        const valueEnd = end + Number(size)
        end = valueEnd + "\r\nEND\r\n".length
        if (bytes.length < end) break
        const value = bytes.subarray(lineEnd + 2, valueEnd)
        data = JSON.parse(Number(flags) === COMPRESSED ? this.#unfolded(value) : value.toString())
      }
      bytes = bytes.subarray(end)
      this.#waiting.shift()?.resolve(data)
    }
    this.#received = bytes
  }

  #unfolded(value: Buffer): string {
    return CHEAPEST.decompressSync(value, this.#waiting[0]?.rawBytes ?? 0).toString()
  }
}

const nameOf = (key: string): string => `floor:${key}`

const requestOf = (key: string): Buffer => Buffer.from(`get ${nameOf(key)}\r\n`)

export async function openFloor(server: string): Promise<Contender> {
  const [host = "", port] = server.split(":")
  const socket = connect({ host, port: Number(port), noDelay: true })
  await once(socket, "connect")
  return {
    name: "floor",
    cache: new Floor(socket),
    takeComplaints: () => [],
    close: () => {
      socket.destroy()
      return Promise.resolve()
    },
  }
}

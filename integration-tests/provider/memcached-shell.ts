import { connect } from "node:net"

const CONNECT_TIMEOUT_MS = 60_000
const HEADER = /^VALUE \S+ (\d+) (\d+)\r\n/
const END = "END\r\n"

export interface StoredItem {
  readonly flags: number
  readonly bytes: Buffer
}

/** What `get <name>` shows in a Memcached shell (protocol.txt, "Retrieval command"); undefined when there is no such item. */
export async function readItem(address: string, name: string): Promise<StoredItem | undefined> {
  const answer = await sendLine(address, `get ${name}`, (received) => received.subarray(-END.length).toString() === END)
  const header = HEADER.exec(answer.subarray(0, 512).toString("latin1"))
  if (header === null) return undefined
  const start = header[0].length
  return { flags: Number(header[1]), bytes: answer.subarray(start, start + Number(header[2])) }
}

/** One number of `stats`. */
export async function readStatistic(address: string, name: string): Promise<number> {
  const answer = await sendLine(address, "stats", (received) => received.subarray(-END.length).toString() === END)
  return Number(new RegExp(`STAT ${name} (\\d+)`).exec(answer.toString())?.[1])
}

function sendLine(address: string, line: string, isWhole: (received: Buffer) => boolean): Promise<Buffer> {
  const [host, port] = address.split(":")
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: Number(port), timeout: CONNECT_TIMEOUT_MS })
    let received: Buffer = Buffer.alloc(0)
    socket.on("connect", () => socket.write(`${line}\r\n`))
    socket.on("error", reject)
    socket.on("timeout", () => socket.destroy(new Error(`No answer to "${line}"`)))
    socket.on("data", (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      if (!isWhole(received)) return
      socket.destroy()
      resolve(received)
    })
  })
}

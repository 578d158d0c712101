import { connect } from "node:net"
import type { MemcachedProcess } from "./memcached"

/** Without an answer for so long, there are no more names. */
const TIMEOUT_MS = 500

/** Returns the names of all items: `lru_crawler metadump` of memcached's text protocol (doc/protocol.txt, "LRU_Crawler"). */
export async function itemNames({ host, port }: Pick<MemcachedProcess, "host" | "port">): Promise<string[]> {
  const dump = await new Promise<string>((resolve) => {
    let text = ""
    const socket = connect({ host, port }, () => socket.write("lru_crawler metadump all\r\n"))
    const finish = (): void => {
      socket.destroy()
      resolve(text)
    }
    socket.setTimeout(TIMEOUT_MS, finish)
    socket.on("error", finish)
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString("latin1")
      if (text.endsWith("END\r\n")) finish()
    })
  })
  return [...dump.matchAll(/^key=(\S+)/gm)].map(([, name]) => decodeURIComponent(name ?? ""))
}

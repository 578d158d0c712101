import { connect } from "node:net"

/** Returns what a memcached on this machine says of itself, by name. */
export async function memcachedStatistics(port: number): Promise<ReadonlyMap<string, string>> {
  const text = await answerTo("stats\r\n", port, (answer) => answer.endsWith("END\r\n"))
  return new Map([...text.matchAll(/^STAT (\S+) (\S+)\r$/gm)].map(([, name = "", value = ""]) => [name, value]))
}

/** Returns the memory that a Redis on this machine says its data takes, in bytes. */
export async function redisMemoryBytes(port: number): Promise<number> {
  // A bulk string: its length, and so many bytes.
  const isWhole = (answer: string): boolean => {
    const [head = "", size] = /^\$(\d+)\r\n/.exec(answer) ?? []
    return size === undefined ? answer.startsWith("-") : answer.length >= head.length + Number(size)
  }
  const text = await answerTo("INFO memory\r\n", port, isWhole)
  return Number(/^used_memory:(\d+)\r$/m.exec(text)?.[1] ?? Number.NaN)
}

async function answerTo(command: string, port: number, isWhole: (text: string) => boolean): Promise<string> {
  const socket = connect(port, "127.0.0.1").setEncoding("latin1")
  socket.write(command)
  let text = ""
  for await (const chunk of socket) {
    text += chunk
    if (isWhole(text)) break
  }
  return text
}

import { CacheError } from "../support/errors"
import { connectedEvent, connectSocket } from "./connect-socket"
import { resolveServerOptions, type ServerOptions } from "./server-options"

/** A node of a cluster. */
export interface ClusterNode {
  readonly host: string
  readonly port: number
}

/** The nodes of a cluster, as its configuration endpoint lists them. */
export interface NodeList {
  /** Grows with each change. */
  readonly version: number
  readonly nodes: readonly [ClusterNode, ...ClusterNode[]]
}

/** A cluster has at most 60 nodes (ElastiCache's quota), with names of up to 255 bytes. */
const MAX_LIST_BYTES = 32 * 1024
const MAX_NODES = 64
const HOST = /^[\w.:-]{1,255}$/

/**
 * Asks the configuration endpoint of a cluster for its nodes, with ElastiCache's command `config get cluster`
 * (Amazon ElastiCache User Guide, "Adding auto discovery to your client library"). Every node of such a cluster answers it
 * as well. Takes `connectTimeoutMs` at most. Rejects with a `CacheError`.
 */
export function readNodeList(options: ServerOptions): Promise<NodeList> {
  const { id, connectTimeoutMs, tls } = resolveServerOptions(options)
  return new Promise((resolve, reject) => {
    let answer = Buffer.alloc(0)
    let problem = `does not answer within ${connectTimeoutMs} ms`
    const socket = connectSocket(options)
    const timer = setTimeout(() => socket.destroy(), connectTimeoutMs).unref()
    socket.once(connectedEvent(tls), () => socket.write("config get cluster\r\n"))
    socket.on("data", (chunk: Buffer) => {
      answer = Buffer.concat([answer, chunk])
      const isOver = isWhole(answer)
      if (isOver) problem = "gave an answer that is no list of nodes"
      else if (answer.length > MAX_LIST_BYTES) problem = `answered with more than ${MAX_LIST_BYTES} bytes`
      else return
      socket.destroy()
    })
    socket.on("error", (error) => (problem = `cannot be reached: ${error.message}`))
    socket.on("end", () => (problem = "closed the connection before it had answered"))
    socket.on("close", () => {
      clearTimeout(timer)
      const list = isWhole(answer) ? parseNodeList(answer) : undefined
      if (list) resolve(list)
      else reject(new CacheError("unreachable", `The configuration endpoint ${id} ${problem}`))
    })
  })
}

/** An error is one line: ERROR from a server that does not know the command. */
const isWhole = (answer: Buffer): boolean => {
  const text = answer.toString("latin1")
  return text.endsWith("\r\nEND\r\n") || /^(CLIENT_|SERVER_)?ERROR[^\r\n]*\r\n/.test(text)
}

/**
 *     CONFIG cluster 0 <bytes>\r\n
 *     <version>\n
 *     <host>|<ip>|<port> <host>|<ip>|<port>\n
 *     \r\n
 *     END\r\n
 *
 * Returns undefined for anything else.
 */
export function parseNodeList(answer: Buffer): NodeList | undefined {
  const [, size = "", rest = ""] = /^CONFIG cluster \d{1,10} (\d{1,6})\r\n([^]*)$/.exec(answer.toString("latin1")) ?? []
  const body = rest.slice(0, Number(size))
  if (!/^\r?\n?\r\nEND\r\n$/.test(rest.slice(body.length))) return undefined
  const [, versionText = "", nodesText = ""] = /^(\d{1,15})\r?\n([^\r\n]+)(?:\r?\n)*$/.exec(body) ?? []
  const texts = nodesText.split(" ").filter((text) => text !== "")
  if (texts.length > MAX_NODES) return undefined
  const nodes = new Map<string, ClusterNode>()
  for (const text of texts) {
    const node = parseNode(text)
    if (!node) return undefined
    nodes.set(`${node.host} ${node.port}`, node)
  }
  const [first, ...others] = nodes.values()
  return first && { version: Number(versionText), nodes: [first, ...others] }
}

/** The name is used and not the address, since certificates are for names, and all processes have to use the same. */
function parseNode(text: string): ClusterNode | undefined {
  const [name = "", address = "", portText = "", more] = text.split("|")
  const host = name || address
  const port = /^\d{1,5}$/.test(portText) ? Number(portText) : 0
  return more === undefined && HOST.test(host) && port >= 1 && port <= 65_535 ? { host, port } : undefined
}

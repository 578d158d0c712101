import { CacheError } from "../errors"
import { connectedEvent, connectSocket } from "./connect-socket"
import { Connection } from "./connection"
import { foreignProtocol, speaksPlainText, speaksTls } from "./connection-error"
import { type ResolvedServerOptions, resolveServerOptions, type ServerOptions } from "./server-options"

/** What came back from a server that was addressed in text. */
interface TextAnswer {
  /** TCP, and TLS if asked for, were established. */
  readonly connected: boolean
  readonly answer: Buffer | undefined
}

/**
 * Tells why a server cannot be used, for the message at start-up. Many wrong servers just stay silent or hang up when
 * they are addressed in the binary protocol: a TLS port waits for a hello, a text protocol for the end of a line. So, when
 * the handshake of `Connection` fails without a clear reason, the server is asked in other languages, harmless in each of
 * them: "version" in text, a TLS hello, a binary VERSION without TLS. The password is only ever sent the way that it was
 * configured to be.
 *
 * Resolves with nothing when the server can be used. Takes at most three times `connectTimeoutMs`.
 */
export async function diagnose(options: ServerOptions): Promise<CacheError | undefined> {
  const resolved = resolveServerOptions(options)
  const error = await tryHandshake(resolved)
  if (error?.code !== "unreachable") {
    return error
  }
  return (await (resolved.tls ? diagnoseTls(resolved) : diagnosePlain(resolved))) ?? error
}

async function diagnosePlain(options: ResolvedServerOptions): Promise<CacheError | undefined> {
  const { connected, answer } = await askInText(options, false)
  if (answer !== undefined) {
    return foreignProtocol(options.id, answer)
  }
  if (connected && (await askInText(options, { rejectUnauthorized: false })).connected) {
    return speaksTls(options.id)
  }
  return undefined
}

async function diagnoseTls(options: ResolvedServerOptions): Promise<CacheError | undefined> {
  const { connected, answer } = await askInText(options, options.tls)
  if (connected) {
    return answer && foreignProtocol(options.id, answer)
  }
  const plainError = await tryHandshake({ ...options, tls: false, username: undefined, password: undefined })
  if (plainError === undefined || (plainError.code !== "unreachable" && plainError.code !== "tls_mismatch")) {
    return speaksPlainText(options.id)
  }
  return undefined
}

function tryHandshake(options: ResolvedServerOptions): Promise<CacheError | undefined> {
  return new Promise((resolve) => {
    const onReady = (): void => {
      connection.destroy(new CacheError("closed", "The diagnosis is over"))
      resolve(undefined)
    }
    const connection = new Connection(options, { onReady, onDrained: nothing, onLost: resolve, onWrite: nothing }, true)
  })
}

function askInText(options: ResolvedServerOptions, tls: ServerOptions["tls"]): Promise<TextAnswer> {
  const { host, port, connectTimeoutMs } = options
  return new Promise((resolve) => {
    let connected = false
    let answer: Buffer | undefined
    const socket = connectSocket({ host, port, tls })
    const timer = setTimeout(() => socket.destroy(), connectTimeoutMs)
    socket.once(connectedEvent(tls), () => {
      connected = true
      socket.write("version\r\n")
    })
    socket.on("data", (chunk: Buffer) => {
      answer = chunk
      socket.destroy()
    })
    // An error is always followed by "close".
    socket.on("error", () => undefined)
    socket.on("close", () => {
      clearTimeout(timer)
      resolve({ connected, answer })
    })
  })
}

const nothing = (): void => undefined

import { CacheError } from "../support/errors"
import { connectedEvent, connectSocket } from "./connect-socket"
import { Connection } from "./connection"
import {
  foreignProtocol,
  leavesOther,
  moreTelling,
  noMetaProtocol,
  speaksPlainText,
  speaksTls,
  withDates,
} from "./connection-error"
import {
  type Protocol,
  protocolsOf,
  type ResolvedServerOptions,
  resolveServerOptions,
  type ServerOptions,
} from "./server-options"

/** How long to wait for a server to speak first, before it is addressed in text, in milliseconds. */
const LISTEN_FIRST_MS = 50

/** The response of a server that was addressed in text. */
interface TextAnswer {
  /** Whether TCP, and TLS if requested, were established. */
  readonly connected: boolean
  readonly answer: Buffer | undefined
}

/**
 * Finds out why a server cannot be used, for the message at start-up. Many wrong servers stay silent or hang up when
 * they are addressed: a TLS port waits for a hello, a text protocol for the end of a line. If the handshake of
 * `Connection` fails without a clear reason, the server is therefore asked in other languages, all harmless: "version"
 * in text, a TLS hello, a binary VERSION without TLS. The password is only ever sent in the configured way.
 *
 * Resolves with nothing when the server can be used. Takes at most five times `connectTimeoutMs`.
 */
export async function diagnose(options: ServerOptions): Promise<CacheError | undefined> {
  const resolved = resolveServerOptions(options)
  const error = await tryHandshake(resolved)
  switch (error?.code) {
    case "unreachable":
      return (await (resolved.tls ? diagnoseTls(resolved) : diagnosePlain(resolved))) ?? error
    case "tls_mismatch":
      return resolved.tls ? diagnosePlainAnswer(resolved) : error
    case "certificate_expired":
      return withDates(resolved, error)
    default:
      return error
  }
}

async function diagnosePlain(options: ResolvedServerOptions): Promise<CacheError | undefined> {
  const { connected, answer } = await askInText(options, false)
  if (answer !== undefined) {
    return textAnswered(options, answer)
  }
  if (connected && (await askInText(options, { rejectUnauthorized: false })).connected) {
    return speaksTls(options.id)
  }
  return connected && (await speaksBinaryOnly(options)) ? noMetaProtocol(options) : undefined
}

/** Finds a server that waits for a binary request to be complete, when it is addressed in text. */
async function speaksBinaryOnly(options: ResolvedServerOptions): Promise<boolean> {
  if (options.protocol !== "meta") return false
  const failure = await tryProtocol({ ...options, username: undefined, password: undefined }, "binary")
  return failure === undefined || failure.error.code === "authentication_failed"
}

async function diagnoseTls(options: ResolvedServerOptions): Promise<CacheError | undefined> {
  const { connected, answer } = await askInText(options, options.tls)
  if (connected) {
    if (answer !== undefined) return textAnswered(options, answer)
    return (await speaksBinaryOnly(options)) ? noMetaProtocol(options) : undefined
  }
  const plainError = await tryHandshake({ ...options, tls: false, username: undefined, password: undefined })
  switch (plainError?.code) {
    case "connection_limit":
      return plainError
    case "unreachable":
    case "tls_mismatch":
      return undefined
    default:
      return speaksPlainText(options.id)
  }
}

/**
 * Diagnoses a server that answers a TLS hello with something else. memcached also reports without TLS that it has no
 * connection left.
 */
async function diagnosePlainAnswer(options: ResolvedServerOptions): Promise<CacheError> {
  const { answer } = await askInText(options, false)
  const error = answer && textAnswered(options, answer)
  return error?.code === "connection_limit" ? error : speaksPlainText(options.id)
}

/** Names what a server is whose handshake failed, and that has answered in text. */
const textAnswered = (options: ResolvedServerOptions, answer: Buffer): CacheError =>
  foreignProtocol(options, answer, options.protocol === "binary" ? "binary" : "meta")

/** Why a handshake has failed, and whether it got no answer in time. */
type Failure = { readonly error: CacheError } & Pick<Connection, "isSilent">

async function tryHandshake(options: ResolvedServerOptions): Promise<CacheError | undefined> {
  let error: CacheError | undefined
  for (const protocol of protocolsOf(options)) {
    const failure = await tryProtocol(options, protocol)
    if (!failure) return undefined
    error = moreTelling(error, failure.error)
    if (failure.isSilent || !leavesOther(failure.error, protocol)) break
  }
  return error
}

function tryProtocol(options: ResolvedServerOptions, protocol: Protocol): Promise<Failure | undefined> {
  return new Promise((resolve) => {
    const onReady = (): void => {
      connection.destroy(new CacheError("closed", "The diagnosis is over"))
      resolve(undefined)
    }
    const onLost = (error: CacheError): void => resolve({ error, isSilent: connection.isSilent })
    const events = { onReady, onDrained: nothing, onLost, onWrite: nothing }
    const connection = new Connection(options, protocol, events, true)
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
      // Wait first: writing to a server that has already closed makes the kernel discard its last words.
      setTimeout(() => socket.write("version\r\n"), LISTEN_FIRST_MS)
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

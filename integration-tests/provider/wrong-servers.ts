import { createServer, type Server, type Socket } from "node:net"
import { createServer as createTlsServer } from "node:tls"
import { Certificate } from "../../testing/certificate"

const HOST = "127.0.0.1"

/** Something that listens, and is no Memcached that can be used. */
export interface WrongServer {
  readonly address: string
  close(): Promise<void>
}

/** Answers in text whatever it is sent, like Redis, or a Memcached with the text protocol only. */
export function startTextServer(answer: string): Promise<WrongServer> {
  return listen((onSocket) => createServer(onSocket), answer)
}

/** Takes connections and says nothing at all. */
export function startSilentServer(): Promise<WrongServer> {
  return listen((onSocket) => createServer(onSocket), undefined)
}

/** Speaks TLS with a certificate that it makes for itself. */
export function startTlsServer(): Promise<WrongServer> {
  const certificate = new Certificate()
  const options = { key: certificate.keyPem, cert: certificate.pem }
  certificate.remove()
  return listen((onSocket) => createTlsServer(options, onSocket), "ERROR\r\n")
}

/** A Memcached that asks for a name and a password and takes none: status 0x20 of the binary protocol to everything. */
export function startRefusingServer(): Promise<WrongServer> {
  const AUTHENTICATION_ERROR = 0x20
  return startBinaryServer((header) => {
    header.writeUInt16BE(AUTHENTICATION_ERROR, 6)
    return header
  })
}

/** Turns a terminal red, names its window, and begins a line of its own. */
const ESCAPES = "\u001b[31m\u001b]0;pwned\u0007\r\n\u009b1mforged line"

/** Is a Memcached in whose version and errors there is what terminals obey. */
export function startEscapingServer(): Promise<WrongServer> {
  const [STAT, SET] = [0x10, 0x01]
  const INTERNAL_ERROR = 0x84
  const withBody = (header: Buffer, key: string, value: string): Buffer => {
    header.writeUInt16BE(key.length, 2)
    const body = Buffer.from(key + value, "latin1")
    header.writeUInt32BE(body.length, 8)
    return Buffer.concat([header, body])
  }
  return startBinaryServer((header) => {
    const end = Buffer.from(header)
    switch (header[1]) {
      case STAT:
        return Buffer.concat([withBody(header, "version", `1.6${ESCAPES}`), end])
      case SET:
        header.writeUInt16BE(INTERNAL_ERROR, 6)
        return withBody(header, "", `broken${ESCAPES}`)
      default:
        return end
    }
  })
}

/** Speaks the binary protocol, and promises a gigabyte in answer to everything. */
export function startBoastfulServer(): Promise<WrongServer> {
  return startBinaryServer((header) => {
    header.writeUInt32BE(2 ** 30, 8)
    return header
  })
}

/**
 * Answers each request of the binary protocol with what this makes of the header of a success, which has its opcode. Hangs up
 * over a header's worth of text.
 */
function startBinaryServer(answer: (header: Buffer) => Buffer): Promise<WrongServer> {
  const HEADER_BYTES = 24
  return listen(
    (onSocket) => createServer(onSocket),
    (request: Buffer) => {
      if (request[0] !== 0x80) return request.length < HEADER_BYTES ? Buffer.alloc(0) : undefined
      const answers: Buffer[] = []
      let rest = request
      while (rest.length >= HEADER_BYTES) {
        const header = Buffer.alloc(HEADER_BYTES)
        header[0] = 0x81
        header[1] = rest.readUInt8(1)
        rest.copy(header, 12, 12, 16)
        answers.push(answer(header))
        rest = rest.subarray(HEADER_BYTES + rest.readUInt32BE(8))
      }
      return Buffer.concat(answers)
    }
  )
}

type Answer = string | ((request: Buffer) => Buffer | undefined) | undefined

async function listen(create: (onSocket: (socket: Socket) => void) => Server, answer: Answer): Promise<WrongServer> {
  const sockets = new Set<Socket>()
  const server = create((socket) => {
    sockets.add(socket)
    socket.on("error", () => undefined)
    socket.on("close", () => sockets.delete(socket))
    socket.on("data", (request: Buffer) => {
      if (answer === undefined) return
      const bytes = typeof answer === "string" ? answer : answer(request)
      if (bytes === undefined) socket.destroy()
      else socket.write(bytes)
    })
  })
  // A client that does not get through a TLS handshake is an error of the server, and not one of the test.
  server.on("tlsClientError", () => undefined)
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve))
  const address = server.address()
  if (address === null || typeof address === "string") throw new Error("The server has no port")
  return {
    address: `${HOST}:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}

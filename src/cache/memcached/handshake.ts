import { CacheError } from "../support/errors"
import { authenticationFailed } from "./connection-error"
import { BinaryStep, type Request } from "./request"
import { describeStatus, OPCODE, STATUS } from "./protocol"
import type { ResponseView } from "./response-parser"
import type { ResolvedServerOptions } from "./server-options"

/** The connection that a handshake prepares. */
export interface Handshaker {
  send(request: Request): void
  onHandshakeDone(): void
  onHandshakeFailed(error: CacheError): void
}

/**
 * Prepares a new connection for commands. If there is a password, it goes first, and nothing else is sent until it has
 * been accepted. VERSION then shows that this is Memcached; it is answered without authentication. NOOP is not, so it
 * shows that commands are allowed. NOOP's number is also that of a line feed, so servers that wait for the end of a
 * line give themselves away.
 */
export function shakeHands(options: ResolvedServerOptions, handshaker: Handshaker): void {
  const { id, username, password } = options

  const requireOk = ({ status }: ResponseView): boolean => {
    if (status !== STATUS.ok) {
      handshaker.onHandshakeFailed(new CacheError("server_error", `${id} refuses commands: ${describeStatus(status)}`))
    }
    return status === STATUS.ok
  }

  const checkProtocol = (): void => {
    handshaker.send(new BinaryStep(OPCODE.version, requireOk))
    handshaker.send(
      new BinaryStep(OPCODE.noop, (frame) => {
        if (requireOk(frame)) {
          handshaker.onHandshakeDone()
        }
      })
    )
  }

  if (username === undefined || password === undefined) {
    checkProtocol()
    return
  }
  handshaker.send(
    BinaryStep.saslPlain(username, password, ({ status }) => {
      // A server without SASL does not know the command and accepts everybody.
      if (status === STATUS.ok || status === STATUS.unknownCommand) {
        checkProtocol()
      } else {
        handshaker.onHandshakeFailed(authenticationFailed(options))
      }
    })
  )
}

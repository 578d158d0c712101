import { CacheError } from "../support/errors"
import { noMetaProtocol } from "./connection-error"
import type { Handshaker } from "./handshake"
import { describeStatus, OPCODE, STATUS } from "./protocol"
import { MetaStep } from "./request"
import type { ResolvedServerOptions } from "./server-options"

/** The first release with the meta commands of today's protocol.txt. Before, "ms" refused its flag "c", for example. */
const FIRST_RELEASE = [1, 6, 10] as const

/**
 * How often the version is asked for. A memcached that speaks binary only looks at nothing before it has a header of 24 bytes
 * (try_read_command_binary), and then hangs up, so that the other protocol can be tried at once.
 */
const VERSION_QUESTIONS = 3

/**
 * Prepares a new connection for commands in the meta protocol. If there is a password, it goes first. "version" shows
 * that this is Memcached, and whether meta commands may be sent to it: those of 1.6.0 to 1.6.2 crash it
 * (CVE-2020-22570), and those up to 1.6.9 were others. Proxies and services have versions of their own, and are believed
 * if they answer "mn".
 */
export function shakeHandsInText(options: ResolvedServerOptions, handshaker: Handshaker): void {
  const { username, password } = options
  const failed = (error: CacheError): void => handshaker.onHandshakeFailed(error)

  const checkCommands = (): void =>
    handshaker.send(
      new MetaStep(OPCODE.noop, "mn\r\n", ({ status }) => {
        if (status === STATUS.ok) handshaker.onHandshakeDone()
        else failed(noMetaProtocol(options))
      })
    )

  const begin = (): void => {
    for (let left = VERSION_QUESTIONS - 1; left >= 0; left--) {
      handshaker.send(
        new MetaStep(OPCODE.version, "version\r\n", ({ status, value }) => {
          const version = value.toString("latin1")
          if (status !== STATUS.ok) failed(noMetaProtocol(options))
          else if (isTooOld(version)) failed(noMetaProtocol(options, version))
          else if (left === 0) checkCommands()
        })
      )
    }
  }

  if (username === undefined || password === undefined) return begin()
  handshaker.send(
    MetaStep.login(username, password, ({ status }) => {
      // A wrong password has ended the connection before this.
      if (status === STATUS.ok) begin()
      else failed(new CacheError("unreachable", `${options.id} refused the login: ${describeStatus(status)}`))
    })
  )
}

function isTooOld(version: string): boolean {
  const numbers = /^(\d{1,4})\.(\d{1,4})\.(\d{1,4})/.exec(version)?.slice(1).map(Number)
  if (!numbers) return false
  for (const [i, least] of FIRST_RELEASE.entries()) {
    const number = numbers[i] ?? 0
    if (number !== least) return number < least
  }
  return false
}

import type { PeerCertificate, TLSSocket } from "node:tls"

import { CacheError, type CacheErrorCode } from "../errors"
import { isTime } from "../wall-time"
import { connectSocket } from "./connect-socket"
import type { ResolvedServerOptions } from "./server-options"

/** What is wrong with a certificate, by what puts it right. */
interface Problem {
  readonly codes: RegExp
  readonly kind: CacheErrorCode
  readonly says: (options: ResolvedServerOptions) => string
}

/** Those of node:tls, "X509 certificate error codes", and of its checkServerIdentity; then what the other side says of ours. */
const PROBLEMS: readonly Problem[] = [
  {
    codes: /^CERT_HAS_EXPIRED$/,
    kind: "certificate_expired",
    says: () => "shows a certificate that has expired: renew it",
  },
  {
    codes: /^CERT_NOT_YET_VALID$/,
    kind: "certificate_expired",
    says: () => "shows a certificate that is not valid before some later time: compare the clocks of both machines",
  },
  {
    codes: /^(ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH)$/,
    kind: "certificate_wrong_name",
    says: ({ host, tls }) =>
      `shows a certificate that is not for ${(typeof tls === "object" ? tls.servername : undefined) ?? host}: ` +
      "use the name that it is for, or set it as tls.servername",
  },
  {
    codes: /^DEPTH_ZERO_SELF_SIGNED_CERT$/,
    kind: "certificate_not_trusted",
    says: () => "shows a certificate that has signed itself: pass it as tls.ca",
  },
  {
    codes: /^(SELF_SIGNED_CERT_IN_CHAIN|CERT_UNTRUSTED)$/,
    kind: "certificate_not_trusted",
    says: () => "shows a certificate of an authority that is not trusted here: pass the authority's as tls.ca",
  },
  {
    codes: /^(UNABLE_TO_GET_ISSUER_CERT|UNABLE_TO_GET_ISSUER_CERT_LOCALLY|UNABLE_TO_VERIFY_LEAF_SIGNATURE)$/,
    kind: "certificate_not_trusted",
    says: () =>
      "shows a certificate without that of its issuer: let the server send the whole chain, or pass the issuer's as tls.ca",
  },
  {
    codes: /^(UNABLE_TO_|CERT_|CRL_|ERROR_IN_C|INVALID_CA|PATH_LENGTH_|INVALID_PURPOSE|ERR_TLS_CERT_|UNSPECIFIED)/,
    kind: "certificate_not_trusted",
    says: () => "shows a certificate that cannot be accepted: have it issued anew",
  },
  {
    codes: /^ERR_SSL_.*ALERT_(.*CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED)/,
    kind: "certificate_refused",
    says: () => "wants a certificate of this side, or does not trust the one it got: check tls.cert and tls.key",
  },
]

/** Why a TLS handshake failed, if it was because of a certificate. */
export function certificateError(options: ResolvedServerOptions, code: string, cause: unknown): CacheError | undefined {
  const problem = PROBLEMS.find(({ codes }) => codes.test(code))
  return problem && new CacheError(problem.kind, `${options.id} ${problem.says(options)} (${code})`, { cause })
}

/**
 * The same error with the time from which on, or up to which, the certificate is not valid. No error of a socket has it, so
 * the certificate is asked for on a connection of its own, on which nothing is sent.
 */
export async function withDates(options: ResolvedServerOptions, error: CacheError): Promise<CacheError> {
  const chain = await chainOf(options)
  const now = options.runtime.now()
  const expiredAt = chain.map(({ valid_to }) => Date.parse(valid_to)).find((time) => isTime(time) && time < now)
  const validFrom = chain.map(({ valid_from }) => Date.parse(valid_from)).find((time) => isTime(time) && time > now)
  const { cause } = error
  if (expiredAt !== undefined) {
    const message = `${options.id} shows a certificate that has expired, at ${isoOf(expiredAt)}: renew it`
    return new CacheError(error.code, message, { cause })
  }
  if (validFrom !== undefined) {
    const message =
      `${options.id} shows a certificate that is not valid before ${isoOf(validFrom)}: ` +
      `compare the clocks of both machines (here it is ${isoOf(now)})`
    return new CacheError(error.code, message, { cause })
  }
  return error
}

const isoOf = (timeMs: number): string => new Date(timeMs).toISOString()

/** The server's certificate, then its issuer's, and so on as far as it shows them; nothing when that takes too long. */
function chainOf(options: ResolvedServerOptions): Promise<PeerCertificate[]> {
  const { host, port, tls, connectTimeoutMs } = options
  return new Promise((resolve) => {
    const chain = new Set<PeerCertificate>()
    const unchecked = { ...(typeof tls === "object" ? tls : {}), rejectUnauthorized: false }
    const socket = connectSocket({ host, port, tls: unchecked }) as TLSSocket
    const timer = setTimeout(() => socket.destroy(), connectTimeoutMs)
    socket.once("secureConnect", () => {
      let certificate = socket.getPeerCertificate(true)
      // The last one is its own issuer.
      while (isObject(certificate) && !chain.has(certificate)) {
        chain.add(certificate)
        certificate = certificate.issuerCertificate
      }
      socket.destroy()
    })
    // An error is always followed by "close".
    socket.on("error", () => undefined)
    socket.on("close", () => {
      clearTimeout(timer)
      resolve([...chain])
    })
  })
}

const isObject = (value: unknown): boolean => typeof value === "object" && value !== null

import dns from "node:dns"
import { once } from "node:events"
import { createServer, type TlsOptions } from "node:tls"

import { Certificate, type CertificateOptions } from "../../testing/certificate"
import { memcachedHas, startMemcached } from "../../testing/memcached"
import { socketError } from "../../src/cache/memcached/connection-error"
import { diagnose } from "../../src/cache/memcached/diagnosis"
import { resolveServerOptions, type ServerOptions } from "../../src/cache/memcached/server-options"
import { closeAll, get, openClient } from "../../testing/clients"

const DAY_MS = 86_400_000

const certificates: Certificate[] = []
const closers: (() => unknown)[] = []

afterEach(async () => {
  await closeAll()
  await Promise.all(closers.splice(0).map((close) => close()))
  for (const certificate of certificates.splice(0)) certificate.remove()
})

function make(options: CertificateOptions = {}): Certificate {
  const certificate = new Certificate(options)
  certificates.push(certificate)
  return certificate
}

/** Something behind TLS. It never gets as far as Memcached's protocol. */
async function serve(options: TlsOptions): Promise<number> {
  const server = createServer(options, (socket) => socket.on("error", () => undefined))
  server.on("tlsClientError", () => undefined)
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  closers.push(() => server.close())
  const address = server.address()
  return typeof address === "object" && address !== null ? address.port : 0
}

const show = ({ pem, keyPem }: Certificate, chain: readonly Certificate[] = []): Promise<number> =>
  serve({ cert: pem + chain.map((issuer) => issuer.pem).join(""), key: keyPem })

async function explain(port: number, tls: ServerOptions["tls"], options: Partial<ServerOptions> = {}) {
  const error = await diagnose({ host: "127.0.0.1", port, connectTimeoutMs: 2_000, tls, ...options })
  return error === undefined ? "fine" : `${error.code}: ${error.message}`
}

describe("a certificate", () => {
  it("that has expired is said to have, and since when", async () => {
    const until = new Date(Date.now() - DAY_MS / 2)
    const certificate = make({ validUntil: until })
    const found = await explain(await show(certificate), { ca: certificate.pem })

    expect(found).toMatch(/^certificate_expired: .*expired at/)
    expect(found).toContain(until.toISOString().slice(0, 16))
    expect(found).not.toContain("tls.ca")
  })

  it("that is not valid yet is said not to be, and until when", async () => {
    const from = new Date(Date.now() + DAY_MS / 2)
    const certificate = make({ validFrom: from })
    const found = await explain(await show(certificate), { ca: certificate.pem })

    expect(found).toMatch(/^certificate_expired: .*not valid before/)
    expect(found).toContain(from.toISOString().slice(0, 16))
    expect(found).not.toContain("tls.ca")
  })

  it("whose authority has expired is told from one that has expired itself", async () => {
    const until = new Date(Date.now() - DAY_MS / 2)
    const authority = make({ validUntil: until })
    const found = await explain(await show(make({ authority }), [authority]), { ca: authority.pem })

    expect(found).toMatch(/^certificate_expired: .*expired at/)
    expect(found).toContain(until.toISOString().slice(0, 16))
  })

  it("that is for another name is said to be, with the name that was asked for", async () => {
    const certificate = make({ names: ["DNS:cache.example.com"] })
    const port = await show(certificate)
    const tls = { ca: certificate.pem }

    expect(await explain(port, tls)).toMatch(/^certificate_wrong_name: .*not valid for 127\.0\.0\.1/)
    expect(await explain(port, { ...tls, servername: "other.example.com" })).toMatch(
      /^certificate_wrong_name: .*not valid for other\.example\.com/
    )
    expect(await explain(port, tls)).toContain("tls.servername")
  })

  it("that signed itself is said to have", async () => {
    expect(await explain(await show(make()), true)).toMatch(
      /^certificate_not_trusted: .*a self-signed certificate.*Pass the certificate as tls\.ca/
    )
  })

  it("of an authority that is not known here is said to be, with the chain and without it", async () => {
    const authority = make()
    const certificate = make({ authority })

    expect(await explain(await show(certificate, [authority]), true)).toMatch(
      /^certificate_not_trusted: .*authority that is not trusted.*as tls\.ca/
    )
    expect(await explain(await show(certificate), true)).toMatch(
      /^certificate_not_trusted: .*without that of its issuer.*as tls\.ca/
    )
  })

  it("that does not fit together is said not to be accepted", async () => {
    const authority = make({ validFrom: new Date(Date.now() - DAY_MS) })
    const found = await explain(await show(make({ authority })), { ca: make().pem })

    expect(found).toMatch(/^certificate_not_trusted: /)
  })

  it("of this side that cannot be read is an option that cannot be used", async () => {
    const found = await explain(await show(make()), { cert: "no certificate" })

    expect(found).toMatch(/^invalid_options: .*the tls option is invalid/)
    expect(found).not.toContain("no certificate")
  })
})

const describeWithTls = memcachedHas("tls") ? describe : describe.skip

describeWithTls("memcached", () => {
  it("with a certificate that has expired is found with the first command, and by the diagnosis", async () => {
    const until = new Date(Date.now() - DAY_MS / 2)
    const certificate = make({ validUntil: until })
    const memcached = await startMemcached({ args: certificate.memcachedArgs })
    closers.push(() => memcached.kill())
    const client = openClient(memcached.port, { tls: { ca: certificate.pem } })

    expect((await get(client, "key")).error?.message).toMatch(/an expired certificate/)
    expect(client.downReason?.code).toBe("certificate_expired")
    expect(await explain(memcached.port, { ca: certificate.pem })).toContain(until.toISOString().slice(0, 16))
  })

  it("that wants a certificate of this side, or does not trust it, says so", async () => {
    const certificate = make()
    const [tls, files = ""] = [certificate.memcachedArgs.slice(0, 2), certificate.memcachedArgs[2]]
    const verify = `${files},ssl_verify_mode=3,ssl_ca_cert=${certificate.certificateFile}`
    const memcached = await startMemcached({ args: [...tls, verify] })
    closers.push(() => memcached.kill())

    const stranger = make()
    const [ca, right] = [certificate.pem, { cert: certificate.pem, key: certificate.keyPem }]
    const wrong = { cert: stranger.pem, key: stranger.keyPem }

    expect(await explain(memcached.port, { ca })).toMatch(/^certificate_refused: .*tls\.cert/)
    expect(await explain(memcached.port, { ca, ...wrong })).toMatch(/^certificate_refused: .*tls\.cert/)
    expect(await explain(memcached.port, { ca, ...right })).toBe("fine")
  })
})

describe("each code of a verification that Node.js knows", () => {
  // Of node:tls, "X509 certificate error codes", and what checkServerIdentity adds.
  const codes = [
    ["UNABLE_TO_GET_ISSUER_CERT", "certificate_not_trusted"],
    ["UNABLE_TO_GET_CRL", "certificate_not_trusted"],
    ["UNABLE_TO_DECRYPT_CERT_SIGNATURE", "certificate_not_trusted"],
    ["UNABLE_TO_DECRYPT_CRL_SIGNATURE", "certificate_not_trusted"],
    ["UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY", "certificate_not_trusted"],
    ["CERT_SIGNATURE_FAILURE", "certificate_not_trusted"],
    ["CRL_SIGNATURE_FAILURE", "certificate_not_trusted"],
    ["CERT_NOT_YET_VALID", "certificate_expired"],
    ["CERT_HAS_EXPIRED", "certificate_expired"],
    ["CRL_NOT_YET_VALID", "certificate_not_trusted"],
    ["CRL_HAS_EXPIRED", "certificate_not_trusted"],
    ["ERROR_IN_CERT_NOT_BEFORE_FIELD", "certificate_not_trusted"],
    ["ERROR_IN_CERT_NOT_AFTER_FIELD", "certificate_not_trusted"],
    ["ERROR_IN_CRL_LAST_UPDATE_FIELD", "certificate_not_trusted"],
    ["ERROR_IN_CRL_NEXT_UPDATE_FIELD", "certificate_not_trusted"],
    ["OUT_OF_MEM", "unreachable"],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "certificate_not_trusted"],
    ["SELF_SIGNED_CERT_IN_CHAIN", "certificate_not_trusted"],
    ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "certificate_not_trusted"],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "certificate_not_trusted"],
    ["CERT_CHAIN_TOO_LONG", "certificate_not_trusted"],
    ["CERT_REVOKED", "certificate_not_trusted"],
    ["INVALID_CA", "certificate_not_trusted"],
    ["PATH_LENGTH_EXCEEDED", "certificate_not_trusted"],
    ["INVALID_PURPOSE", "certificate_not_trusted"],
    ["CERT_UNTRUSTED", "certificate_not_trusted"],
    ["CERT_REJECTED", "certificate_not_trusted"],
    ["HOSTNAME_MISMATCH", "certificate_wrong_name"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "certificate_wrong_name"],
    ["ERR_TLS_CERT_ALTNAME_FORMAT", "certificate_not_trusted"],
    ["UNSPECIFIED", "certificate_not_trusted"],
    ["ERR_SSL_TLSV1_ALERT_UNKNOWN_CA", "certificate_refused"],
    ["ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE", "certificate_refused"],
    ["ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED", "certificate_refused"],
    ["ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED", "certificate_refused"],
    ["ERR_SSL_WRONG_VERSION_NUMBER", "tls_mismatch"],
    ["ECONNRESET", "unreachable"],
  ] as const
  it.each(codes)("%s is of a kind: %s", (code, kind) => {
    const options = resolveServerOptions({ host: "cache", port: 11211, tls: true })
    const found = socketError(options, Object.assign(new Error("reason"), { code }), true)

    expect(found.code).toBe(kind)
    if (kind.startsWith("certificate_")) expect(found.message).toContain(code)
  })
})

describe("the name of a server", () => {
  afterEach(() => jest.restoreAllMocks())

  it.each(["cache.internal", "cache.internal."])(
    "is sent in TLS's form, without a dot at its end: %s",
    async (host) => {
      const certificate = make({ names: ["DNS:cache.internal"] })
      const names: string[] = []
      const port = await serve({
        cert: certificate.pem,
        key: certificate.keyPem,
        SNICallback: (name, done) => {
          names.push(name)
          done(null)
        },
      })
      const lookup = (_: string, options: unknown, done: (error: null, found: dns.LookupAddress[]) => void): void =>
        done(null, [{ address: "127.0.0.1", family: 4 }])
      jest.spyOn(dns, "lookup").mockImplementation(lookup as never)
      const options = { host, tls: { ca: certificate.pem }, connectTimeoutMs: 300 }
      const client = openClient(port, options)
      expect((await get(client, "key")).error?.message).toContain("did not complete a handshake")
      const [twin] = await client.twins(1)
      if (twin) await get(twin, "key")
      await twin?.close()
      expect(new Set(names)).toEqual(new Set(["cache.internal"]))
      expect(names.length).toBeGreaterThan(1)
    }
  )
})

import { spawnSync } from "node:child_process"
import { randomBytes } from "node:crypto"
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"

const DAY_MS = 86_400_000

export interface CertificateOptions {
  /** @default localhost, 127.0.0.1 and ::1 */
  readonly names?: readonly string[]
  /** @default yesterday */
  readonly validFrom?: Date
  /** @default tomorrow */
  readonly validUntil?: Date
  /** Who signs it. @default it is self-signed */
  readonly authority?: Certificate
}

/** A certificate that nobody trusts by itself, in files that any user can read. It can be an authority of others. */
export class Certificate {
  readonly #directory: string
  readonly keyFile: string
  readonly certificateFile: string

  constructor(options: CertificateOptions = {}) {
    const now = Date.now()
    const { validFrom = new Date(now - DAY_MS), validUntil = new Date(now + DAY_MS), authority } = options
    this.#directory = mkdtempSync(join(tmpdir(), "memcached-tls-"))
    this.keyFile = this.#file("key.pem")
    this.certificateFile = this.#file("certificate.pem")
    writeFileSync(
      this.#file("openssl.cnf"),
      this.#configuration(options.names ?? ["DNS:localhost", "IP:127.0.0.1", "IP:::1"])
    )
    writeFileSync(this.#file("index.txt"), "")
    writeFileSync(this.#file("serial"), `00${randomBytes(8).toString("hex")}\n`)
    const config = ["-config", this.#file("openssl.cnf")]
    // Each has a name of its own, by which issuers are found.
    const subject = ["-subj", `/CN=${basename(this.#directory)}`]
    const request = ["-keyout", this.keyFile, "-out", this.#file("request.pem"), "-nodes", ...subject]
    openssl(["req", "-new", ...config, "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", ...request])
    const dates = ["-startdate", asn1Of(validFrom), "-enddate", asn1Of(validUntil)]
    const signer = authority
      ? ["-cert", authority.certificateFile, "-keyfile", authority.keyFile]
      : ["-selfsign", "-keyfile", this.keyFile]
    const files = ["-in", this.#file("request.pem"), "-out", this.certificateFile]
    openssl(["ca", "-batch", "-notext", ...config, ...dates, ...signer, ...files])
    // memcached reads them after it has become another user.
    chmodSync(this.#directory, 0o755)
    chmodSync(this.keyFile, 0o644)
  }

  /** Arguments that make memcached speak TLS with it. */
  get memcachedArgs(): string[] {
    return ["-Z", "-o", `ssl_chain_cert=${this.certificateFile},ssl_key=${this.keyFile}`]
  }

  get pem(): string {
    return readFileSync(this.certificateFile, "utf8")
  }

  get keyPem(): string {
    return readFileSync(this.keyFile, "utf8")
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true, force: true })
  }

  #file(name: string): string {
    return join(this.#directory, name)
  }

  #configuration(names: readonly string[]): string {
    return `
[req]
distinguished_name = subject
[subject]
[ca]
default_ca = this
[this]
database = ${this.#file("index.txt")}
serial = ${this.#file("serial")}
new_certs_dir = ${this.#directory}
default_md = sha256
policy = subject_policy
x509_extensions = extensions
[subject_policy]
commonName = supplied
[extensions]
basicConstraints = critical, CA:TRUE
subjectAltName = ${names.join(",")}
`
  }
}

/** `YYYYMMDDHHMMSSZ` */
const asn1Of = (date: Date): string => date.toISOString().replace(/\.\d+|[-:T]/g, "")

function openssl(args: readonly string[]): void {
  const { status, stderr } = spawnSync("openssl", args, { encoding: "utf8" })
  if (status !== 0) throw new Error(`openssl cannot make a certificate: ${stderr}`)
}

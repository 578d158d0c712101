import { spawnSync } from "node:child_process"
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** A self-signed certificate for localhost, 127.0.0.1 and ::1, in files that any user can read. */
export class Certificate {
  readonly #directory: string
  readonly keyFile: string
  readonly certificateFile: string

  constructor() {
    this.#directory = mkdtempSync(join(tmpdir(), "memcached-tls-"))
    this.keyFile = join(this.#directory, "key.pem")
    this.certificateFile = join(this.#directory, "certificate.pem")
    const names = "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1"
    const subject = ["-subj", "/CN=localhost", "-addext", names, "-days", "2"]
    const files = ["-keyout", this.keyFile, "-out", this.certificateFile]
    const { status, stderr } = spawnSync(
      "openssl",
      ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", ...subject, ...files],
      { encoding: "utf8" }
    )
    if (status !== 0) {
      throw new Error(`openssl cannot make a certificate: ${stderr}`)
    }
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

  remove(): void {
    rmSync(this.#directory, { recursive: true, force: true })
  }
}

import { execFileSync } from "node:child_process"
import { chmodSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

export interface Certificate {
  readonly keyFile: string
  readonly certificateFile: string
  remove(): void
}

/** A certificate for localhost that nobody trusts, made for one test. */
export function makeCertificate(): Certificate {
  const folder = mkdtempSync(join(tmpdir(), "certificate-"))
  const keyFile = join(folder, "key.pem")
  const certificateFile = join(folder, "certificate.pem")
  const request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
  execFileSync("openssl", [...request, "-keyout", keyFile, "-out", certificateFile], { stdio: "ignore" })
  // A memcached that root starts reads them as another user.
  chmodSync(folder, 0o755)
  chmodSync(keyFile, 0o644)
  return { keyFile, certificateFile, remove: () => rmSync(folder, { recursive: true }) }
}

import { spawnSync } from "node:child_process"
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { hostname, tmpdir } from "node:os"
import { join } from "node:path"

/** Users for `memcached -S`. Needs Cyrus SASL's saslpasswd2 (Debian: sasl2-bin), see `SaslDatabase.isAvailable`. */
export class SaslDatabase {
  readonly #directory: string

  constructor() {
    this.#directory = mkdtempSync(join(tmpdir(), "memcached-sasl-"))
    // memcached reads it after it has become another user.
    chmodSync(this.#directory, 0o755)
    writeFileSync(join(this.#directory, "memcached.conf"), `mech_list: plain\nsasldb_path: ${this.#file}\n`)
  }

  static isAvailable(): boolean {
    return spawnSync("saslpasswd2", ["-h"]).error === undefined
  }

  get #file(): string {
    return join(this.#directory, "sasldb2")
  }

  /** For the environment of memcached. */
  get env(): NodeJS.ProcessEnv {
    return { SASL_CONF_PATH: this.#directory }
  }

  /** Adds a user, or gives it another password. */
  setPassword(username: string, password: string): void {
    const { status, stderr } = spawnSync(
      "saslpasswd2",
      ["-p", "-c", "-a", "memcached", "-f", this.#file, "-u", hostname(), username],
      { input: password, encoding: "utf8" }
    )
    if (status !== 0) {
      throw new Error(`saslpasswd2 cannot add a user: ${stderr}`)
    }
    chmodSync(this.#file, 0o644)
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true, force: true })
  }
}

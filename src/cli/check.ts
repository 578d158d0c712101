#!/usr/bin/env node
import { reportOf } from "./check-report"
import { readRequest, USAGE } from "./check-request"
import { checkServer } from "./server-check"
import { readVersions } from "./versions"

/** The command `medusa-memcached-check`. Returns the exit code. */
async function main(): Promise<number> {
  const servers = readRequest(process.argv.slice(2), process.env)
  if (servers === "help") {
    write(USAGE)
    return 0
  }
  const checks = await Promise.all(servers.map(checkServer))
  write(reportOf(readVersions(), checks))
  return checks.every(({ error }) => error === undefined) ? 0 : 1
}

function write(text: string): void {
  process.stdout.write(`${text}\n`)
}

// Not process.exit(): output to a pipe may not have arrived yet.
main().then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\nSee --help.\n`)
    process.exitCode = 1
  }
)

import { execFileSync } from "node:child_process"
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import { Client } from "pg"
import { onExit, type RunningChild } from "./child-processes"
import { LOOPBACK, startLocalServer } from "./local-server"
import { memoryDirectory } from "./memory-directory"
import { canReach, findPostgresAccount, giveTo, type PostgresAccount } from "./postgres-account"
import { findPostgresPrograms } from "./postgres-programs"
import { scratchDirectory } from "./scratch-directory"

const USER = "postgres"
/** Not a secret: the server listens on the loopback interface only and holds nothing but demo and test data. */
const PASSWORD = "postgres"
const READY_TIMEOUT_MS = 60_000
const READY_POLL_MS = 50

/**
 * Nothing here is worth surviving a power cut, and without the waiting for the disk everything is several times faster.
 * With the minimal log a database is copied without going through the log.
 */
const FAST = [
  "fsync=off",
  "synchronous_commit=off",
  "full_page_writes=off",
  "wal_level=minimal",
  "max_wal_senders=0",
  "max_wal_size=256MB",
]

export interface PostgresService {
  /**
   * `localhost` and not 127.0.0.1: Medusa's test runner asks for TLS unless the URL has this very word in it.
   */
  host: string
  port: number
  user: string
  password: string
  /** Absent when the server was given by the environment. */
  child?: RunningChild
}

export interface PostgresOptions {
  /** Kept and used again by the next start. Without one, the data is thrown away when this process ends. */
  dataDirectory?: string
}

/** The server of DATABASE_URL, or else one of our own. */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresService> {
  const given = process.env.DATABASE_URL
  if (given !== undefined && given.trim() !== "") {
    return parseDatabaseUrl(given)
  }
  const account = findPostgresAccount()
  const programs = findPostgresPrograms(account)
  const dataDirectory = options.dataDirectory ?? temporaryDirectory()
  if (!existsSync(join(dataDirectory, "PG_VERSION"))) {
    initialise(programs.initdb, dataDirectory, account)
  }
  const settings = [
    ...FAST,
    `listen_addresses=${LOOPBACK}`,
    "unix_socket_directories=",
    "max_connections=200",
    "log_min_messages=error",
  ]
  const { port, child } = await startLocalServer("Postgres", (freePort) => ({
    command: programs.postgres,
    args: ["-D", dataDirectory, "-p", String(freePort), ...settings.flatMap((setting) => ["-c", setting])],
    // Any directory that the account can enter: it may not be allowed in the current one.
    cwd: tmpdir(),
    output: { file: `${dataDirectory}.log` },
    // Disconnects everybody and ends, where SIGTERM would wait for the last client.
    stopSignal: "SIGINT",
    ...account,
  }))
  const service = { host: "localhost", port, user: USER, password: PASSWORD, child }
  await waitUntilReady(service)
  return service
}

export function databaseUrl(service: PostgresService, database: string): string {
  const credentials = `${encodeURIComponent(service.user)}:${encodeURIComponent(service.password)}`
  return `postgres://${credentials}@${service.host}:${service.port}/${database}`
}

/** A copy of the template, an empty one without. Resolves to false when the database exists already. */
export function createDatabase(service: PostgresService, database: string, template = "template1"): Promise<boolean> {
  return withClient(service, async (client) => {
    const { rows } = await client.query("select 1 from pg_database where datname = $1", [database])
    if (rows.length > 0) {
      return false
    }
    const [name, source] = [database, template].map((text) => client.escapeIdentifier(text))
    await client.query(`create database ${name} template ${source}`)
    return true
  })
}

export function dropDatabase(service: PostgresService, database: string): Promise<void> {
  return withClient(service, async (client) => {
    await client.query(`drop database if exists ${client.escapeIdentifier(database)}`)
  })
}

/** Where the data of this checkout is kept: `preferred`, or below the temporary directory when Postgres cannot get there. */
export function reachableDirectory(preferred: string): string {
  mkdirSync(dirname(preferred), { recursive: true })
  return canReach(findPostgresAccount(), preferred) ? preferred : join(scratchDirectory(), "postgres")
}

function initialise(initdb: string, dataDirectory: string, account: PostgresAccount | undefined): void {
  rmSync(dataDirectory, { recursive: true, force: true })
  mkdirSync(dataDirectory, { mode: 0o700 })
  giveTo(account, dataDirectory)
  const passwordFile = `${dataDirectory}.password`
  writeFileSync(passwordFile, `${PASSWORD}\n`)
  giveTo(account, passwordFile)
  try {
    const access = [`--username=${USER}`, `--pwfile=${passwordFile}`, "--auth=scram-sha-256"]
    const format = ["--encoding=UTF8", "--locale=C", "--no-sync"]
    execFileSync(initdb, [`--pgdata=${dataDirectory}`, ...access, ...format], {
      ...account,
      cwd: tmpdir(),
      stdio: ["ignore", "ignore", "pipe"],
      encoding: "utf8",
    })
  } catch (error) {
    // A half-made directory would be taken for a whole one by the next start.
    rmSync(dataDirectory, { recursive: true, force: true })
    throw error
  } finally {
    rmSync(passwordFile, { force: true })
  }
}

async function withClient<T>(service: PostgresService, run: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: databaseUrl(service, "postgres") })
  await client.connect()
  try {
    return await run(client)
  } finally {
    await client.end()
  }
}

/** After a crash the port is open before recovery is done. */
async function waitUntilReady(service: PostgresService): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS
  for (;;) {
    const client = new Client({ connectionString: databaseUrl(service, "postgres") })
    try {
      await client.connect()
      await client.end()
      return
    } catch (error) {
      if (Date.now() > deadline) {
        throw error
      }
      await delay(READY_POLL_MS)
    }
  }
}

function parseDatabaseUrl(url: string): PostgresService {
  const { hostname, port, username, password } = new URL(url)
  return {
    host: hostname === LOOPBACK || hostname === "[::1]" ? "localhost" : hostname,
    port: port === "" ? 5432 : Number(port),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
  }
}

function temporaryDirectory(): string {
  const parent = mkdtempSync(join(memoryDirectory() ?? tmpdir(), "medusa-plugin-memcached-"))
  // mkdtemp closes it to everybody else, and Postgres may run as somebody else.
  chmodSync(parent, 0o755)
  onExit(() => rmSync(parent, { recursive: true, force: true }))
  return join(parent, "postgres")
}

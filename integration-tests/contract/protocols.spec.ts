import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Certificate } from "../../testing/certificate"
import { type MemcachedProcess, memcachedHas, startMemcached } from "../../testing/memcached"
import { describeCachingProvider } from "./caching-provider.contract"
import { MEMCACHED_CAPABILITIES, openMemcachedProvider, PATIENT, takesPrefix } from "./memcached-subject"

jest.setTimeout(120_000)

const CREDENTIALS = { username: "shop", password: "p:a@ss/wörd" }

/** A memcached, and the options that it is reached with. */
interface Setting {
  readonly args: readonly string[]
  readonly options: object
  remove?(): void
}

function withUsers(): Setting {
  const folder = mkdtempSync(join(tmpdir(), "memcached-users-"))
  const file = join(folder, "users")
  writeFileSync(file, `${CREDENTIALS.username}:${CREDENTIALS.password}\n`)
  // memcached reads it after it has become another user.
  chmodSync(folder, 0o755)
  return { args: ["-Y", file], options: CREDENTIALS, remove: () => rmSync(folder, { recursive: true }) }
}

function withTls(): Setting {
  const certificate = new Certificate()
  const options = { tls: { ca: certificate.pem }, protocol: "meta" }
  return { args: certificate.memcachedArgs, options, remove: () => certificate.remove() }
}

// Everything else is asked in the meta protocol.
const settings: readonly [string, () => Setting][] = [
  ["in the binary protocol", () => ({ args: [], options: { protocol: "binary" } })],
  ["of a memcached that speaks binary only", () => ({ args: ["-B", "binary"], options: {} })],
  ["of a memcached that speaks no binary", () => ({ args: ["-B", "ascii"], options: {} })],
  ["of a memcached with users (-Y)", withUsers],
  ...(memcachedHas("tls") ? [["in the meta protocol over TLS", withTls] as [string, () => Setting]] : []),
]

describe.each(settings)("asked %s", (name, prepare) => {
  let setting: Setting
  let server: MemcachedProcess

  beforeAll(async () => {
    setting = prepare()
    server = await startMemcached({ args: setting.args })
  })
  afterAll(async () => {
    await server.stop()
    setting.remove?.()
  })

  const open = (cachePrefix: string): ReturnType<typeof openMemcachedProvider> =>
    openMemcachedProvider({ ...PATIENT, ...setting.options, serverUrls: [server.address], cachePrefix })
  describeCachingProvider(`medusa-plugin-memcached ${name}`, { open, takesPrefix }, MEMCACHED_CAPABILITIES)
})

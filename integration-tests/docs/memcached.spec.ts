import { randomBytes } from "node:crypto"
import { openMemcachedProvider } from "../contract/memcached-subject"
import { startMemcached } from "../../testing/memcached"
import { casesOf } from "./code-block"
import { runShell } from "./shell"

/** Of a compose file there is no engine here to start it: what it tells memcached is tried. */
const commandLines = [
  ...casesOf("memcached").map(([place, { text }]) => [place, text.trim()] as const),
  ...casesOf("compose").map(([place, { text }]) => [place, /^ +command: (.+)$/m.exec(text)?.[1] ?? ""] as const),
]

describe("the command lines of memcached", () => {
  it.each(commandLines)("%s starts a server that the provider can use", async (_place, text) => {
    const [command, ...args] = text.split(/\s+/)
    expect(command).toBe("memcached")
    const server = await startMemcached({ args })
    const { cache, close } = await openMemcachedProvider({ serverUrls: [server.address] })
    try {
      // Over the default limit of an item, also when it is compressed.
      const data = { text: randomBytes(1_500_000).toString("base64") }
      await cache.set({ key: "large", data, ttl: 60 })
      expect(await cache.get({ key: "large" })).toEqual(data)
    } finally {
      await close()
      await server.stop()
    }
  })
})

describe("a compose file", () => {
  it.each(casesOf("compose"))(
    "%s opens the port that the configuration names, to this machine only",
    (_place, { text }) => {
      expect(text).toContain('ports: ["127.0.0.1:11211:11211"]')
    }
  )
})

describe("the command that looks at a Memcached", () => {
  it.each(casesOf("check"))("%s says that it can be used", async (_place, { text }) => {
    const server = await startMemcached({ args: ["-m", "512", "-I", "4m"] })
    const { code, output } = await runShell(text.replace("127.0.0.1:11211", server.address), {})
    await server.stop()
    expect(output).toContain(server.address)
    expect(code).toBe(0)
  })
})

import { randomBytes } from "node:crypto"
import { openMemcachedProvider } from "../contract/memcached-subject"
import { startMemcached } from "../helpers/memcached"
import { casesOf, ROOT } from "./code-block"
import { runShell } from "./shell"

describe("the command lines of memcached", () => {
  it.each(casesOf("memcached"))("%s starts a server that the provider can use", async (_place, { text }) => {
    const [command, ...args] = text.trim().split(/\s+/)
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

describe("the command that looks at a Memcached", () => {
  it.each(casesOf("check"))("%s says that it can be used", async (_place, { text }) => {
    const server = await startMemcached({ args: ["-m", "512", "-I", "4m"] })
    const command = text.replace("npx medusa-memcached-check", `npx --prefix ${ROOT} tsx ${ROOT}/src/cli/check.ts`)
    const { code, output } = await runShell(command.replace("127.0.0.1:11211", server.address), {})
    await server.stop()
    expect(output).toContain(server.address)
    expect(code).toBe(0)
  })
})

import { spawnSync } from "node:child_process"
import { randomBytes } from "node:crypto"
import { openMemcachedProvider } from "../contract/memcached-subject"
import { startMemcached } from "../../testing/memcached"
import { blocksOf, casesOf } from "./code-block"
import { runShell } from "./shell"

/** There is no engine here to start a compose file or a manifest: what they tell memcached is tried. */
const commandLines = [
  ...casesOf("memcached").map(([place, { text }]) => [place, text.trim()] as const),
  ...casesOf("compose").map(([place, { text }]) => [place, valueIn(text, "command")] as const),
  ...casesOf("kubernetes").map(([place, { text }]) => [place, wordsIn(text, "args").join(" ")] as const),
]

/** What the documents configure, in all their blocks. */
const configurations = [...blocksOf("config"), ...blocksOf("options")].map(({ text }) => text).join("\n")

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
    "%s starts a server that a configuration names, and opens no port to others",
    (_place, { text }) => {
      const service = /^services:\n {2}(\w+):$/m.exec(text)?.[1] ?? ""
      const ports = wordsIn(text, "ports")
      expect(["127.0.0.1:11211:11211", ""]).toContain(ports.join())
      expect(configurations).toContain(`serverUrls: ["${ports.length > 0 ? "127.0.0.1" : service}:11211"]`)
    }
  )

  const withHealthcheck = casesOf("compose").filter(([, { text }]) => text.includes("healthcheck:"))

  it.each(withHealthcheck)("%s tells by its healthcheck whether the server answers", async (_place, { text }) => {
    const server = await startMemcached()
    const [kind, command = "", ...args] = wordsIn(text, "test")
    expect(kind).toBe("CMD")
    const isHealthy = (): boolean =>
      spawnSync(
        command,
        args.map((arg) => arg.replace("11211", `${server.port}`)),
        { timeout: 5_000 }
      ).status === 0
    try {
      expect(isHealthy()).toBe(true)
      server.freeze()
      expect(isHealthy()).toBe(false)
      server.thaw()
    } finally {
      await server.stop()
    }
    expect(isHealthy()).toBe(false)
  })
})

describe("a Kubernetes manifest", () => {
  it.each(casesOf("kubernetes"))("%s starts the pods that a configuration names", (_place, { text }) => {
    const [, set = ""] = /^kind: StatefulSet\nmetadata: \{ name: (\w+) \}$/m.exec(text) ?? []
    const pods = Array.from(
      { length: Number(valueIn(text, "replicas")) },
      (_, i) => `"${set}-${i}.${valueIn(text, "serviceName")}:11211"`
    )
    expect(pods.length).toBeGreaterThan(1)
    expect(configurations).toContain(`serverUrls: [${pods.join(", ")}]`)
  })
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

/** The value of a field in YAML that is on one line. */
function valueIn(yaml: string, field: string): string {
  return new RegExp(`^ +${field}: (.+)$`, "m").exec(yaml)?.[1] ?? ""
}

/** The strings of a field in YAML that is a list on one line. */
function wordsIn(yaml: string, field: string): string[] {
  return JSON.parse(valueIn(yaml, field) || "[]") as string[]
}

import { defineConfig } from "@medusajs/framework/utils"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as yamlPlugin from "prettier/plugins/yaml"
import { format } from "prettier/standalone"
import { validateOptions } from "../../src/providers/memcached/validate-options"
import { resolveResponseOptions } from "../../src/responses"
import { allCodeBlocks, casesOf, MODES, ROOT } from "./code-block"
import { loadFile } from "./shop-code"

interface ProviderConfig {
  readonly id: string
  readonly resolve: string
  readonly options?: unknown
}

interface ShopConfig {
  readonly featureFlags?: unknown
  readonly plugins?: readonly { readonly resolve: string }[]
  readonly modules?: unknown
}

const { name, exports: entryPoints } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
  readonly name: string
  readonly exports: Readonly<Record<string, { readonly default: string }>>
}

describe("the documents", () => {
  it("have blocks of code, each of which says how it is executed", () => {
    const blocks = allCodeBlocks().filter(({ language }) => language !== "")
    expect(blocks.length).toBeGreaterThan(10)
    const silent = blocks.filter(({ mode }) => !MODES.some((known) => known === mode))
    expect(silent.map(({ place }) => place)).toEqual([])
  })

  const yaml = allCodeBlocks().filter(({ language }) => language === "yaml")

  it.each(yaml.map(({ place, text }) => [place, text]))("%s is YAML", async (_place, text) => {
    await expect(format(text, { parser: "yaml", plugins: [yamlPlugin] })).resolves.toEqual(expect.any(String))
  })

  it.each(casesOf("config"))("%s is a configuration with which the plugin is found", async (_place, block) => {
    const text = `import { defineConfig } from "@medusajs/framework/utils"\n${block.text}`
    const config = (await loadFile({ ...block, text })) as ShopConfig
    expect(config).toEqual(defineConfig(config as Parameters<typeof defineConfig>[0]))
    expect(config.featureFlags).toMatchObject({ caching: true })
    expect(config.plugins).toContainEqual(expect.objectContaining({ resolve: "medusa-plugin-memcached" }))
    const [provider] = providersIn(config)
    expect(provider?.resolve).toMatch(/^medusa-plugin-memcached\//)
    expect(sourceOf(provider?.resolve ?? "")).toBe(join(ROOT, "src/providers/memcached/index.ts"))
    expect(() => validateOptions(provider?.options)).not.toThrow()
  })

  it.each(casesOf("config"))("%s is what the shop has that installs the package in a test", (_place, block) => {
    const fixture = readFileSync(join(ROOT, "integration-tests/install/fixture/medusa-config.ts"), "utf8")
    const lines = block.text.split("\n").map((line) => line.trim())
    const missing = lines.filter((line) => line !== "" && !line.startsWith("//") && !fixture.includes(line))
    // Its memcached listens on another port.
    expect(missing).toEqual([expect.stringContaining("serverUrls")])
  })

  it.each(casesOf("install"))("%s names the package", (_place, block) => {
    expect(block.text).toBe(`npm install ${name}\n`)
  })

  it.each(casesOf("file"))("%s is the file that the tests execute", (_place, block) => {
    expect(block.text).toBe(readFileSync(join(__dirname, "snippets", block.detail), "utf8"))
  })

  it.each(casesOf("options"))("%s are options that are accepted", async (_place, block) => {
    process.env.MEMCACHED_PASSWORD ??= "known to this test"
    const exported = await loadFile({ ...block, text: `export default {\n${block.text}\n}` })
    const { options } = exported.default as { options: unknown }
    expect(() => validateOptions(options)).not.toThrow()
  })

  it.each(casesOf("plugin"))("%s are options of the plugin that are accepted", async (_place, block) => {
    const exported = await loadFile({ ...block, text: `export default {\n${block.text}\n}` })
    const { plugins } = exported.default as { plugins: { resolve: string; options: { responses: unknown } }[] }
    expect(plugins.map(({ resolve }) => resolve)).toEqual([name])
    expect(resolveResponseOptions(plugins[0]?.options.responses)).toBeDefined()
  })
})

/** The file of the sources that a shop reaches by this name. */
function sourceOf(imported: string): string {
  const path = `.${imported.slice(name.length)}`
  const pattern = `${path.slice(0, path.lastIndexOf("/"))}/*`
  const target = entryPoints[path]?.default ?? entryPoints[pattern]?.default.replace("*", path.split("/").pop() ?? "")
  const source = join(ROOT, (target ?? "").replace("./.medusa/server/", "").replace(/\.js$/, ".ts"))
  return existsSync(source) ? source : `nothing for ${imported}`
}

/** Wherever `defineConfig` has put the caching module. */
function providersIn(config: ShopConfig): ProviderConfig[] {
  const modules = Object.values(config.modules as Record<string, { options?: { providers?: ProviderConfig[] } }>)
  return modules.flatMap(({ options }) => options?.providers ?? []).filter(({ id }) => id === "caching-memcached")
}

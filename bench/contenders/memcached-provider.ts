import { build } from "esbuild"
import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { join, resolve } from "node:path"
import type { ModuleProviderExports } from "@medusajs/framework/types"
import { CollectingLogger } from "../../testing/collecting-logger"
import { loadProvider } from "../../integration-tests/contract/module-provider"
import { type Contender, takeComplaints } from "./contender"

const ROOT = resolve(__dirname, "../..")
interface ClosableCache {
  close(): Promise<void>
}

/** This plugin's provider, from its sources or from a compiled file, in the binary protocol or in meta. */
export async function openMemcachedProvider(
  name: "memcached" | "meta",
  servers: string,
  compiledFile?: string
): Promise<Contender> {
  const logger = new CollectingLogger()
  const provider = await loadCompiled(compiledFile)
  const protocol = name === "meta" ? { protocol: "meta" } : {}
  const id = `bench-${name}`
  const options = { serverUrls: servers.split(","), cachePrefix: id, ...protocol }
  const { cache, cradle } = await loadProvider(provider, id, options, logger)
  return {
    name,
    cache,
    takeComplaints: () => takeComplaints(logger),
    close: () => (cradle.memcachedCache as ClosableCache).close(),
  }
}

async function loadCompiled(compiledFile: string | undefined): Promise<ModuleProviderExports> {
  if (compiledFile !== undefined) return importProvider(resolve(compiledFile))
  const cache = join(ROOT, ".cache")
  mkdirSync(cache, { recursive: true })
  const directory = mkdtempSync(join(cache, "bench-"))
  try {
    return await importProvider(await compile(directory))
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/**
 * tsx, which runs this bench, wraps every function in a call that keeps its name, and in an engine full of small closures
 * that is measurable. So the provider is compiled as it is for the package.
 */
async function compile(directory: string): Promise<string> {
  const outfile = join(directory, "provider.cjs")
  await build({
    entryPoints: [join(ROOT, "src/providers/memcached/index.ts")],
    bundle: true,
    platform: "node",
    target: "es2022",
    format: "cjs",
    packages: "external",
    sourcemap: "inline",
    logLevel: "silent",
    outfile,
  })
  return outfile
}

async function importProvider(file: string): Promise<ModuleProviderExports> {
  // `default` once for the CommonJS module, and once for what it exports by that name.
  const imported = (await import(file)) as { default: ModuleProviderExports | { default: ModuleProviderExports } }
  return "default" in imported.default ? imported.default.default : imported.default
}

import { resolve } from "node:path"
import type { ModuleProviderExports } from "@medusajs/framework/types"
import { CollectingLogger } from "../../testing/collecting-logger"
import { loadProvider } from "../../integration-tests/contract/module-provider"
import { withProgram } from "../program"
import { type Contender, takeComplaints, type Variant } from "./contender"

const SOURCE = resolve(__dirname, "../../src/providers/memcached/index.ts")

const OPTIONS: Readonly<Record<"memcached" | Variant, object>> = {
  memcached: {},
  binary: { protocol: "binary" },
  withoutCopies: { memoryBytes: 0 },
}

interface ClosableCache {
  close(): Promise<void>
}

/** This plugin's provider, from its sources or from a compiled file. */
export async function openMemcachedProvider(
  name: "memcached" | Variant,
  servers: string,
  compiledFile?: string
): Promise<Contender> {
  const logger = new CollectingLogger()
  const provider = await loadCompiled(compiledFile)
  const id = `bench-${name}`
  const options = { serverUrls: servers.split(","), cachePrefix: id, ...OPTIONS[name] }
  const { cache, cradle } = await loadProvider(provider, id, options, logger)
  return {
    name,
    cache,
    takeComplaints: () => takeComplaints(logger),
    close: () => (cradle.memcachedCache as ClosableCache).close(),
  }
}

function loadCompiled(compiledFile: string | undefined): Promise<ModuleProviderExports> {
  if (compiledFile !== undefined) return importProvider(resolve(compiledFile))
  return withProgram(SOURCE, importProvider)
}

async function importProvider(file: string): Promise<ModuleProviderExports> {
  // `default` once for the CommonJS module, and once for what it exports by that name.
  const imported = (await import(file)) as { default: ModuleProviderExports | { default: ModuleProviderExports } }
  return "default" in imported.default ? imported.default.default : imported.default
}

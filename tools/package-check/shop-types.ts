import { writeFileSync } from "node:fs"
import { join } from "node:path"
import ts from "typescript"
import type { PackedPackage } from "./packed-package"

/** What a shop may write. Errors are expected where the types have to say no. */
const SHOP = `
import type { MedusaContainer } from "@medusajs/framework/types"
import type { AdminCacheResponse, AdminCacheStatsResponse, MemcachedProviderOptions } from "medusa-plugin-memcached/types"
import { invalidateCacheWorkflow } from "medusa-plugin-memcached/workflows"
import cacheMonitor, { CACHE_MONITOR } from "medusa-plugin-memcached/modules/cache-monitor"
import memcachedProvider from "medusa-plugin-memcached/providers/memcached"

export const options: MemcachedProviderOptions = { serverUrls: ["127.0.0.1:11211"], compression: { level: 6 } }
// @ts-expect-error An option that does not exist.
export const wrongOptions: MemcachedProviderOptions = { serverUrl: "127.0.0.1:11211" }

export function hitRateOf({ cache }: AdminCacheResponse): number | null {
  return cache.totals.hit_rate
}
// @ts-expect-error A field that does not exist: answers are typed, and not any.
export const wrongField = (answer: AdminCacheStatsResponse) => answer.stats.nothing

export const clearMenu = (container: MedusaContainer) =>
  invalidateCacheWorkflow(container).run({ input: { tags: ["Menu:main"] } })
export const clearWrongly = (container: MedusaContainer) =>
  // @ts-expect-error Tags are a list.
  invalidateCacheWorkflow(container).run({ input: { tags: "Menu:main" } })

export const loaded = [cacheMonitor.service, memcachedProvider.services, CACHE_MONITOR]
`

/**
 * Compiles a shop that uses each entry point, with nothing installed but what the package asks for. What is
 * wrong in this package's declarations is an `any` in a shop with `skipLibCheck`, and an error here.
 */
export function checkTypesInShop(packed: PackedPackage): string[] {
  const file = join(packed.shop, "shop.ts")
  writeFileSync(file, SHOP)
  const program = ts.createProgram([file], {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    esModuleInterop: true,
    strict: true,
    noEmit: true,
    skipLibCheck: false,
    types: ["node"],
    typeRoots: [join(packed.shop, "node_modules", "@types")],
  })
  return program
    .getSourceFiles()
    .filter(({ fileName }) => fileName.startsWith(packed.shop))
    .flatMap((source) => [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)])
    .map((diagnostic) => `types: ${describe(diagnostic, packed.shop)}`)
}

function describe({ file, start = 0, messageText }: ts.Diagnostic, shop: string): string {
  const text = ts.flattenDiagnosticMessageText(messageText, " ")
  if (file === undefined) return text
  const { line } = file.getLineAndCharacterOfPosition(start)
  return `${file.fileName.slice(shop.length + 1)}:${line + 1}: ${text}`
}

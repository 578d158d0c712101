import { readdirSync, readFileSync } from "node:fs"
import { dirname, join, relative, sep } from "node:path"

const MEDUSA = dirname(dirname(require.resolve("@medusajs/medusa/package.json")))
/** What has no code of the server in it. */
const NO_SERVER = /^(admin-.*|dashboard|icons|js-sdk|ui)$/

interface Source {
  /** Below `node_modules/@medusajs`. */
  readonly file: string
  readonly text: string
}

/** `POST /admin/products/:id` and so on: each exported handler that is not for reading. */
export function mutatingRoutes(): string[] {
  return sourcesBelow("medusa/dist/api").flatMap(({ file, text }) => {
    if (!file.endsWith("/route.js")) return []
    const path = file.slice("medusa/dist/api".length, -"/route.js".length).replaceAll(/\[(\w+)\]/g, ":$1")
    const methods = text.matchAll(/\bexports(?:\.|, ")(POST|PUT|PATCH|DELETE)\b/g)
    return [...new Set([...methods].map(([, method]) => `${method} ${path}`))]
  })
}

/** The ids of all workflows, also of those that are only steps of others. */
export function workflowIds(): string[] {
  return sourcesBelow("core-flows/dist").flatMap(({ text }) => {
    const constants = new Map([...text.matchAll(/exports\.(\w+) = "([^"]+)";/g)].map(([, name, id]) => [name, id]))
    const calls = text.matchAll(/createWorkflow\)\(\s*(?:\{\s*(?:name|id): )?(?:exports\.(\w+)|"([^"]+)")/g)
    return [...calls].map(([, name, id]) => id ?? constants.get(name) ?? `${name}?`)
  })
}

/** In how many places each file asks the cache. */
export function cacheUses(): Record<string, number> {
  const packages = readdirSync(MEDUSA).filter((name) => !NO_SERVER.test(name))
  const counts = packages
    .flatMap((name) => sourcesBelow(`${name}/dist`))
    .map(({ file, text }) => [file, [...text.matchAll(/\bcache: ?\{|\b(?:useCache|Cached)\)\(/g)].length] as const)
  return Object.fromEntries(counts.filter(([, count]) => count > 0))
}

function sourcesBelow(folder: string): Source[] {
  return javascriptFiles(join(MEDUSA, folder)).map((path) => ({
    file: relative(MEDUSA, path).split(sep).join("/"),
    text: readFileSync(path, "utf8"),
  }))
}

function javascriptFiles(folder: string): string[] {
  return entriesOf(folder).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : javascriptFiles(path)
    return entry.name.endsWith(".js") ? [path] : []
  })
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    // A package without `dist`.
    return []
  }
}

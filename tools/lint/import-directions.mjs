// Which folder may import which. docs/architecture.md has the picture.
import { existsSync, statSync } from "node:fs"
import path from "node:path"

const LEAVES = ["memcached", "codec", "log"]
/** What people are shown. It decides nothing, so nothing that decides may need it. */
const INSIGHT = "insight"
const OUTSIDE_ENGINE = ["src/cache/cache.ts", "src/cache/index.ts"]
const SERVER_LAYERS = ["api", "workflows", "jobs", "admin"]
const COMMAND_SOURCES = ["src/cli/", "src/cache/index", "src/providers/memcached/server-address", "src/types/http"]

/**
 * Each rule forbids imports from one part of the tree.
 *
 * - `from`: the importing file, below the root of the repository
 * - `forbids`: the imported thing: `file` is a path below the root without extension, else `packageName` is set
 * - `typesAllowed`: `import type` is allowed all the same
 */
const RULES = [
  {
    from: (file) => file.startsWith("src/cache/"),
    forbids: ({ packageName }) => packageName?.startsWith("@medusajs/") ?? false,
    message: "The engine knows nothing about Medusa.",
  },
  {
    from: (file) => file.startsWith("src/cache/"),
    forbids: ({ file }) => file !== undefined && !file.startsWith("src/cache/"),
    message: "The engine imports nothing from outside src/cache.",
  },
  {
    from: (file) => folderOf(file, [...LEAVES, INSIGHT]) !== undefined,
    forbids: ({ file }) => ["cache", "engine", "index"].some((name) => file === `src/cache/${name}`),
    message: "Data flows one way: the engine uses this folder, not the other way round.",
  },
  {
    from: (file) => leafOf(file) !== undefined,
    forbids: ({ file }, from) => leafOf(file) !== undefined && leafOf(file) !== leafOf(from),
    typesAllowed: true,
    message: "The folders of the engine share types only; what several of them need lies in src/cache/support.",
  },
  {
    from: (file) => folderOf(file, ["support"]) !== undefined,
    forbids: ({ file }) => file !== undefined && folderOf(file, ["support"]) === undefined,
    typesAllowed: true,
    message: "What everything needs needs nothing itself.",
  },
  {
    from: (file) =>
      file.startsWith("src/cache/") && !file.startsWith(`src/cache/${INSIGHT}/`) && !OUTSIDE_ENGINE.includes(file),
    forbids: ({ file }) => file?.startsWith(`src/cache/${INSIGHT}/`) ?? false,
    message: "What decides does not know what people are shown.",
  },
  {
    from: (file) => file.startsWith("src/") && !file.startsWith("src/cache/memcached/"),
    forbids: ({ packageName }) => packageName === "memjs",
    message: "memjs is used in src/cache/memcached only.",
  },
  {
    from: (file) => file.startsWith("src/") && !file.startsWith("src/cache/"),
    forbids: ({ file }) => (file?.startsWith("src/cache/") ?? false) && file !== "src/cache/index",
    message: "src/cache/index.ts is the only door of the engine.",
  },
  {
    from: (file) => file.startsWith("src/") && !file.startsWith("src/telemetry/"),
    forbids: ({ packageName }) => /opentelemetry/.test(packageName ?? ""),
    message: "OpenTelemetry is used in src/telemetry only.",
  },
  {
    from: (file) => file.startsWith("src/telemetry/"),
    forbids: ({ file }) => file !== undefined && file !== "src/cache/index" && !file.startsWith("src/telemetry/"),
    message: "What is told of the cache is seen from outside of it, through its door.",
  },
  ...["responses", "reads"].map((folder) => ({
    from: (file) => file.startsWith(`src/${folder}/`),
    forbids: ({ file }) => file !== undefined && file !== "src/cache/index" && !file.startsWith(`src/${folder}/`),
    message: "Stored responses, and what watches the database, know the door of the engine and nothing else of ours.",
  })),
  {
    from: (file) => file.startsWith("src/providers/") || file.startsWith("src/modules/"),
    forbids: ({ file }) => SERVER_LAYERS.some((layer) => file?.startsWith(`src/${layer}/`) ?? false),
    message: "Providers and modules do not know what is built on them.",
  },
  {
    from: (file) => file.startsWith("src/admin/"),
    forbids: ({ file }) => file !== undefined && !file.startsWith("src/admin/") && file !== "src/types/http",
    message: "The dashboard shares src/types/http.ts with the server and nothing else.",
  },
  {
    from: (file) => file.startsWith("src/cli/"),
    forbids: ({ file, packageName }) =>
      (packageName?.startsWith("@medusajs/") ?? false) ||
      (file !== undefined && !COMMAND_SOURCES.some((source) => file.startsWith(source))),
    message: "The command line runs without Medusa: it uses the engine, and reads addresses as the provider does.",
  },
  {
    from: (file) => file.startsWith("src/") && !file.startsWith("src/cli/"),
    forbids: ({ file }) => file?.startsWith("src/cli/") ?? false,
    message: "What Medusa loads does not know the command line.",
  },
  {
    from: (file) => file.startsWith("src/"),
    forbids: ({ file }) => file !== undefined && !file.startsWith("src/"),
    message: "What is published imports nothing that is not.",
  },
]

/** @type {import("eslint").Rule.RuleModule} */
export const importDirections = {
  meta: { type: "problem", schema: [], docs: { description: "Folders import each other in one direction" } },
  create(context) {
    const root = context.cwd
    const from = toPosix(path.relative(root, context.filename))
    // Tests of a folder may use anything that helps them.
    if (from.includes("/__tests__/")) {
      return {}
    }
    const rules = RULES.filter((rule) => rule.from(from))

    const check = (node, source, isType) => {
      if (typeof source?.value !== "string") {
        return
      }
      const imported = resolveImport(root, context.filename, source.value)
      const broken = rules.find((rule) => !(isType && rule.typesAllowed) && rule.forbids(imported, from))
      if (broken !== undefined) {
        context.report({ node: source, message: broken.message })
      }
    }
    return {
      ImportDeclaration: (node) => check(node, node.source, node.importKind === "type"),
      ExportNamedDeclaration: (node) => check(node, node.source, node.exportKind === "type"),
      ExportAllDeclaration: (node) => check(node, node.source, node.exportKind === "type"),
      ImportExpression: (node) => check(node, node.source, false),
      TSImportType: (node) => check(node, node.source ?? node.argument?.literal, true),
      TSExternalModuleReference: (node) => check(node, node.expression, false),
      "CallExpression[callee.name='require']": (node) => check(node, node.arguments[0], false),
    }
  },
}

function leafOf(file) {
  return folderOf(file, LEAVES)
}

/** Which of these folders below src/cache a path lies in, if any. */
function folderOf(file, folders) {
  return folders.find((folder) => file?.startsWith(`src/cache/${folder}/`))
}

function resolveImport(root, importer, specifier) {
  if (!specifier.startsWith(".")) {
    return { packageName: specifier }
  }
  const target = path.resolve(path.dirname(importer), specifier).replace(/\.(js|ts|tsx)$/, "")
  // A file before a directory, as Node.js resolves: src/cache/index is the file, although there is such a folder.
  const isFile = [".ts", ".tsx", ".js", ".mjs"].some((extension) => existsSync(target + extension))
  const isDirectory = !isFile && existsSync(target) && statSync(target).isDirectory()
  return { file: toPosix(path.relative(root, isDirectory ? path.join(target, "index") : target)) }
}

function toPosix(file) {
  return file.split(path.sep).join("/")
}

import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { cpus } from "node:os"
import { dirname, join, resolve } from "node:path"
import { findMemcached } from "../tools/services/memcached"
import { findCommand } from "../tools/services/system-packages"

/** Everything that a figure depends on, in one line each. */
export function describeVersions(): string[] {
  const requireHere = createRequire(__filename)
  const redisProvider = requireHere.resolve("@medusajs/caching-redis")
  const plugin = versionIn(resolve(__dirname, ".."))
  const memcached = programVersion(findMemcached())
  const redis = programVersion(process.env.REDIS_BIN ?? findCommand("redis-server") ?? "redis-server")
  return [
    `medusa-plugin-memcached ${plugin} on memcached ${memcached}`,
    `@medusajs/caching-redis ${versionOf(redisProvider)}, ioredis ${versionOf(createRequire(redisProvider).resolve("ioredis"))} on redis-server ${redis}`,
    `memjs ${versionOf(requireHere.resolve("memjs"))}`,
    `Node.js ${process.version}, ${process.platform} ${process.arch}, ${cpus().length} cores (${cpus()[0]?.model ?? "unknown"})`,
  ]
}

/** The first thing in what it says about itself that looks like a version. */
function programVersion(command: string): string {
  const text = execFileSync(command, ["--version"], { encoding: "utf8" })
  return /\d+\.\d+(\.\d+)?/.exec(text)?.[0] ?? text.trim()
}

/** Of the package that a file belongs to; not every package lets its package.json be asked for. */
function versionOf(file: string): string {
  let directory = dirname(file)
  while (directory !== dirname(directory)) {
    const version = versionIn(directory)
    if (version !== "unknown") return version
    directory = dirname(directory)
  }
  return "unknown"
}

function versionIn(directory: string): string {
  try {
    const parsed = JSON.parse(readFileSync(join(directory, "package.json"), "utf8")) as { version?: string }
    return parsed.version ?? "unknown"
  } catch {
    return "unknown"
  }
}

import { CHROMIUM } from "./services/chromium"
import { MEMCACHED } from "./services/memcached"
import { hasNewerNode, installNewerNode } from "./services/newer-node"
import { REDIS } from "./services/redis"
import { findProgram, installPrograms, type SystemProgram } from "./services/system-packages"

/** Installs what development needs and `npm ci` does not bring, as far as the machine lacks it. */
function main(): void {
  if (!hasNewerNode()) installNewerNode()
  const missing = [MEMCACHED, REDIS, CHROMIUM].filter((program) => !isFound(program))
  if (missing.length === 0) {
    console.log("memcached, redis-server, Chromium and a Node.js with Zstandard are there")
    return
  }
  installPrograms(missing)
  missing.forEach(findProgram)
}

function isFound(program: SystemProgram): boolean {
  try {
    return findProgram(program) !== ""
  } catch {
    return false
  }
}

try {
  main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

import { mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { scratchDirectory } from "./scratch-directory"

/**
 * Variables with which Medusa sends no telemetry. MEDUSA_DISABLE_TELEMETRY is not enough: every process would still leave
 * one behind when it ends, which looks for something to send. Only a setting prevents that, and it is to be found
 * in a directory of our own, since the one in the home directory is the user's.
 */
export function medusaEnvironment(): NodeJS.ProcessEnv {
  const configuration = join(scratchDirectory(), "config")
  const file = join(configuration, "medusa", "config.json")
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, JSON.stringify({ telemetry: { enabled: false } }))
  return { MEDUSA_DISABLE_TELEMETRY: "true", XDG_CONFIG_HOME: configuration }
}

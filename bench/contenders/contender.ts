import type { ICachingProviderService } from "@medusajs/framework/types"
import type { CollectingLogger } from "../../testing/collecting-logger"

/** This plugin's provider in other circumstances: in the binary protocol, or without copies in the process. */
export type Variant = "binary" | "withoutCopies"
export type ContenderName = "memcached" | Variant | "redis" | "floor"

/** One of the caches that are compared. */
export interface Contender {
  readonly name: ContenderName
  readonly cache: ICachingProviderService
  /** Warnings since the last call: both providers swallow failures, and a bench must not measure those. */
  readonly takeComplaints: () => string[]
  readonly close: () => Promise<void>
}

export function takeComplaints(logger: CollectingLogger): string[] {
  const lines = logger.lines.splice(0)
  return lines.filter(({ level }) => level === "warn" || level === "error").map(({ text }) => text)
}

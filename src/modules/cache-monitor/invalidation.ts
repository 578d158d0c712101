import { z } from "@medusajs/framework/zod"
import { isTime } from "../../cache"

/** In characters: of the id, and of what else is a name of somebody or something. */
export const MAX_ID_CHARS = 200

export const MAX_MESSAGE_CHARS = 2_000

export const MAX_BATCHES = 100

export const nameInRun = z.string().min(1).max(MAX_ID_CHARS)

/** Of things, or milliseconds. */
const count = z.number().int().min(0)

const batch = z.object({
  index: count,
  targets: count,
  status: z.enum(["applied", "pending", "dry_run"]),
  attempts: count,
  durationMs: count,
})

const time = z.number().int().refine(isTime)

/**
 * As it is kept in Memcached, where anything may be found under its name: another version wrote it, or a person. So nothing
 * is longer than this plugin writes it.
 */
export const invalidation = z.object({
  id: nameInRun,
  state: z.enum(["running", "done", "partly_done", "failed"]),
  dryRun: z.boolean(),
  providerId: nameInRun,
  /** Targets. Before they are resolved: how many were named. */
  total: count,
  done: count,
  /** Targets that Memcached could not be told yet. They are kept, and delivered when it is back. */
  pending: count,
  /** The last hundred. Counted before it is looked at each. */
  batches: z.array(z.unknown()).max(MAX_BATCHES).pipe(z.array(batch)),
  retries: count,
  createdBy: z.object({
    type: z.enum(["event", "code", "admin", "api_key", "workflow"]),
    id: nameInRun.nullable(),
  }),
  startedAtMs: time,
  endedAtMs: time.nullable(),
  durationMs: count,
  message: z.string().max(MAX_MESSAGE_CHARS),
  /** When the process that works on it last said so, by its clock. */
  heartbeatAtMs: time,
})

export type Invalidation = Readonly<z.output<typeof invalidation>>
export type InvalidationBatch = Readonly<z.output<typeof batch>>

/** Six heartbeats. Also more than what the clocks of two machines may differ by. */
export const INTERRUPTED_AFTER_MS = 30_000

/**
 * As it is shown. A process that is killed cannot say that its work has ended, so a run that nobody has said anything about
 * for 30 seconds is shown as failed. Should it go on after all (a workflow engine that runs it again), it is running again.
 */
export function judged(run: Invalidation, nowMs: number): Invalidation {
  if (run.state !== "running") return run
  if (nowMs - run.heartbeatAtMs <= INTERRUPTED_AFTER_MS) {
    return { ...run, durationMs: Math.max(0, nowMs - run.startedAtMs) }
  }
  const since = new Date(run.heartbeatAtMs).toISOString()
  return {
    ...run,
    state: "failed",
    endedAtMs: run.heartbeatAtMs,
    durationMs: Math.max(0, run.heartbeatAtMs - run.startedAtMs),
    message:
      `Interrupted: the process that ran it has not responded since ${since}, after ${run.done} of ${run.total} targets. ` +
      "Run it again under another id. Clearing twice is harmless.",
  }
}

import { z } from "@medusajs/framework/zod"
import { isTime } from "../../cache"

const batch = z.object({
  index: z.number(),
  targets: z.number(),
  status: z.enum(["applied", "pending", "dry_run"]),
  attempts: z.number(),
  durationMs: z.number(),
})

const time = z.custom<number>(isTime)

/** As it is kept in Memcached, where anything may be found under its name: another version wrote it, or a person. */
export const invalidation = z.object({
  id: z.string(),
  state: z.enum(["running", "done", "partly_done", "failed"]),
  dryRun: z.boolean(),
  providerId: z.string(),
  /** Targets. Before they are resolved: how many were named. */
  total: z.number(),
  done: z.number(),
  /** Targets that Memcached could not be told yet. They are kept, and delivered when it is back. */
  pending: z.number(),
  /** The last hundred. */
  batches: z.array(batch),
  retries: z.number(),
  createdBy: z.object({
    type: z.enum(["event", "code", "admin", "api_key", "workflow"]),
    id: z.string().nullable(),
  }),
  startedAtMs: time,
  endedAtMs: time.nullable(),
  durationMs: z.number(),
  message: z.string(),
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
    durationMs: run.heartbeatAtMs - run.startedAtMs,
    message:
      `Interrupted: nothing was heard of the process that ran it since ${since}, after ${run.done} of ${run.total} ` +
      "targets. Run it again, under another id: clearing twice is harmless.",
  }
}

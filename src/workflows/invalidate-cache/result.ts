import type { Cache } from "../../cache"
import type { Invalidation } from "../../modules/cache-monitor/invalidation"
import type { ResolvedTargets } from "../../modules/cache-monitor/targets"

/** Small, because workflow engines store what steps answer. The batches are with the invalidation. */
export interface InvalidateCacheResult {
  /** Of the invalidation: the transaction's. */
  readonly id: string
  /** partly_done: something is pending, or patterns could not be matched against all known tags. */
  readonly state: Exclude<Invalidation["state"], "running">
  readonly dryRun: boolean
  readonly providerId: string
  /** Targets: tags and keys, each once. */
  readonly total: number
  readonly done: number
  /** Targets that Memcached could not be told. They are kept by this process, and delivered when it is back. */
  readonly pending: number
  readonly retries: number
  /**
   * With something pending: until when other processes may serve what was cleared, in Unix time in milliseconds, if it
   * is not delivered before. null: nothing is pending, or there is no bound, without the option `maxTtl`.
   */
  readonly staleUntilMs: number | null
  readonly message: string
}

export interface Ending {
  readonly state: "done" | "partly_done"
  readonly message: string
}

interface Facts {
  readonly run: Pick<Invalidation, "total" | "pending" | "dryRun">
  readonly targets: ResolvedTargets
  readonly server: string
  readonly maxTtlSeconds: number
  /** Of a dry run: entries that are known to carry the tags. undefined: cannot be told. */
  readonly entries: number | undefined
}

export function endingOf({ run, targets, server, maxTtlSeconds, entries }: Facts): Ending {
  const what = targets.all ? "everything" : `${run.total} targets`
  const sentences = run.dryRun
    ? [`Dry run: nothing was cleared. A real run clears ${what}.`, ...entriesKnown(entries)]
    : run.pending === 0
      ? [`Cleared ${what}.`]
      : [
          `${server} could not be reached for ${targets.all ? what : `${run.pending} of ${what}`}. The clear is kept and ` +
            "delivered when the server answers. Until then, this process serves nothing from the cache, and processes " +
            "that reach Memcached may still serve the cleared entries, " +
            (maxTtlSeconds === 0 ? "until they expire." : `for ${maxTtlSeconds} seconds at most.`),
        ]
  if (!targets.complete) {
    sentences.push(
      "Not all known tags could be read, so patterns may have missed some. Run it again, or name the tags."
    )
  }
  return { state: run.pending > 0 || !targets.complete ? "partly_done" : "done", message: sentences.join(" ") }
}

const entriesKnown = (entries: number | undefined): string[] =>
  entries === undefined ? [] : [`About ${entries} entries are known to have one of the first ${MAX_COUNTED_TAGS} tags.`]

/** Each may be a list of 64 KB. */
const MAX_COUNTED_TAGS = 200

/** What a clear of these would make void. undefined: no tags, or it cannot be told. */
export async function countEntries({ insight }: Cache, { tags, all }: ResolvedTargets): Promise<number | undefined> {
  return all || tags.length === 0 ? undefined : insight.entries.ofAny(tags)
}

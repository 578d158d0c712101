import { Worker } from "node:worker_threads"
import type { Emphasis } from "./profile"
import type { BatchRequest, BatchResult, FailedSchedule, WorkerSettings } from "./schedule-worker"
import { Tally } from "./tally"

export interface Campaign {
  /** JavaScript, made by `bundleWorker`. */
  readonly bundle: string
  /** Of the mutants; the engine as it is, unless given. */
  readonly missingRule?: string
  readonly firstSeed: number
  readonly schedules: number
  readonly workers: number
  readonly emphasis?: Emphasis
  /** Ends after so many schedules with a violation. */
  readonly failuresMax: number
  /** Which of them count towards that. All, unless given. */
  readonly counts?: (failure: FailedSchedule) => boolean
  readonly onProgress?: (tally: Tally, failures: readonly FailedSchedule[]) => void
}

export interface CampaignResult {
  readonly tally: Tally
  readonly failures: readonly FailedSchedule[]
  /** Two campaigns over the same seeds agree in it. */
  readonly fingerprint: number
}

/** Small enough for progress to be seen and for a killed mutant to end soon. */
const BATCH_SCHEDULES = 250

/** Runs a range of seeds on worker threads. Which seed fails does not depend on how many there are. */
export async function runCampaign(campaign: Campaign): Promise<CampaignResult> {
  const { firstSeed, schedules, bundle, missingRule, emphasis, counts = () => true } = campaign
  const tally = new Tally()
  const failures: FailedSchedule[] = []
  let fingerprint = 0
  let next = firstSeed
  const nextBatch = (): BatchRequest | undefined => {
    const left = firstSeed + schedules - next
    if (left <= 0 || failures.filter(counts).length >= campaign.failuresMax) return undefined
    const count = Math.min(left, BATCH_SCHEDULES)
    const batch = { firstSeed: next, count, emphasis }
    next += count
    return batch
  }
  const takeResult = (result: BatchResult): void => {
    tally.add(Object.assign(new Tally(), result.tally))
    failures.push(...result.failures)
    fingerprint ^= result.fingerprint
    campaign.onProgress?.(tally, failures)
  }
  await Promise.all(
    Array.from({ length: campaign.workers }, () => runWorker(startWorker(bundle, missingRule), nextBatch, takeResult))
  )
  return { tally, failures: failures.sort((a, b) => a.seed - b.seed), fingerprint }
}

export function startWorker(bundle: string, missingRule?: string): Worker {
  const settings: WorkerSettings = { missingRule }
  return new Worker(bundle, { eval: true, workerData: settings })
}

function runWorker(
  worker: Worker,
  nextBatch: () => BatchRequest | undefined,
  takeResult: (result: BatchResult) => void
): Promise<void> {
  return new Promise((resolve, reject) => {
    const proceed = () => {
      const batch = nextBatch()
      if (batch) worker.postMessage(batch)
      else void worker.terminate().then(() => resolve(), reject)
    }
    worker.on("message", (result: BatchResult) => {
      takeResult(result)
      proceed()
    })
    worker.on("error", reject)
    proceed()
  })
}

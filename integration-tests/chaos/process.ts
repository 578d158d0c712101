import { setTimeout as delay } from "node:timers/promises"
import { parentPort, workerData } from "node:worker_threads"
import type { ModuleProvider } from "../contract/boot-caching-module"
import { openSubject } from "./open-subject"
import { emptyTally } from "./tally"
import { Truth } from "./truth"

export interface ProcessInput {
  readonly provider: ModuleProvider
  readonly memory: SharedArrayBuffer
  readonly milliseconds: number
  /** Whether it stops dead now and then, as under a long garbage collection. */
  readonly pauses: boolean
}

const READERS = 8
/** They clear the same tag now and then, as many changes of one type do, so that equal clears overlap. */
const WRITERS = 3
const LIST_TAG = "Record:list:*"
/** Their share. */
const LIST_CLEARS = 0.2
const PADDING = "x".repeat(500)

/** One Medusa process: readers that cache aside as core does, and writers that commit and then clear. */
async function main(input: ProcessInput): Promise<void> {
  const truth = new Truth(input.memory)
  const subject = await openSubject(input.provider)
  const tally = emptyTally()
  const endsAt = performance.now() + input.milliseconds
  const running = (): boolean => performance.now() < endsAt
  let pausedAt = 0

  /** Cubed, so that a few records get most of the traffic. */
  const anyRecord = (): number => Math.floor(Math.random() ** 3 * Truth.RECORDS)
  const survived = (): void => {
    tally.rejected += 1
  }

  const read = async (): Promise<void> => {
    const record = anyRecord()
    const key = `record-${record}`
    const due = truth.acknowledged(record)
    const beganAt = performance.now()
    const found = (await subject.get(key)) as { version: number } | null
    if (beganAt > pausedAt) tally.slowestMs = Math.max(tally.slowestMs, performance.now() - beganAt)
    tally.lookups += 1
    if (found) {
      tally.hits += 1
      if (found.version < due) tally.stale += 1
      return
    }
    await delay(Math.random() * 4)
    const version = truth.read(record)
    await delay(Math.random() * 4)
    void subject.set(key, { version, PADDING }, [`Record:${record}`, LIST_TAG]).catch(survived)
  }

  const write = async (): Promise<void> => {
    await delay(Math.random() * 120)
    const record = anyRecord()
    const version = truth.commit(record)
    tally.clears += 1
    const tag = Math.random() < LIST_CLEARS ? LIST_TAG : `Record:${record}`
    if (await subject.clear([tag])) truth.acknowledge(record, version)
    else tally.pending += 1
  }

  const repeat = async (step: () => Promise<void>): Promise<void> => {
    while (running()) {
      await step().catch(survived)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  const pause = async (): Promise<void> => {
    await delay(1000 + Math.random() * 2000)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100 + Math.random() * 700)
    pausedAt = performance.now()
  }

  const work = [
    ...Array.from({ length: WRITERS }, () => repeat(write)),
    ...Array.from({ length: READERS }, () => repeat(read)),
  ]
  if (input.pauses) work.push(repeat(pause))
  await Promise.all(work)
  await subject.close()
  parentPort?.postMessage(tally)
}

void main(workerData as ProcessInput)

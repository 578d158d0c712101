import { bundleWorker } from "./bundle"
import { type Campaign, runCampaign } from "./fleet"
import { mutantWithout } from "./mutants"
import { tryMutant } from "./mutation-testing"

const SCHEDULES = 1500
const WORKERS = 2
/** Far beyond what they take, for machines that are busy with other things. */
const TIMEOUT_MS = 300_000

/** Quickly killed, one for each part of the algorithm; `--mutants` tries all of them. */
const KILLED_HERE = [
  "an entry carries the version at its miss",
  "the head is changed by compare-and-swap",
  "a record that is gone raises the horizon",
  "an entry of another epoch is void",
  "a process with a pending clear serves nothing",
  "the head is read after the lookup began",
  "an answer kept in the process is judged by a reading of its own flow",
  "the marks of a lost head are kept",
  "a mark that was lost with its head is known also when somebody has marked that server anew",
  "marks that were left in an unborn head are lost when an epoch begins without them",
  "a clear is closed in every log after the last one has it",
  "a head that lists nobody is known as well",
]

/** A part of what `npm run test:simulation` does, with the same schedules each time. */
describe("the cache under simulated schedules", () => {
  let bundle: string

  beforeAll(async () => {
    bundle = await bundleWorker()
  })

  const campaign = (over: Partial<Campaign>) =>
    runCampaign({ bundle, firstSeed: 1, schedules: SCHEDULES, workers: WORKERS, failuresMax: 5, ...over })

  it(
    `never serves stale data, hangs or rejects in ${SCHEDULES} schedules`,
    async () => {
      const { failures, tally } = await campaign({})
      expect(failures).toEqual([])
      expect(tally.objections()).toEqual([])
    },
    TIMEOUT_MS
  )

  it(
    "runs a schedule in the same way each time, whatever ran before it",
    async () => {
      const once = await campaign({ firstSeed: 501, schedules: 500, workers: 1 })
      const again = await campaign({ firstSeed: 501, schedules: 500 })
      expect(again.fingerprint).toBe(once.fingerprint)
      expect(again.tally).toEqual(once.tally)
    },
    TIMEOUT_MS
  )

  it.each(KILLED_HERE)(
    "is killed without the rule: %s",
    async (rule) => {
      const { violation } = await tryMutant(mutantWithout(rule), bundle, WORKERS, 1)
      expect(violation).not.toBe("")
    },
    TIMEOUT_MS
  )
})

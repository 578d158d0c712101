import { ManualRuntime } from "../../../../testing/manual-runtime"
import { Contention } from "../contention"

const ATTEMPT_MS = 2

/** The longest wait before an attempt of a change that has lost so many, in milliseconds. */
async function longestWait({ contention, runtime }: ReturnType<typeof after>, lost: number): Promise<number> {
  const startedAt = runtime.elapsed()
  let isOver = false
  runtime.draws.push(1)
  void contention.standBack(lost).then(() => (isOver = true))
  for (; !isOver; await runtime.advance(0.5));
  return runtime.elapsed() - startedAt
}

function after(lostAttempts: number): { contention: Contention; runtime: ManualRuntime } {
  const runtime = new ManualRuntime()
  const contention = new Contention(runtime)
  for (let i = 0; i < 50; i++) {
    contention.took(ATTEMPT_MS)
    contention.succeeded(lostAttempts)
  }
  return { contention, runtime }
}

it("does not delay where no attempts, or few, are lost", async () => {
  for (const lostLately of [0, 1]) {
    const log = after(lostLately)
    expect(await longestWait(log, 0)).toBeLessThan(1)
    expect(await longestWait(log, 1)).toBeLessThan(1)
  }
})

it("delays new changes the more, the more attempts were lost lately", async () => {
  const short = await longestWait(after(3), 0)
  expect(short).toBeGreaterThan(ATTEMPT_MS)
  expect(await longestWait(after(9), 0)).toBeGreaterThan(2 * short)
})

it("lets one that has lost often go before one that is new", async () => {
  const log = after(6)
  expect(await longestWait(log, 6)).toBeLessThan((await longestWait(log, 0)) / 3)
})

it("lets a change that loses all attempts make ever fewer of them", async () => {
  expect(await longestWait(after(0), 100)).toBeGreaterThan(80)
})

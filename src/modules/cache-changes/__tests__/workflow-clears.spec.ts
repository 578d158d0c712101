import { setImmediate as nextTurn } from "node:timers/promises"
import { TransactionOrchestrator } from "@medusajs/framework/orchestration"
import { clearedInWorkflow, holdWorkflows, toldAfterClears } from "../workflow-clears"

/** A clear that is on its way until it is told that it has arrived. */
function clearOnItsWay() {
  let arrive: () => void = () => undefined
  const cleared = new Promise<void>((resolve) => (arrive = resolve))
  return { cleared, arrive }
}

async function hasResolved(promise: Promise<unknown>): Promise<boolean> {
  let resolved = false
  promise.then(
    () => (resolved = true),
    () => (resolved = true)
  )
  await nextTurn()
  return resolved
}

describe("workflows and their clears", () => {
  const traced: string[] = []

  beforeAll(() => {
    TransactionOrchestrator.traceTransaction = (resume, { model_id }) => {
      traced.push(model_id)
      return resume()
    }
    holdWorkflows()
    // Of a second application in the same process.
    holdWorkflows()
  })
  afterAll(() => {
    TransactionOrchestrator.traceTransaction = undefined
  })

  /** As Medusa runs a workflow. */
  const runWorkflow = (steps: () => Promise<void>, model_id = "workflow"): Promise<unknown> => {
    const run = TransactionOrchestrator.traceTransaction?.(steps, {
      model_id,
      transaction_id: "1",
      flow_metadata: {},
    })
    if (!run) throw new Error("Nothing is traced")
    return run
  }

  it("waits for the clear of a change outside of a workflow", async () => {
    const { cleared, arrive } = clearOnItsWay()
    const change = clearedInWorkflow(cleared)
    expect(await hasResolved(change)).toBe(false)
    arrive()
    expect(await hasResolved(change)).toBe(true)
  })

  it("ends though an event bus waits for subscribers, which tell of changes of their own", async () => {
    const told: string[] = []
    const run = runWorkflow(() =>
      toldAfterClears(
        Promise.resolve(),
        () => toldAfterClears(Promise.resolve(), async () => void told.push("by a subscriber"), true),
        true
      )
    )
    expect(await hasResolved(run)).toBe(true)
    expect(told).toEqual(["by a subscriber"])
  })

  it("waits once, at the end of a workflow, for the clears of all of its changes", async () => {
    const clears = [clearOnItsWay(), clearOnItsWay()]
    let steps = 0
    const run = runWorkflow(async () => {
      for (const { cleared } of clears) {
        await clearedInWorkflow(cleared)
        steps += 1
      }
    })
    expect(await hasResolved(run)).toBe(false)
    expect(steps).toBe(2)
    clears[0]?.arrive()
    expect(await hasResolved(run)).toBe(false)
    clears[1]?.arrive()
    expect(await hasResolved(run)).toBe(true)
  })

  it("waits for each clear a few times only, however many changes of one workflow are told at once", async () => {
    const clears = Array.from({ length: 500 }, clearOnItsWay)
    const then = jest.spyOn(Promise.prototype, "then")
    let told = 0
    const tell = async (): Promise<void> => void (told += 1)
    const run = runWorkflow(async () => {
      await Promise.all(clears.map(({ cleared }) => toldAfterClears(clearedInWorkflow(cleared), tell, false)))
    })
    expect(told).toBe(0)
    for (const { arrive } of clears) arrive()
    await run
    const waits = then.mock.calls.length
    then.mockRestore()
    expect(told).toBe(500)
    expect(waits).toBeLessThan(10_000)
  })

  it("leaves the waiting to the outermost workflow", async () => {
    const { cleared, arrive } = clearOnItsWay()
    let innerHasEnded = false
    const run = runWorkflow(async () => {
      await runWorkflow(() => clearedInWorkflow(cleared))
      innerHasEnded = true
    })
    expect(await hasResolved(run)).toBe(false)
    expect(innerHasEnded).toBe(true)
    arrive()
    expect(await hasResolved(run)).toBe(true)
  })

  it("waits as well when the workflow fails, and says why it did", async () => {
    const { cleared, arrive } = clearOnItsWay()
    const run = runWorkflow(async () => {
      await clearedInWorkflow(cleared)
      throw new Error("Refused")
    })
    expect(await hasResolved(run)).toBe(false)
    arrive()
    await expect(run).rejects.toThrow("Refused")
  })

  it("lets what a workflow has set off wait for itself when the workflow has ended", async () => {
    const { cleared, arrive } = clearOnItsWay()
    let later: Promise<void> = Promise.resolve()
    await runWorkflow(async () => {
      later = nextTurn()
        .then(nextTurn)
        .then(() => clearedInWorkflow(cleared))
    })
    expect(await hasResolved(later.then(nextTurn))).toBe(false)
    await nextTurn()
    expect(await hasResolved(later)).toBe(false)
    arrive()
    await later
  })

  it("goes on to trace, once for each", async () => {
    traced.length = 0
    await runWorkflow(async () => undefined, "update-products")
    expect(traced).toEqual(["update-products"])
  })
})

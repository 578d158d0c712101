import { AsyncLocalStorage } from "node:async_hooks"
import { TransactionOrchestrator } from "@medusajs/framework/orchestration"

/** The clears of a running workflow, and of workflows that run as its steps. */
class WorkflowClears {
  /** Both resolve with the last one so far: each waits for the one before it, since there may be thousands. */
  #cleared: Promise<void> = Promise.resolve()
  #told: Promise<void> = Promise.resolve()
  #ended = false

  /**
   * Whether the workflow has ended. Nothing waits for clears after that, for example those of an event's subscriber.
   */
  get ended(): boolean {
    return this.#ended
  }

  add(cleared: Promise<void>): void {
    this.#cleared = both(this.#cleared, cleared)
  }

  /** Adds what its end waits for, but nobody who waits for clears: an event bus may wait for subscribers that emit events. */
  addTelling(told: Promise<void>): void {
    this.#told = both(this.#told, told)
  }

  /** Resolves when all clears so far have arrived. */
  arrived(): Promise<void> {
    return this.#cleared
  }

  end(): Promise<void> {
    this.#ended = true
    return both(this.#cleared, this.#told)
  }
}

const both = async (one: Promise<void>, other: Promise<void>): Promise<void> => {
  await one
  await other
}

const running = new AsyncLocalStorage<WorkflowClears>()

const current = (): WorkflowClears | undefined => {
  const clears = running.getStore()
  return clears?.ended ? undefined : clears
}

/**
 * Resolves with the clear, or at once inside a workflow, which then waits at its end. A workflow changes something a
 * dozen times, and would otherwise take as many round trips longer. The clear must not reject.
 */
export function clearedInWorkflow(cleared: Promise<void>): Promise<void> {
  const clears = current()
  if (!clears) return cleared
  clears.add(cleared)
  return Promise.resolve()
}

/**
 * Tells of changes when their clear has arrived, and those that the running workflow has sent before: whoever is told
 * looks at once. `holds` makes the workflow wait for that as well, so that a script does not end before.
 */
export function toldAfterClears(cleared: Promise<void>, tell: () => Promise<void>, holds: boolean): Promise<void> {
  const clears = current()
  const told = Promise.all([cleared, clears?.arrived()]).then(tell)
  if (holds) clears?.addTelling(told.catch(() => undefined))
  return told
}

let isHolding = false

/**
 * Makes the workflows of this process wait for their clears before they end. It uses Medusa's hook for tracing, which
 * has one place only, and which workflows with asynchronous steps bypass. Without the hook each change waits for its
 * own clear.
 */
export function holdWorkflows(): void {
  if (isHolding) return
  isHolding = true
  const trace = TransactionOrchestrator.traceTransaction
  TransactionOrchestrator.traceTransaction = (resume, metadata) =>
    whileRunning(() => (trace ? trace(resume, metadata) : resume()))
}

async function whileRunning<T>(work: () => Promise<T>): Promise<T> {
  if (current()) return work()
  const clears = new WorkflowClears()
  try {
    return await running.run(clears, work)
  } finally {
    await clears.end()
  }
}

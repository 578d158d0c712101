import { AsyncLocalStorage } from "node:async_hooks"
import { TransactionOrchestrator } from "@medusajs/framework/orchestration"

/** The clears of a workflow that is running, and of those that run as its steps. */
class WorkflowClears {
  readonly #waiting = new Set<Promise<void>>()
  #ended = false

  /** What goes on after the end, an event's subscriber for example, is nobody's to wait for. */
  get ended(): boolean {
    return this.#ended
  }

  add(cleared: Promise<void>): void {
    this.#waiting.add(cleared)
    void cleared.then(() => this.#waiting.delete(cleared))
  }

  async end(): Promise<void> {
    this.#ended = true
    await Promise.all(this.#waiting)
  }
}

const running = new AsyncLocalStorage<WorkflowClears>()

const current = (): WorkflowClears | undefined => {
  const clears = running.getStore()
  return clears?.ended ? undefined : clears
}

/**
 * Resolves with the clear, or at once inside of a workflow, which then waits at its end: a workflow changes something a dozen
 * times, and would be as many round trips longer. The clear must not reject.
 */
export function clearedInWorkflow(cleared: Promise<void>): Promise<void> {
  const clears = current()
  if (!clears) return cleared
  clears.add(cleared)
  return Promise.resolve()
}

let isHolding = false

/**
 * From now on workflows of this process end when their clears have resolved. The hook is the one that Medusa has for tracing;
 * without it (it has one place only, and workflows with asynchronous steps pass it by) each change waits for its own clear.
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

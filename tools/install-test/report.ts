import { formatSeconds, showProgress } from "../services/progress"

export interface Totals {
  readonly passed: number
  readonly failed: number
}

export const NONE: Totals = { passed: 0, failed: 0 }

export const add = (a: Totals, b: Totals): Totals => ({ passed: a.passed + b.passed, failed: a.failed + b.failed })

export const formatTotals = ({ passed, failed }: Totals): string => `${passed} passed, ${failed} failed`

/** What a check has found to be wrong. */
export class Mismatch extends Error {
  constructor(expected: string, seen: unknown) {
    const text = typeof seen === "string" ? seen : JSON.stringify(seen)
    super(`expected: ${expected}\n  seen:     ${text}`)
  }
}

/** Thrown by a step without which nothing of what follows it can be done. It has been reported. */
export class CannotGoOn extends Error {}

/** Runs the checks one after another, writes a line for each, and counts. */
export class Report {
  totals: Totals = NONE

  /** Resolves to whether it passed. */
  async check(label: string, run: () => Promise<void>): Promise<boolean> {
    try {
      await oneLine(label, run)
      this.#count("passed")
      return true
    } catch (error) {
      console.log(`  ${describe(error)}`)
      this.#count("failed")
      return false
    }
  }

  /** A check on which the following ones build. Rejects with CannotGoOn when it fails. */
  async step<T>(label: string, run: () => Promise<T>): Promise<T> {
    let result: { readonly value: T } | undefined
    await this.check(label, async () => {
      result = { value: await run() }
    })
    if (result === undefined) throw new CannotGoOn(label)
    return result.value
  }

  #count(outcome: "passed" | "failed"): void {
    this.totals = { ...this.totals, [outcome]: this.totals[outcome] + 1 }
  }
}

/** Where nobody watches, a step that is still running needs no line of its own. */
async function oneLine(label: string, run: () => Promise<void>): Promise<void> {
  if (process.stdout.isTTY) return showProgress(label, run)
  const started = Date.now()
  let mark = "✗"
  try {
    await run()
    mark = "✓"
  } finally {
    console.log(`${mark} ${label} (${formatSeconds(Date.now() - started)})`)
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message}\n  ${error.cause.message}` : error.message
}

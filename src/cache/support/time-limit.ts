import type { Runtime } from "./runtime"

/** Resolves with the promise's value, or with `late` when that takes too long. The promise must not reject. */
export function within<T, L>(runtime: Runtime, limitMs: number, promise: Promise<T>, late: L): Promise<T | L> {
  return new Promise((resolve) => {
    const timer = runtime.schedule(limitMs, () => resolve(late))
    void promise.then((value) => {
      timer.cancel()
      resolve(value)
    })
  })
}

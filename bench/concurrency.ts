/** Runs the operation for 0, 1, 2 …, so many at a time: each of the callers begins its next one when it has its answer. */
export async function runConcurrently(
  operations: number,
  concurrency: number,
  operation: (index: number) => Promise<void>
): Promise<void> {
  let next = 0
  const caller = async (): Promise<void> => {
    // Callers have asynchronous contexts of their own, as requests of a shop have.
    await Promise.resolve()
    while (next < operations) await operation(next++)
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, operations) }, caller))
}

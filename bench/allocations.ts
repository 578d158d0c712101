import { GCProfiler } from "node:v8"

/** Counts the bytes that are allocated on the heap until `stop` is called: what is there, and what was collected. */
export function countAllocations(): { stop(): number } {
  const profiler = new GCProfiler()
  const before = process.memoryUsage().heapUsed
  profiler.start()
  return {
    stop: () => {
      const after = process.memoryUsage().heapUsed
      const collected = profiler
        .stop()
        .statistics.map(({ beforeGC, afterGC }) => usedIn(beforeGC) - usedIn(afterGC))
        .reduce((sum, bytes) => sum + bytes, 0)
      return Math.max(0, after - before + collected)
    },
  }
}

const usedIn = ({ heapStatistics }: { readonly heapStatistics: { readonly usedHeapSize: number } }): number =>
  heapStatistics.usedHeapSize

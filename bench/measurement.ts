import { setTimeout as delay } from "node:timers/promises"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { countAllocations } from "./allocations"
import type { Wire } from "./wire"

/** What one round of one contender took. */
export interface Measurement {
  /** Until the last answer, in milliseconds. */
  readonly wallMs: number
  /** Processor time of this process until it was quiet again, in milliseconds: work behind the answers counts too. */
  readonly cpuMs: number
  /** On the heap. Buffers are outside of it. */
  readonly allocatedBytes: number
  readonly wireBytes: number
  readonly roundTrips: number
}

/** Longer than the pauses that a contender makes before it begins its background work. */
const QUIET_WINDOW_MS = 70
/** What the poll itself and idle timers may take in such a window. */
const QUIET_CPU_MS = 2
const MAX_WINDOWS = 60

setFlagsFromString("--expose-gc")
const collectGarbage = runInNewContext("gc") as (options: { type: "minor" }) => void

/** Runs the work once. Garbage is collected before, so that nobody pays for what another one has left behind. */
export async function measure(
  work: () => Promise<void>,
  { hasBackground, wire }: { readonly hasBackground: boolean; readonly wire: Wire }
): Promise<Measurement> {
  collectGarbage({ type: "minor" })
  const trafficBefore = wire.traffic
  const allocations = countAllocations()
  const cpuBefore = process.cpuUsage()
  const started = performance.now()
  await work()
  const wallMs = performance.now() - started
  const cpuMs = hasBackground ? await cpuUntilQuiet(cpuBefore) : cpuSince(cpuBefore)
  const allocatedBytes = allocations.stop()
  const traffic = wire.traffic
  return {
    wallMs,
    cpuMs,
    allocatedBytes,
    wireBytes: traffic.bytes - trafficBefore.bytes,
    roundTrips: traffic.roundTrips - trafficBefore.roundTrips,
  }
}

/** Waits until two windows in a row have passed in which this process had nothing to do. */
async function cpuUntilQuiet(before: NodeJS.CpuUsage): Promise<number> {
  let quietWindows = 0
  let cpuMs = cpuSince(before)
  for (let i = 0; i < MAX_WINDOWS && quietWindows < 2; i++) {
    await delay(QUIET_WINDOW_MS)
    const next = cpuSince(before)
    quietWindows = next - cpuMs < QUIET_CPU_MS ? quietWindows + 1 : 0
    cpuMs = next
  }
  return cpuMs
}

function cpuSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

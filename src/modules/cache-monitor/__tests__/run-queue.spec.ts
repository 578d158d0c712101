import { RunQueue } from "../run-queue"

const PLACES = 16

const settled = () => new Promise(setImmediate)

/** Names them as soon as they have what they wait for. */
function watched(): { readonly seen: string[]; readonly watch: (name: string, waiting: Promise<void>) => void } {
  const seen: string[] = []
  return { seen, watch: (name, waiting) => void waiting.then(() => seen.push(name)) }
}

function full(): RunQueue {
  const queue = new RunQueue()
  for (let i = 0; i < PLACES; i++) expect(queue.tryJoin(`run-${i}`)).toBe(true)
  return queue
}

describe("RunQueue", () => {
  it("has a number of places, and one for each run however often it asks", async () => {
    const queue = full()
    expect(queue.tryJoin("another")).toBe(false)
    expect(queue.tryJoin("run-3")).toBe(true)
    await queue.join("run-3")
    queue.leave("run-3")
    expect(queue.tryJoin("another")).toBe(true)
    expect(queue.tryJoin("run-3")).toBe(false)
  })

  it("lets who waits for a place have it in the order of arrival, and nobody slip in", async () => {
    const queue = full()
    const { seen, watch } = watched()
    for (const name of ["a", "b", "c"]) watch(name, queue.join(name))
    queue.leave("run-0")
    expect(queue.tryJoin("later")).toBe(false)
    await settled()
    expect(seen).toEqual(["a"])
    queue.leave("a")
    queue.leave("run-1")
    await settled()
    expect(seen).toEqual(["a", "b", "c"])
    expect(queue.tryJoin("later")).toBe(false)
  })

  it("carries out two at once, in the order of arrival", async () => {
    const queue = full()
    const { seen, watch } = watched()
    for (let i = 0; i < 5; i++) watch(`run-${i}`, queue.turn(`run-${i}`))
    await settled()
    expect(seen).toEqual(["run-0", "run-1"])
    queue.leave("run-1")
    await settled()
    expect(seen).toEqual(["run-0", "run-1", "run-2"])
  })

  it("carries out what another process has accepted, too", async () => {
    const queue = full()
    await queue.turn("elsewhere")
    queue.leave("elsewhere")
    expect(queue.tryJoin("another")).toBe(false)
  })

  it("is not blocked by a run that has failed to start, and lets one that has begun take its time", async () => {
    jest.useFakeTimers({ doNotFake: ["setImmediate"] })
    const queue = full()
    await queue.turn("run-0")
    const { seen, watch } = watched()
    for (let i = 0; i < PLACES; i++) watch(`next-${i}`, queue.join(`next-${i}`))
    await jest.advanceTimersByTimeAsync(29_999)
    expect(seen).toEqual([])
    await jest.advanceTimersByTimeAsync(1)
    await settled()
    expect(seen).toHaveLength(PLACES - 1)
    jest.useRealTimers()
  })

  it("keeps no timer for what has left", () => {
    jest.useFakeTimers()
    const queue = full()
    queue.tryJoin("run-0")
    for (let i = 0; i < PLACES; i++) queue.leave(`run-${i}`)
    expect(jest.getTimerCount()).toBe(0)
    jest.useRealTimers()
  })
})

import type { ClearInput, ClearOutcome } from "../../../cache"
import { type BulkClear, clearInBatches } from "../bulk-clear"
import type { InvalidationBatch } from "../invalidation"

const AUTHOR = { origin: "workflow", actorId: "t" } as const

function names(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}${i}`)
}

async function run(
  request: Partial<BulkClear>,
  {
    answers = [],
    pendingPolls = 0,
    patienceMs = 1_000,
  }: { answers?: string[]; pendingPolls?: number; patienceMs?: number }
) {
  const calls: ClearInput[] = []
  const batches: Omit<InvalidationBatch, "index">[] = []
  let retries = 0
  let polls = 0
  const cache = {
    clear: async (input: ClearInput) => {
      calls.push(input)
      return { status: answers.shift() ?? "applied" } as ClearOutcome
    },
    log: {
      get hasPending() {
        return ++polls <= pendingPolls
      },
    },
  }
  const targets = { tags: [], keys: [], all: false }
  const progress = {
    answered: (batch: (typeof batches)[number]) => void batches.push(batch),
    retrying: () => void retries++,
  }
  const bulk = { targets, autoInvalidateOnly: false, dryRun: false, author: AUTHOR, ...request }
  await clearInBatches(cache, bulk, progress, patienceMs)
  return { calls, batches, retries }
}

describe("clearInBatches", () => {
  it("clears a thousand at a time, each once, keys after tags", async () => {
    const tags = names("t", 1_500)
    const keys = names("k", 1_200)
    const { calls, batches } = await run({ targets: { tags, keys, all: false } }, {})
    expect(calls.map((call) => [call.tags?.length, call.keys?.length])).toEqual([
      [1_000, 0],
      [500, 500],
      [0, 700],
    ])
    expect(calls.flatMap((call) => call.tags)).toEqual(tags)
    expect(calls.flatMap((call) => call.keys)).toEqual(keys)
    expect(calls.every((call) => call.options === undefined)).toBe(true)
    expect(batches.map(({ targets, status, attempts }) => [targets, status, attempts])).toEqual([
      [1_000, "applied", 1],
      [1_000, "applied", 1],
      [700, "applied", 1],
    ])
  })

  it("clears everything with one call", async () => {
    const { calls, batches } = await run({ targets: { tags: [], keys: [], all: true } }, {})
    expect(calls).toEqual([{ tags: ["*"] }])
    expect(batches).toMatchObject([{ targets: 1, status: "applied" }])
  })

  it("spares what an event spares when it is told to", async () => {
    const { calls } = await run({ targets: { tags: ["a"], keys: [], all: false }, autoInvalidateOnly: true }, {})
    expect(calls).toEqual([{ tags: ["a"], keys: [], options: { autoInvalidate: true } }])
  })

  it("clears nothing in a dry run", async () => {
    const { calls, batches } = await run(
      { targets: { tags: names("t", 1_001), keys: [], all: false }, dryRun: true },
      {}
    )
    expect(calls).toEqual([])
    expect(batches).toMatchObject([
      { targets: 1_000, status: "dry_run" },
      { targets: 1, status: "dry_run" },
    ])
  })

  it("gives the event loop its turn between two batches", async () => {
    let turns = 0
    let counting = true
    const count = () => {
      turns += 1
      if (counting) setImmediate(count)
    }
    setImmediate(count)
    const { batches } = await run({ targets: { tags: names("t", 20_000), keys: [], all: false } }, {})
    counting = false
    expect(batches).toHaveLength(20)
    expect(turns).toBeGreaterThanOrEqual(19)
  })

  it("clears a pending batch again when the engine has delivered what was pending", async () => {
    const targets = { tags: names("t", 2_000), keys: [], all: false }
    const { calls, batches, retries } = await run({ targets }, { answers: ["pending"], pendingPolls: 2 })
    expect(calls.map(({ tags }) => tags?.[0])).toEqual(["t0", "t0", "t1000"])
    expect(batches).toMatchObject([
      { status: "applied", attempts: 2 },
      { status: "applied", attempts: 1 },
    ])
    expect(retries).toBe(1)
  })

  it("hands the rest to the engine when it has waited long enough", async () => {
    const targets = { tags: names("t", 3_000), keys: [], all: false }
    const answers = ["pending", "pending", "pending"]
    const { calls, batches, retries } = await run({ targets }, { answers, pendingPolls: Infinity, patienceMs: 200 })
    expect(calls).toHaveLength(3)
    expect(batches.map(({ status, attempts }) => [status, attempts])).toEqual([
      ["pending", 1],
      ["pending", 1],
      ["pending", 1],
    ])
    expect(retries).toBe(0)
  })

  it("gives up on a batch that is pending again and again", async () => {
    const answers = Array<string>(9).fill("pending")
    const { calls, batches } = await run({ targets: { tags: ["a"], keys: [], all: false } }, { answers })
    expect(calls).toHaveLength(5)
    expect(batches).toMatchObject([{ status: "pending", attempts: 5 }])
  })
})

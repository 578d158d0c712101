import type { ClearInput, ClearOutcome } from "../../../cache"
import { BatchClear } from "../batch-clear"

const AUTHOR = { origin: "workflow", actorId: "t" } as const
const batch = (name: string) => ({ tags: [name], keys: [], all: false })

interface Course {
  /** What Memcached makes of the first clears; the others are applied. */
  readonly answers?: string[]
  readonly pendingPolls?: number
  readonly patienceMs?: number
  readonly autoInvalidateOnly?: boolean
}

function open({ answers = [], pendingPolls = 0, patienceMs = 1_000, autoInvalidateOnly = false }: Course) {
  const calls: ClearInput[] = []
  let polls = 0
  const cache = {
    clear: async (input: ClearInput) => {
      calls.push(input)
      return { status: answers.shift() ?? "applied" } as ClearOutcome
    },
    get hasPending() {
      return ++polls <= pendingPolls
    },
  }
  return { calls, clear: new BatchClear(cache, autoInvalidateOnly, AUTHOR, patienceMs) }
}

describe("BatchClear", () => {
  it("clears a batch with one call, and spares what an event spares when it is told to", async () => {
    const { calls, clear } = open({ autoInvalidateOnly: true })
    expect(await clear.clear({ tags: ["a"], keys: [], all: false })).toEqual({ status: "applied", attempts: 1 })
    expect(calls).toEqual([{ tags: ["a"], keys: [], options: { autoInvalidate: true } }])
  })

  it("clears a pending batch again when the engine has delivered what was pending", async () => {
    const { calls, clear } = open({ answers: ["pending"], pendingPolls: 2 })
    expect(await clear.clear(batch("first"))).toEqual({ status: "applied", attempts: 2 })
    expect(await clear.clear(batch("second"))).toEqual({ status: "applied", attempts: 1 })
    expect(calls.map(({ tags }) => tags?.[0])).toEqual(["first", "first", "second"])
  })

  it("hands the rest to the engine when it has waited long enough", async () => {
    const { calls, clear } = open({
      answers: ["pending", "pending", "pending"],
      pendingPolls: Infinity,
      patienceMs: 200,
    })
    for (const name of ["a", "b", "c"]) {
      expect(await clear.clear(batch(name))).toEqual({ status: "pending", attempts: 1 })
    }
    expect(calls).toHaveLength(3)
  })

  it("gives up on a batch that is pending again and again", async () => {
    const { calls, clear } = open({ answers: Array<string>(9).fill("pending") })
    expect(await clear.clear(batch("a"))).toEqual({ status: "pending", attempts: 5 })
    expect(calls).toHaveLength(5)
  })
})

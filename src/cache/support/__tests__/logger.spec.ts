import { RateLimitedLogger } from "../logger"
import { ManualRuntime } from "../../../../testing/manual-runtime"

function limited(): { log: RateLimitedLogger; said: string[]; runtime: ManualRuntime } {
  const runtime = new ManualRuntime()
  const said: string[] = []
  const logger = { info: () => undefined, debug: () => undefined, warn: (message: string) => void said.push(message) }
  return { log: new RateLimitedLogger(logger, runtime), said, runtime }
}

describe("a warning", () => {
  it("is said once a minute, with how often it was left out", async () => {
    const { log, said, runtime } = limited()
    for (let i = 0; i < 5; i++) log.warn("a", "it happened")
    await runtime.advance(59_999)
    log.warn("a", "it happened")
    expect(said).toEqual(["it happened"])

    await runtime.advance(1)
    log.warn("a", "it happened")
    expect(said).toEqual(["it happened", "it happened (repeated 5 times)"])
  })

  it("does not silence one of another subject", () => {
    const { log, said } = limited()
    log.warn("a", "one")
    log.warn("b", "two")

    expect(said).toEqual(["one", "two"])
  })

  it("is left out beyond twenty different ones a minute, which visitors can cause, and counted", async () => {
    const { log, said, runtime } = limited()
    for (let i = 0; i < 1_000; i++) log.warn(`subject ${i}`, "x")
    expect(said).toHaveLength(20)

    await runtime.advance(60_000)
    log.warn("subject 0", "again")
    expect(said.slice(20)).toEqual(["980 more warnings like the last ones were left out.", "again"])
  })

  it("is forgotten when there are too many subjects, so that memory is bounded", async () => {
    const { log, said, runtime } = limited()
    for (let i = 0; i < 1_000; i++) {
      if (i % 20 === 0) await runtime.advance(60_000)
      for (const message of ["said", "not said"]) log.warn(`subject ${i}`, message)
    }
    await runtime.advance(60_000)
    log.warn("subject 0", "again")
    log.warn("subject 999", "again")

    expect(said.slice(-2)).toEqual(["again", "again (repeated 1 times)"])
  })
})

import fc from "fast-check"
import { EMPTY_SECTION, encodeEntry, Entry } from "../../codec/entry"
import type { ClearRecord } from "../record"
import { type Stamp, View } from "../view"

const HASHES = 6
const LINEAGES = 2

/** What an entry looks like to the view. */
interface Sample extends Stamp {
  readonly hashes: readonly number[]
  readonly autoInvalidate: boolean
}

function entryOf({ lineage, position, hashes, autoInvalidate }: Sample): Entry {
  const header = { lineage, position, autoInvalidate, expiresAtMs: 0, storedAtMs: 0, costMicros: 0 }
  const entry = Entry.decode(encodeEntry(header, EMPTY_SECTION, EMPTY_SECTION, hashes))
  if (!entry) throw new Error("not an entry")
  return entry
}

/** The whole truth about the logs: every record of every lineage, also those that the view never gets to see. */
class NaiveModel {
  readonly #logs = new Map<number, ClearRecord[]>()

  logOf(lineage: number): ClearRecord[] {
    const log = this.#logs.get(lineage) ?? []
    this.#logs.set(lineage, log)
    return log
  }

  /** By going through all clears after the stamp, up to a position. */
  isOutdated(sample: Sample, upTo: number): boolean {
    return this.logOf(sample.lineage)
      .slice(sample.position, upTo)
      .some(
        (record) =>
          record.everything ||
          record.explicit.some((hash) => sample.hashes.includes(hash)) ||
          (sample.autoInvalidate && record.automatic.some((hash) => sample.hashes.includes(hash)))
      )
  }
}

const anyHash = fc.nat({ max: HASHES })
const anyRecord: fc.Arbitrary<ClearRecord> = fc.record({
  id: fc.nat(),
  everything: fc.integer({ min: 0, max: 15 }).map((draw) => draw === 0),
  explicit: fc.array(anyHash, { maxLength: 3 }),
  automatic: fc.array(anyHash, { maxLength: 3 }),
})

type Step =
  | { readonly kind: "append"; readonly record: ClearRecord }
  | { readonly kind: "lose"; readonly records: readonly ClearRecord[] }
  | { readonly kind: "adopt"; readonly lineage: number; readonly back: number }

const append = anyRecord.map((record): Step => ({ kind: "append", record }))
const lose = fc.array(anyRecord, { minLength: 1, maxLength: 3 }).map((records): Step => ({ kind: "lose", records }))
const adopt = fc
  .record({ lineage: fc.nat({ max: LINEAGES - 1 }), back: fc.nat({ max: 3 }) })
  .map((step): Step => ({ kind: "adopt", ...step }))

const anySteps = fc.array(
  fc.oneof({ arbitrary: append, weight: 8 }, { arbitrary: lose, weight: 1 }, { arbitrary: adopt, weight: 1 }),
  { maxLength: 40 }
)
const harmlessSteps = fc.array(append, { maxLength: 40 })

const anySample = (positions: number): fc.Arbitrary<Sample> =>
  fc.record({
    lineage: fc.nat({ max: LINEAGES - 1 }),
    position: fc.nat({ max: positions }),
    hashes: fc.array(anyHash, { minLength: 1, maxLength: 4 }),
    autoInvalidate: fc.boolean(),
  })

/** Does what a process does with a log, and keeps the whole truth beside it. */
function play(steps: readonly Step[], maxTags: number): { view: View; model: NaiveModel } {
  const view = new View(maxTags)
  const model = new NaiveModel()
  view.adopt(0, 0)
  for (const step of steps) {
    const log = model.logOf(view.lineage ?? 0)
    switch (step.kind) {
      case "append":
        log.push(step.record)
        view.append(log.length, step.record)
        break
      case "lose":
        log.push(...step.records)
        view.skipTo(log.length)
        break
      case "adopt": {
        const next = model.logOf(step.lineage)
        const from = Math.max(0, next.length - step.back)
        view.adopt(step.lineage, from)
        next.slice(from).forEach((record, i) => view.append(from + i + 1, record))
      }
    }
  }
  return { view, model }
}

describe("the view", () => {
  it("never calls valid what the whole log calls outdated, whatever was forgotten, lost or begun anew", () => {
    fc.assert(
      fc.property(
        anySteps,
        fc.integer({ min: 1, max: 8 }),
        fc.array(anySample(45), { maxLength: 30 }),
        (steps, maxTags, samples) => {
          const { view, model } = play(steps, maxTags)
          for (const sample of samples) {
            const verdict = view.judge(entryOf(sample))
            if (sample.lineage !== view.lineage) expect(verdict).toBe("foreign")
            else if (model.isOutdated(sample, view.position)) expect(verdict).toBe("outdated")
          }
        }
      ),
      { numRuns: 3_000 }
    )
  })

  it("refuses to store what it would not serve, and nothing else", () => {
    fc.assert(
      fc.property(
        anySteps,
        fc.integer({ min: 1, max: 8 }),
        fc.array(anySample(45), { maxLength: 30 }),
        (steps, maxTags, samples) => {
          const { view } = play(steps, maxTags)
          for (const sample of samples) {
            const refused = view.outdates(sample, sample.hashes, sample.autoInvalidate)
            expect(refused).toBe(view.judge(entryOf(sample)) !== "valid")
          }
        }
      ),
      { numRuns: 2_000 }
    )
  })

  it("calls valid whatever the whole log does, while nothing was forgotten or lost", () => {
    fc.assert(
      fc.property(harmlessSteps, fc.array(anySample(40), { maxLength: 30 }), (steps, samples) => {
        const { view, model } = play(steps, 1_000)
        for (const sample of samples.map((each) => ({ ...each, lineage: 0 }))) {
          expect(view.judge(entryOf(sample)) === "valid").toBe(!model.isOutdated(sample, view.position))
        }
      }),
      { numRuns: 2_000 }
    )
  })

  it("calls valid what was stamped at its own position, whatever it has forgotten", () => {
    fc.assert(
      fc.property(anySteps, fc.integer({ min: 1, max: 8 }), fc.array(anyHash), (steps, maxTags, hashes) => {
        const { view } = play(steps, maxTags)
        const stamp = { lineage: view.lineage ?? 0, position: view.position }
        expect(view.judge(entryOf({ ...stamp, hashes, autoInvalidate: true }))).toBe("valid")
        expect(view.outdates(stamp, hashes, true)).toBe(false)
      })
    )
  })

  it("remembers no more tags than it may, and never lowers its floor", () => {
    fc.assert(
      fc.property(fc.array(anyRecord, { maxLength: 60 }), fc.integer({ min: 1, max: 5 }), (records, maxTags) => {
        const view = new View(maxTags)
        view.adopt(0, 0)
        records.forEach((record, i) => {
          const { floor } = view
          view.append(i + 1, record)
          expect(view.size).toBeLessThanOrEqual(maxTags)
          expect(view.floor).toBeGreaterThanOrEqual(floor)
          expect(view.floor).toBeLessThanOrEqual(view.position)
        })
      })
    )
  })

  it("keeps the newer half when it forgets, so that not everything is void", () => {
    const view = new View(100)
    view.adopt(0, 0)
    for (let position = 1; position <= 101; position++) {
      view.append(position, { id: 0, everything: false, explicit: [], automatic: [position] })
    }

    expect(view.size).toBe(50)
    expect(view.floor).toBe(51)
    expect(view.judge(entryOf({ lineage: 0, position: 51, hashes: [7], autoInvalidate: true }))).toBe("valid")
    expect(view.judge(entryOf({ lineage: 0, position: 50, hashes: [7], autoInvalidate: true }))).toBe("outdated")
  })

  it("spares entries without automatic invalidation from automatic clears only", () => {
    const view = new View(100)
    view.adopt(0, 0)
    view.append(1, { id: 0, everything: false, explicit: [], automatic: [1] })
    const entry = entryOf({ lineage: 0, position: 0, hashes: [9, 1], autoInvalidate: false })
    expect(view.judge(entry)).toBe("valid")

    view.append(2, { id: 0, everything: false, explicit: [1], automatic: [] })
    expect(view.judge(entry)).toBe("outdated")
  })

  it("knows nothing before it has adopted a log", () => {
    const view = new View(100)

    expect(view.covers({ lineage: 0, position: 0 })).toBe(false)
    expect(view.judge(entryOf({ lineage: 0, position: 0, hashes: [1], autoInvalidate: true }))).toBe("foreign")
    expect(view.outdates({ lineage: 0, position: 0 }, [1], true)).toBe(true)
  })
})

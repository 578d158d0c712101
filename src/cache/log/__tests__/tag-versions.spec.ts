import fc from "fast-check"
import { EMPTY_SECTION, encodeEntry, Entry } from "../../codec/entry"
import type { ClearRecord } from "../record"
import { type LogVersion, TagVersions } from "../tag-versions"

const HASHES = 6
const EPOCHS = 2

/** What an entry looks like to the tag versions. */
interface Sample extends LogVersion {
  readonly hashes: readonly number[]
  readonly autoInvalidate: boolean
}

function entryOf({ epoch, version, hashes, autoInvalidate }: Sample): Entry {
  const header = { epoch, version, autoInvalidate, expiresAtMs: 0, storedAtMs: 0, costMicros: 0 }
  const entry = Entry.decode(encodeEntry(header, EMPTY_SECTION, EMPTY_SECTION, hashes))
  if (!entry) throw new Error("not an entry")
  return entry
}

/** The whole truth about the logs: every record of every epoch, also those that the tag versions never gets to see. */
class NaiveModel {
  readonly #logs = new Map<number, ClearRecord[]>()

  logOf(epoch: number): ClearRecord[] {
    const log = this.#logs.get(epoch) ?? []
    this.#logs.set(epoch, log)
    return log
  }

  /** By going through all clears after the read version, up to a version. */
  isCleared(sample: Sample, upTo: number): boolean {
    return this.logOf(sample.epoch)
      .slice(sample.version, upTo)
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
  | { readonly kind: "adopt"; readonly epoch: number; readonly back: number }

const append = anyRecord.map((record): Step => ({ kind: "append", record }))
const lose = fc.array(anyRecord, { minLength: 1, maxLength: 3 }).map((records): Step => ({ kind: "lose", records }))
const adopt = fc
  .record({ epoch: fc.nat({ max: EPOCHS - 1 }), back: fc.nat({ max: 3 }) })
  .map((step): Step => ({ kind: "adopt", ...step }))

const anySteps = fc.array(
  fc.oneof({ arbitrary: append, weight: 8 }, { arbitrary: lose, weight: 1 }, { arbitrary: adopt, weight: 1 }),
  { maxLength: 40 }
)
const harmlessSteps = fc.array(append, { maxLength: 40 })

const anySample = (versions: number): fc.Arbitrary<Sample> =>
  fc.record({
    epoch: fc.nat({ max: EPOCHS - 1 }),
    version: fc.nat({ max: versions }),
    hashes: fc.array(anyHash, { minLength: 1, maxLength: 4 }),
    autoInvalidate: fc.boolean(),
  })

/** Does what a process does with a log, and keeps the whole truth beside it. */
function play(steps: readonly Step[], maxTags: number): { tagVersions: TagVersions; model: NaiveModel } {
  const tagVersions = new TagVersions(maxTags)
  const model = new NaiveModel()
  tagVersions.adopt(0, 0)
  for (const step of steps) {
    const log = model.logOf(tagVersions.epoch ?? 0)
    switch (step.kind) {
      case "append":
        log.push(step.record)
        tagVersions.append(log.length, step.record)
        break
      case "lose":
        log.push(...step.records)
        tagVersions.skipTo(log.length)
        break
      case "adopt": {
        const next = model.logOf(step.epoch)
        const from = Math.max(0, next.length - step.back)
        tagVersions.adopt(step.epoch, from)
        next.slice(from).forEach((record, i) => tagVersions.append(from + i + 1, record))
      }
    }
  }
  return { tagVersions, model }
}

describe("the tag versions", () => {
  it("never calls valid what the whole log calls cleared, whatever was forgotten, lost or begun anew", () => {
    fc.assert(
      fc.property(
        anySteps,
        fc.integer({ min: 1, max: 8 }),
        fc.array(anySample(45), { maxLength: 30 }),
        (steps, maxTags, samples) => {
          const { tagVersions, model } = play(steps, maxTags)
          for (const sample of samples) {
            const verdict = tagVersions.judge(entryOf(sample))
            if (sample.epoch !== tagVersions.epoch) expect(verdict).toBe("other_epoch")
            else if (model.isCleared(sample, tagVersions.version)) expect(verdict).toBe("cleared")
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
          const { tagVersions } = play(steps, maxTags)
          for (const sample of samples) {
            const refused = tagVersions.voids(sample, sample)
            expect(refused).toBe(tagVersions.judge(entryOf(sample)) !== "valid")
          }
        }
      ),
      { numRuns: 2_000 }
    )
  })

  it("calls valid whatever the whole log does, while nothing was forgotten or lost", () => {
    fc.assert(
      fc.property(harmlessSteps, fc.array(anySample(40), { maxLength: 30 }), (steps, samples) => {
        const { tagVersions, model } = play(steps, 1_000)
        for (const sample of samples.map((each) => ({ ...each, epoch: 0 }))) {
          expect(tagVersions.judge(entryOf(sample)) === "valid").toBe(!model.isCleared(sample, tagVersions.version))
        }
      }),
      { numRuns: 2_000 }
    )
  })

  it("calls valid what was read at its own version, whatever it has forgotten", () => {
    fc.assert(
      fc.property(anySteps, fc.integer({ min: 1, max: 8 }), fc.array(anyHash), (steps, maxTags, hashes) => {
        const { tagVersions } = play(steps, maxTags)
        const readVersion = { epoch: tagVersions.epoch ?? 0, version: tagVersions.version }
        expect(tagVersions.judge(entryOf({ ...readVersion, hashes, autoInvalidate: true }))).toBe("valid")
        expect(tagVersions.voids(readVersion, { hashes, autoInvalidate: true })).toBe(false)
      })
    )
  })

  it("remembers no more tags than it may, and never lowers its horizon", () => {
    fc.assert(
      fc.property(fc.array(anyRecord, { maxLength: 60 }), fc.integer({ min: 1, max: 5 }), (records, maxTags) => {
        const tagVersions = new TagVersions(maxTags)
        tagVersions.adopt(0, 0)
        records.forEach((record, i) => {
          const { horizon } = tagVersions
          tagVersions.append(i + 1, record)
          expect(tagVersions.size).toBeLessThanOrEqual(maxTags)
          expect(tagVersions.horizon).toBeGreaterThanOrEqual(horizon)
          expect(tagVersions.horizon).toBeLessThanOrEqual(tagVersions.version)
        })
      })
    )
  })

  it("keeps the newer half when it forgets, so that not everything is void", () => {
    const tagVersions = new TagVersions(100)
    tagVersions.adopt(0, 0)
    for (let version = 1; version <= 101; version++) {
      tagVersions.append(version, { id: 0, everything: false, explicit: [], automatic: [version] })
    }

    expect(tagVersions.size).toBe(50)
    expect(tagVersions.horizon).toBe(51)
    expect(tagVersions.judge(entryOf({ epoch: 0, version: 51, hashes: [7], autoInvalidate: true }))).toBe("valid")
    expect(tagVersions.judge(entryOf({ epoch: 0, version: 50, hashes: [7], autoInvalidate: true }))).toBe("cleared")
  })

  it("spares entries without automatic invalidation from automatic clears only", () => {
    const tagVersions = new TagVersions(100)
    tagVersions.adopt(0, 0)
    tagVersions.append(1, { id: 0, everything: false, explicit: [], automatic: [1] })
    const entry = entryOf({ epoch: 0, version: 0, hashes: [9, 1], autoInvalidate: false })
    expect(tagVersions.judge(entry)).toBe("valid")

    tagVersions.append(2, { id: 0, everything: false, explicit: [1], automatic: [] })
    expect(tagVersions.judge(entry)).toBe("cleared")
  })

  it("knows nothing before it has adopted a log", () => {
    const tagVersions = new TagVersions(100)

    expect(tagVersions.covers({ epoch: 0, version: 0 })).toBe(false)
    expect(tagVersions.judge(entryOf({ epoch: 0, version: 0, hashes: [1], autoInvalidate: true }))).toBe("other_epoch")
    expect(tagVersions.voids({ epoch: 0, version: 0 }, { hashes: [1], autoInvalidate: true })).toBe(true)
  })
})

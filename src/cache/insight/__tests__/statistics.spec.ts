import { sumOfSnapshots } from "../counts"
import { NOTHING_COUNTED, Statistics } from "../statistics"

describe("statistics", () => {
  it("count each outcome once, where it belongs", () => {
    const statistics = new Statistics()
    statistics.hit({ rawBytes: 100, bytes: 10 }, 7_500, 5)
    statistics.hit({ rawBytes: 1, bytes: 1 }, 0, 5)
    statistics.miss("new")
    statistics.miss("refresh")
    statistics.tagLookup()
    statistics.stored({ rawBytes: 100, bytes: 10, loadMicros: 12_700 })
    statistics.refused("stale")
    statistics.cleared("explicit")
    statistics.cleared("automatic")
    statistics.pending(3)
    statistics.committed(5, 7)

    expect(statistics.snapshot()).toMatchObject({
      lookups: 4,
      hits: 2,
      misses: { new: 1, refresh: 1, cleared: 0, restarted: 0, unreachable: 0, unreadable: 0 },
      tagLookups: 1,
      sets: 1,
      refused: { stale: 1, unproven: 0 },
      clears: { explicit: 1, automatic: 1, pending: 3, merged: 4 },
      records: 1,
      tagsCleared: 7,
      bytes: { readRaw: 101, read: 11, writtenRaw: 100, written: 10 },
      timeSavedMs: 2,
      builds: 1,
      buildMs: 12,
    })
  })

  it("are a snapshot, which does not change afterwards", () => {
    const statistics = new Statistics()
    const before = statistics.snapshot()
    statistics.miss("new")
    statistics.refused("stale")
    statistics.cleared("explicit")
    statistics.stored({ rawBytes: 1, bytes: 1, loadMicros: 0 })

    expect(before).toEqual(NOTHING_COUNTED)
  })

  it("of several caches add up", () => {
    const [one, other] = [new Statistics(), new Statistics()]
    one.miss("new")
    one.stored({ rawBytes: 100, bytes: 10, loadMicros: 0 })
    other.miss("new")
    other.miss("cleared")
    other.committed(5, 7)

    expect(sumOfSnapshots([one.snapshot(), other.snapshot()])).toEqual({
      ...NOTHING_COUNTED,
      lookups: 3,
      misses: { ...NOTHING_COUNTED.misses, new: 2, cleared: 1 },
      sets: 1,
      bytes: { ...NOTHING_COUNTED.bytes, writtenRaw: 100, written: 10 },
      clears: { ...NOTHING_COUNTED.clears, merged: 4 },
      records: 1,
      tagsCleared: 7,
    })
    expect(sumOfSnapshots([])).toEqual(NOTHING_COUNTED)
  })
})

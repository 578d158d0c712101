import { LogReading } from "../log-reading"
import { TagVersions } from "../tag-versions"
import type { Head } from "../head"
import type { Entry } from "../../codec/entry"

const headOf = (epoch: number, version: number): Head => ({ epoch, version, members: [], open: [], tail: [] })

/** Of something that nobody has cleared. */
const entryOf = (epoch: number, version: number): Entry =>
  ({ epoch, version, hashCount: 0, autoInvalidate: true, hashAt: () => 0 }) as unknown as Entry

function reading(epoch: number, version: number): { reading: LogReading; tagVersions: TagVersions } {
  const tagVersions = new TagVersions(100)
  tagVersions.adopt(epoch, version)
  const log = { tagVersions, isDistrusted: false }
  return { reading: new LogReading(headOf(epoch, version), log, false), tagVersions }
}

describe("a reading of the log", () => {
  it("judges by the tag versions", () => {
    const { reading: now } = reading(7, 4)

    expect(now.judge(entryOf(7, 4))).toBe("valid")
    expect(now.judge(entryOf(6, 9))).toBe("other_epoch")
  })

  it("knows nothing any more when a late answer has moved the tag versions back to an earlier log", () => {
    const { reading: now, tagVersions } = reading(7, 4)
    tagVersions.adopt(6, 9)

    expect(now.judge(entryOf(6, 9))).toBe("other_epoch")
    expect(now.judge(entryOf(7, 4))).toBe("other_epoch")
    expect(now.lastClears({ hashes: [], autoInvalidate: true })).toBeUndefined()
  })
})

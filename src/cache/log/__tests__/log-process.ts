import { FakeMemcached } from "../../../../testing/fake-memcached"
import { ManualRuntime } from "../../../../testing/manual-runtime"
import { ScriptedServer } from "../../../../testing/scripted-server"
import { KeySpace } from "../../keys"
import { Cluster } from "../../memcached/cluster"
import { CatchUp } from "../catch-up"
import type { ClearOutcome } from "../clear-batch"
import { decodeHead, type Head } from "../head"
import type { HeadReader, HeadReading } from "../head-reader"
import { InvalidationLog } from "../invalidation-log"
import type { TagVersions } from "../tag-versions"

export const CLEAR_TIMEOUT_MS = 3_000
export const MAX_RECORD_HASHES = 1_000
export const MAX_PENDING_HASHES = 2_000
const LIMITS = {
  inlineRecords: 4,
  retentionSeconds: 3600,
  maxCatchUp: 20,
  backlog: 10,
  clearTimeoutMs: CLEAR_TIMEOUT_MS,
  maxInlineHashes: 8,
  maxRecordHashes: MAX_RECORD_HASHES,
  maxPendingHashes: MAX_PENDING_HASHES,
  readTimeoutMs: 500,
  maxTags: 1_000,
  followIntervalMs: 0,
  recoveryGraceMs: 0,
  readLagMs: 0,
}

/** What several processes have in common. */
export class LogWorld {
  readonly runtime = new ManualRuntime()
  readonly memcached = new FakeMemcached({ now: () => this.runtime.now(), itemSizeMaxBytes: 1024 * 1024 })
  readonly keys = new KeySpace("medusa")

  /** The head as it is stored. */
  get head(): Head | undefined {
    const { value } = this.memcached.execute({ op: "get", key: this.keys.head() })
    return value && decodeHead(value)
  }
}

/** The parts of the log of one process, put together as the cache does it. */
export class LogProcess {
  readonly server: ScriptedServer
  readonly log: InvalidationLog
  readonly tagVersions: TagVersions
  readonly heads: HeadReader
  readonly catchUp: CatchUp
  readonly committed: { calls: number; tags: number }[] = []
  pending = 0

  constructor(readonly world: LogWorld) {
    const { runtime, keys, memcached } = world
    this.server = new ScriptedServer(runtime, { memcached })
    this.log = new InvalidationLog(new Cluster([this.server]), keys, runtime, LIMITS)
    const only = this.log.of("")
    this.tagVersions = only.tagVersions
    this.heads = only.heads
    this.catchUp = new CatchUp(this.server, keys, this.tagVersions, LIMITS)
    this.log.observe({
      committed: (calls, tags) => this.committed.push({ calls, tags }),
      pending: (calls) => (this.pending += calls),
    })
  }

  clear(...explicit: number[]): Promise<ClearOutcome> {
    return this.log.append({ everything: false, explicit, automatic: [] })
  }

  read(): Promise<HeadReading | undefined> {
    return new Promise((resolve) => this.heads.read((found) => resolve(found === "unborn" ? undefined : found)))
  }

  /** Reads the head and brings the tag versions up to it. */
  async follow(): Promise<boolean> {
    const reading = await this.read()
    return reading !== undefined && (await this.catchUp.advance(reading.head))
  }

  /** Whether something read at this version of the present log would be served. */
  serves(version: number, ...hashes: number[]): boolean {
    return !this.tagVersions.voids({ epoch: this.tagVersions.epoch ?? 0, version }, { hashes, autoInvalidate: true })
  }
}

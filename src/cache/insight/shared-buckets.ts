import { askAll } from "../ask"
import { intactValue } from "../checksum"
import type { Cluster } from "../memcached/cluster"
import type { CasToken, Reply } from "../memcached/server"
import { type Bucket, decodeBucket, EMPTY_BUCKET, MAX_BUCKET_BYTES } from "./bucket-item"

interface KnownBucket {
  readonly bucket: Bucket
  readonly token: CasToken | undefined
}

export interface BucketReading {
  /** In the order of the names. */
  readonly buckets: readonly Bucket[]
  /** false: some are as they were last read, or empty. */
  readonly complete: boolean
}

/** All of all ranges are 624. */
const MAX_KNOWN = 700

/**
 * Reads many buckets in one batch, and remembers what it has read: an unchanged bucket is not parsed again, and with
 * Memcached away the last known one is better than none.
 */
export class SharedBuckets {
  readonly #cluster: Cluster
  readonly #known = new Map<string, KnownBucket>()

  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  /** Never rejects. */
  async read(names: readonly string[]): Promise<BucketReading> {
    const replies = await askAll(
      this.#cluster,
      names.map((key) => ({ op: "get", key, maxBytes: MAX_BUCKET_BYTES }))
    )
    const understood = names.map((name, i) => this.#understand(name, replies[i]))
    const buckets = names.map((name) => this.#known.get(name)?.bucket ?? EMPTY_BUCKET)
    this.#forgetOldest()
    return { buckets, complete: understood.every(Boolean) }
  }

  #understand(name: string, reply: Reply | undefined): boolean {
    if (reply?.status === "missing") this.#known.delete(name)
    else if (reply?.status === "ok" && reply.value) this.#remember(name, reply)
    else return false
    return true
  }

  #remember(name: string, reply: Reply): void {
    const known = this.#known.get(name)
    const token = reply.cas
    this.#known.delete(name)
    this.#known.set(name, known && isSame(known.token, token) ? known : { bucket: bucketIn(reply, name), token })
  }

  #forgetOldest(): void {
    for (const name of this.#known.keys()) {
      if (this.#known.size <= MAX_KNOWN) return
      this.#known.delete(name)
    }
  }
}

const isSame = (a: CasToken | undefined, b: CasToken | undefined): boolean =>
  a !== undefined && b !== undefined && a.connection === b.connection && a.unique === b.unique

function bucketIn(reply: Reply, name: string): Bucket {
  const bytes = intactValue(reply, name)
  if (!bytes) return EMPTY_BUCKET
  try {
    const bucket = decodeBucket(JSON.parse(bytes.toString("utf8")) as unknown)
    return bucket === "newer" ? EMPTY_BUCKET : bucket
  } catch {
    return EMPTY_BUCKET
  }
}

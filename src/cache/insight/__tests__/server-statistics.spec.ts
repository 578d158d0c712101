import { Cluster } from "../../memcached"
import { CLOCK_START_MS, ManualRuntime, settle } from "../../../../testing/manual-runtime"
import { ScriptedServer } from "../../../../testing/scripted-server"
import { CacheError } from "../../support/errors"
import { ServerStatistics } from "../server-statistics"
import { ServerWatch } from "../health"

const STATS = {
  version: "1.6.38",
  uptime: "3600",
  time: "1767229200",
  bytes: "1000",
  limit_maxbytes: "67108864",
  curr_items: "5",
  evictions: "2",
  curr_connections: "3",
  get_hits: "10",
  get_misses: "4",
}

/** Each sample takes several requests: the fastest answer is the server's, slower ones have waited for this process. */
const ASKED_FOR_SAMPLE = 3

class CountingServer extends ScriptedServer {
  asked = 0
  answer: () => Promise<Record<string, string>> = async () => STATS
  downReason: CacheError | undefined

  stats(): Promise<Record<string, string>> {
    this.asked += 1
    return this.answer()
  }
}

function open(count = 1) {
  const runtime = new ManualRuntime()
  const servers = Array.from({ length: count }, (_, i) => new CountingServer(runtime, { id: `server-${i}:11211` }))
  const [first] = servers
  if (!first) throw new Error("there must be a server")
  const cluster = new Cluster([first, ...servers.slice(1)])
  return {
    cluster,
    runtime,
    servers,
    first,
    statistics: new ServerStatistics(cluster, new ServerWatch(cluster, runtime), runtime),
  }
}

/** Reads the statistics of a server whose answers take these times, in milliseconds. */
async function answerAfter(
  delays: readonly number[],
  runtime: ManualRuntime,
  server: CountingServer,
  statistics: ServerStatistics
) {
  let answer: (stats: Record<string, string>) => void = () => undefined
  server.answer = () => new Promise((resolve) => (answer = resolve))
  const reading = statistics.read()
  for (const delayMs of delays) {
    await runtime.advance(delayMs)
    answer(STATS)
    await settle()
  }
  return reading
}

describe("ServerStatistics", () => {
  it("are those of the servers that the list has now", async () => {
    const { cluster, runtime, servers, statistics } = open(2)
    expect((await statistics.read()).map(({ id }) => id)).toEqual(["server-0:11211", "server-1:11211"])

    const added = new CountingServer(runtime, { id: "server-2:11211" })
    added.answer = async () => ({ ...STATS, curr_items: "15" })
    const [, kept] = servers
    if (!kept) throw new Error("there must be two")
    cluster.replace([kept, added])
    const reports = await statistics.read()
    expect(reports.map(({ id, shareOfItems }) => [id, shareOfItems])).toEqual([
      ["server-1:11211", 0.25],
      ["server-2:11211", 0.75],
    ])
    expect(servers[0]?.asked).toBe(ASKED_FOR_SAMPLE)
  })

  it("tells Memcached's counters, and how long the fastest answer took", async () => {
    const { runtime, first, statistics } = open()
    const reading = answerAfter([30, 7, 20], runtime, first, statistics)
    expect(await reading).toEqual([
      {
        id: "server-0:11211",
        state: "ready",
        protocol: null,
        log: null,
        isDistrusted: false,
        reason: null,
        downSinceMs: null,
        shareOfItems: 1,
        stats: {
          version: "1.6.38",
          uptimeSeconds: 3600,
          startedAtMs: 1_767_225_600_000,
          memoryUsedBytes: 1000,
          memoryLimitBytes: 67_108_864,
          itemSizeMaxBytes: 1024 * 1024,
          items: 5,
          evictions: 2,
          connections: 3,
          getHits: 10,
          getMisses: 4,
          pingMs: 7,
          sampledAtMs: CLOCK_START_MS + 57,
        },
      },
    ])
  })

  it("keeps the fastest answer for a minute, since slower ones have waited for this process", async () => {
    const { runtime, first, statistics } = open()
    const pingMs = async (delays: readonly number[]) =>
      (await answerAfter(delays, runtime, first, statistics))[0]?.stats?.pingMs
    expect(await pingMs([9, 2, 9])).toBe(2)
    await runtime.advance(50_000)
    expect(await pingMs([40, 45, 50])).toBe(2)
    await runtime.advance(50_000)
    expect(await pingMs([50, 45, 50])).toBe(40)
  })

  it("takes one sample in two seconds, however many want to know", async () => {
    const { runtime, first, statistics } = open()
    await Promise.all(Array.from({ length: 50 }, () => statistics.read()))
    await runtime.advance(1_999)
    await statistics.read()
    expect(first.asked).toBe(ASKED_FOR_SAMPLE)
    await runtime.advance(1)
    await Promise.all([statistics.read(), statistics.read()])
    expect(first.asked).toBe(2 * ASKED_FOR_SAMPLE)
  })

  it("does not ask a server that is down, and says why and since when it is", async () => {
    const { runtime, servers, first, statistics } = open(2)
    const second = servers[1]
    if (!second) throw new Error("there must be two")
    await runtime.advance(500)
    second.downReason = new CacheError(
      "unreachable",
      "server-1:11211 cannot be reached: nothing is listening on this port"
    )
    second.enter("down")
    await runtime.advance(500)
    const [healthy, down] = await statistics.read()
    expect(healthy).toMatchObject({ state: "ready", stats: { version: "1.6.38" } })
    expect(down).toEqual({
      id: "server-1:11211",
      state: "down",
      protocol: null,
      log: null,
      isDistrusted: false,
      reason: "server-1:11211 cannot be reached: nothing is listening on this port",
      downSinceMs: CLOCK_START_MS + 500,
      shareOfItems: null,
      stats: null,
    })
    expect([first.asked, second.asked]).toEqual([ASKED_FOR_SAMPLE, 0])
  })

  it("forgets what it knew when the server went away and came back", async () => {
    const { first, statistics } = open()
    await statistics.read()
    first.enter("down")
    expect((await statistics.read())[0]?.stats).toBeNull()
    first.enter("ready")
    expect((await statistics.read())[0]).toMatchObject({ reason: null, downSinceMs: null, stats: { items: 5 } })
    expect(first.asked).toBe(2 * ASKED_FOR_SAMPLE)
  })

  it("reports the state that asking has led to", async () => {
    const { first, statistics } = open()
    first.answer = async () => {
      first.downReason = new CacheError("unreachable", "did not answer within 500 ms")
      first.enter("down")
      throw first.downReason
    }
    expect(await statistics.read()).toMatchObject([
      { state: "down", reason: "did not answer within 500 ms", stats: null },
    ])
  })

  it("has no counters of a server that refuses to tell, and does not ask it again at once", async () => {
    const { first, statistics } = open()
    first.answer = () => Promise.reject(new CacheError("server_error", "refused"))
    expect(await statistics.read()).toMatchObject([{ state: "ready", reason: null, stats: null }])
    await settle()
    await statistics.read()
    expect(first.asked).toBe(1)
  })

  it("makes the best of counters that are missing or strange", async () => {
    const { first, statistics } = open()
    first.answer = async () => ({ uptime: "soon" })
    expect((await statistics.read())[0]?.stats).toMatchObject({ version: "", uptimeSeconds: 0, items: 0, evictions: 0 })
  })

  describe("the share of the items", () => {
    async function sharesOf(...items: readonly (string | undefined)[]): Promise<(number | null)[]> {
      const { servers, statistics } = open(items.length)
      servers.forEach((server, i) => {
        const known = items[i]
        if (known === undefined) server.enter("down")
        else server.answer = async () => ({ ...STATS, curr_items: known })
      })
      return (await statistics.read()).map(({ shareOfItems }) => shareOfItems)
    }

    it("is that of all servers", async () => {
      expect(await sharesOf("1", "5", "2")).toEqual([0.125, 0.625, 0.25])
    })

    it("is 1 for the only server, and for the only one that answers", async () => {
      expect(await sharesOf("7")).toEqual([1])
      expect(await sharesOf("7", undefined)).toEqual([1, null])
    })

    it("is unknown for a server without counters, which do not count as 0 items", async () => {
      expect(await sharesOf("1", undefined, "3")).toEqual([0.25, null, 0.75])
    })

    it("is 0 for an empty server among others, and unknown while all are empty", async () => {
      expect(await sharesOf("0", "4")).toEqual([0, 1])
      expect(await sharesOf("0", "0")).toEqual([null, null])
    })
  })
})

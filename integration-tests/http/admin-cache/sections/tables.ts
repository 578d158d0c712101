import type { AdminCacheTagsResponse } from "../../../../src/types/http"
import { eventually } from "../../../../testing/eventually"
import type { Section } from "./section"

const PATIENCE_MS = 60_000

export function describeTables({ api, admin, shop }: Section): void {
  const csv = async (path: string): Promise<string> => {
    const { status, data, cacheControl } = await admin().get<string>(path, "text/csv")
    expect({ status, cacheControl }).toEqual({ status: 200, cacheControl: "no-store" })
    return data
  }
  const untilKnown = (query: string, count: number) =>
    eventually(
      async () => (await admin().get<AdminCacheTagsResponse>(`/tags?${query}`)).data.count,
      (known) => known >= count,
      PATIENCE_MS
    )

  describe("a table as CSV", () => {
    it("has all tags that match, in the order that is asked for, and no formula", async () => {
      const tags = Array.from({ length: 25 }, (_, i) => `Csv:${String(i).padStart(2, "0")}`)
      await shop().store({ key: "csv", tags: [...tags, '=Csv:"1",2', "Other:1"] })
      await untilKnown("q=csv:", 26)

      const lines = (await csv("/tags?q=csv:&order=-tag")).trimEnd().split("\r\n")
      expect(lines[0]).toBe("tag,entity,hits,version,last_cleared_at,last_cleared_by,last_cleared_actor_id")
      expect(lines.slice(1).map((line) => line.split(",").slice(0, 2).join())).toEqual([
        ...[...tags].reverse().map((tag) => `${tag},Csv`),
        `"'=Csv:""1"",2"`,
      ])
      const filtered = await csv("/tags?q=csv:&entity=Csv")
      expect(filtered.trimEnd().split("\r\n")).toHaveLength(26)
      expect(filtered).not.toContain("Other:1")
    })

    it("has recent clears, newest first", async () => {
      await admin().post("/clear", { tags: ["Csv:1", "Csv:2"] })
      const [header, newest] = (await csv("/clears")).split("\r\n")
      expect(header).toBe("at,origin,actor_id,all,calls,tags,keys,sample,status,misses,rebuild_ms")
      expect(newest).toMatch(/^20\d\d-.*Z,admin,user_\w+,false,1,2,0,"Csv:1, Csv:2",applied,0,0$/)
    })

    it("has the types of entity of a range", async () => {
      await shop().store({ key: "csv-entity", tags: ["CsvEntity:1"] })
      const lines = (await csv("/stats?range=24h")).split("\r\n")
      expect(lines[0]).toBe("entity,lookups,hits,hit_rate,hit_ms,build_ms,cleared,cleared_by")
      expect(lines.find((line) => line.startsWith("CsvEntity,"))).toMatch(/^CsvEntity,\d+,\d+,[\d.]+,[\d.]*,[\d.]*,0,$/)
    })

    it("is a file, and has no pages", async () => {
      const { headers } = await api.get<string>("/admin/cache/clears", {
        headers: { accept: "text/csv", authorization: await authorization() },
      })
      expect(headers["content-type"]).toMatch(/^text\/csv; charset=utf-8/)
      expect(headers["content-disposition"]).toBe('attachment; filename="cache-clears.csv"')
      for (const path of ["/tags?limit=5", "/clears?offset=1"]) {
        const { status, data } = await admin().get(path, "text/csv")
        expect({ path, status, type: data.type }).toEqual({ path, status: 400, type: "invalid_data" })
      }
    })

    it.each(["application/json", "*/*", "application/json, text/csv;q=0.5"])("is JSON for %s", async (accept) => {
      const { data } = await admin().get<AdminCacheTagsResponse>("/tags?limit=1", accept)
      expect(data).toMatchObject({ limit: 1 })
    })
  })

  const authorization = async (): Promise<string> => {
    const { data } = await admin().createSecretKey<{ api_key: { token: string } }>()
    return `Basic ${Buffer.from(`${data.api_key.token}:`).toString("base64")}`
  }
}

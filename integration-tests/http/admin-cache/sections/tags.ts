import type { AdminCacheTag, AdminCacheTagResponse, AdminCacheTagsResponse } from "../../../../src/types/http"
import { eventually } from "../../../../testing/eventually"
import type { Section } from "./section"

/** Tags are written down in the background. */
const PATIENCE_MS = 60_000

export function describeTags({ admin, shop }: Section): void {
  /** Asks until each of the tags is known, and returns them in the order of the answer. */
  const listed = (query: string, expected: readonly string[]): Promise<AdminCacheTagsResponse> =>
    eventually(
      async () => (await admin().get<AdminCacheTagsResponse>(`/tags?${query}`)).data,
      ({ tags }) => expected.every((tag) => tags.some((known) => known.tag === tag)),
      PATIENCE_MS
    )
  const namesOf = (tags: readonly AdminCacheTag[]): string[] => tags.map(({ tag }) => tag)

  describe("GET /admin/cache/tags", () => {
    it("lists the tags that are in use, with how many entries they have", async () => {
      await shop().store({ key: "menu", tags: ["Menu:main", "Menu:list:*"] })
      await shop().store({ key: "menu-small", tags: ["Menu:main"] })
      await shop().store({ key: "footer", tags: ["Footer:main"] })

      const all = await listed("q=menu:&order=tag", ["Menu:main", "Menu:list:*"])
      expect(namesOf(all.tags)).toEqual(["Menu:list:*", "Menu:main"])
      expect(all).toMatchObject({ count: 2, offset: 0, limit: 20, complete: true, truncated: false })
      const counted = await eventually(
        async () => (await admin().get<AdminCacheTagsResponse>("/tags?q=menu:&order=tag")).data.tags,
        (tags) => tags[1]?.entries === 2,
        PATIENCE_MS
      )
      expect(counted).toMatchObject([
        { tag: "Menu:list:*", entity: "Menu", entries: 1 },
        { tag: "Menu:main", entity: "Menu", entries: 2 },
      ])
      expect(namesOf((await listed("entity=Footer", ["Footer:main"])).tags)).toEqual(["Footer:main"])
    })

    it("answers in pages, and in the order that is asked for", async () => {
      const tags = ["Page:a", "Page:b", "Page:c", "Page:d"]
      await shop().store({ key: "pages", tags })
      await listed("entity=Page", tags)

      const first = await listed("entity=Page&order=-tag&limit=2", [])
      expect(namesOf(first.tags)).toEqual(["Page:d", "Page:c"])
      expect(first).toMatchObject({ count: 4, offset: 0, limit: 2 })
      const second = await listed("entity=Page&order=-tag&limit=2&offset=2", [])
      expect(namesOf(second.tags)).toEqual(["Page:b", "Page:a"])
      expect(second).toMatchObject({ count: 4, offset: 2, limit: 2 })
      expect((await listed("entity=Page&offset=9", [])).tags).toEqual([])
    })

    it("says when and by whom a tag was cleared last, newest first", async () => {
      const tags = ["Cleared:one", "Cleared:two", "Cleared:with-everything"]
      await shop().store({ key: "one", tags })
      await listed("entity=Cleared", tags)
      for (const tag of ["Cleared:one", "Cleared:two"]) await admin().post("/clear", { tags: [tag] })

      const { tags: cleared } = await eventually(
        () => listed("entity=Cleared", []),
        (answer) => answer.tags.filter((tag) => tag.last_cleared_by === "admin").length === 2,
        PATIENCE_MS
      )
      expect(namesOf(cleared)).toEqual(["Cleared:two", "Cleared:one", "Cleared:with-everything"])
      const [second, first, other] = cleared
      expect(second?.last_cleared_actor_id).toMatch(/^user_/)
      expect(second?.version).toBeGreaterThan(first?.version ?? Infinity)
      // Before each test, by code.
      expect(other).toMatchObject({ last_cleared_by: "code", last_cleared_actor_id: null })
    })
  })

  describe("GET /admin/cache/tag", () => {
    it("shows the entries of a tag with their state", async () => {
      await shop().store({ key: "detail-1", data: { text: "x".repeat(5_000) }, tags: ["Detail:a/b %"] })
      await shop().store({ key: "detail-2", tags: ["Detail:a/b %"] })
      const path = `/tag?tag=${encodeURIComponent("Detail:a/b %")}`
      const { tag, entries } = await eventually(
        async () => (await admin().get<AdminCacheTagResponse>(path)).data,
        (answer) => answer.entries.length === 2,
        PATIENCE_MS
      )
      expect(tag).toMatchObject({ tag: "Detail:a/b %", entity: "Detail" })
      expect(entries).toMatchObject([
        { key: "detail-1", state: "valid", auto_invalidate: true, tag_count: 1 },
        { key: "detail-2", state: "valid" },
      ])
      const [entry] = entries
      expect(entry?.size_bytes).toBeGreaterThan(5_000)
      expect(entry?.stored_bytes).toBeLessThan(500)
      expect(entry?.ttl_left_seconds).toBeGreaterThan(500)

      const page = (await admin().get<AdminCacheTagResponse>(`${path}&limit=1&offset=1`)).data
      expect(page.entries.map(({ key }) => key)).toEqual(["detail-2"])
      expect(page).toMatchObject({ count: 2, offset: 1, limit: 1 })
    })

    it("says which entries a clear has voided", async () => {
      await shop().store({ key: "voided", tags: ["Voided:a"] })
      await eventually(
        async () => (await admin().get<AdminCacheTagResponse>("/tag?tag=Voided%3Aa")).data.entries,
        (entries) => entries.length === 1,
        PATIENCE_MS
      )
      await admin().post("/clear", { tags: ["Voided:a"] })
      const { data } = await admin().get<AdminCacheTagResponse>("/tag?tag=Voided%3Aa")
      expect(data.entries).toMatchObject([{ key: "voided", state: "cleared", cleared_by: "Voided:a" }])
    })

    it.each([".", "..", "%2e", "/", "a/../b", "a?b=c&d#e", "日本 😀", "tag[]=a", " ", "t".repeat(10_000)])(
      "takes any tag: %j",
      async (tag) => {
        await shop().store({ key: "any-tag", tags: [tag] })
        const { tag: shown, entries } = await eventually(
          async () => (await admin().get<AdminCacheTagResponse>(`/tag?tag=${encodeURIComponent(tag)}`)).data,
          (answer) => answer.entries.length === 1,
          PATIENCE_MS
        )
        expect(shown.tag).toBe(tag)
        expect(entries).toMatchObject([{ key: "any-tag", state: "valid" }])
      }
    )

    it("answers for a tag that nobody knows", async () => {
      const { status, data } = await admin().get<AdminCacheTagResponse>("/tag?tag=Nobody%3Aknows")
      expect(status).toBe(200)
      expect(data).toMatchObject({
        tag: { tag: "Nobody:knows", entity: "Nobody", version: null, entries: 0, hits: 0 },
        entries: [],
        count: 0,
      })
    })
  })
}

import type { AdminCacheEntryDeleteResponse, AdminCacheEntryResponse } from "../../../../src/types/http"
import type { Section } from "./section"

const STRANGE_KEYS: readonly (readonly [what: string, key: string])[] = [
  ["slashes", "menu/main//top"],
  ["what a URL reserves", "a?b=c&d#e;f,g:h@i+j$k!l'm(n)o*p[q]"],
  ["spaces and line breaks", " a b\tc\nd\re "],
  ["percent signs, also such that look encoded", "100% %2F %41 %zz"],
  ["letters of every plane", "ünïcödé Größe 日本 😀"],
  ["a tilde, as the plugin's own items", "~head"],
  ["10,000 characters", "k".repeat(10_000)],
  ["dots", "a/../b/./c"],
  ["one dot", "."],
  ["two dots", ".."],
  ["a dot that is encoded", "%2e"],
  ["a slash", "/"],
  ["a question mark", "?"],
  ["brackets, which mean a list in a query", "key[]=menu"],
  ["a space", " "],
]

export function describeEntries({ admin, shop }: Section): void {
  const pathOf = (key: string): string => `/entry?key=${encodeURIComponent(key)}`

  describe("GET /admin/cache/entry", () => {
    it("shows an entry and the beginning of its data", async () => {
      const data = { title: "Menu", text: "y".repeat(10_000) }
      await shop().store({ key: "menu", data, tags: ["Menu:main", "Menu:list:*"], autoInvalidate: false })

      const { status, data: answer } = await admin().get<AdminCacheEntryResponse>(pathOf("menu"))
      expect(status).toBe(200)
      expect(answer.entry).toMatchObject({
        key: "menu",
        name: "admin-routes:menu",
        state: "valid",
        cleared_by: null,
        size_bytes: JSON.stringify(data).length,
        auto_invalidate: false,
        tags: ["Menu:list:*", "Menu:main"],
        tag_count: 2,
        preview_truncated: true,
      })
      expect(JSON.stringify(data).startsWith(answer.entry.preview)).toBe(true)
      expect(answer.entry.preview.length).toBeGreaterThan(1_000)
    })

    it("says that a key has no entry", async () => {
      const { status, data } = await admin().get<AdminCacheEntryResponse>(pathOf("nothing-here"))
      expect(status).toBe(200)
      expect(data.entry).toMatchObject({ key: "nothing-here", state: "absent", size_bytes: 0, tags: [] })
    })

    it("names the clear that voided an entry", async () => {
      await shop().store({ key: "voided-entry", tags: ["Voided:entry"] })
      await admin().post("/clear", { tags: ["Voided:entry"] })
      const { data } = await admin().get<AdminCacheEntryResponse>(pathOf("voided-entry"))
      expect(data.entry).toMatchObject({
        state: "cleared",
        cleared_by: "Voided:entry",
        clears: expect.arrayContaining([{ of: "Voided:entry", version: data.entry.log?.version }]) as object,
      })
      expect(data.entry.log?.version).toBeGreaterThan(data.entry.read_version ?? Infinity)
    })
  })

  describe("DELETE /admin/cache/entry", () => {
    it("clears the entry, and no other", async () => {
      await shop().store({ key: "menu" })
      await shop().store({ key: "menu/main" })
      const { status, data } = await admin().delete<AdminCacheEntryDeleteResponse>(pathOf("menu"))
      expect(status).toBe(200)
      expect(data).toMatchObject({ id: "menu", object: "cache_entry", deleted: true })
      expect(data.clear).toMatchObject({ status: "applied", keys: ["menu"], tags: [], entries: 1, stale_until: null })
      expect(await shop().has("menu")).toBe(false)
      expect(await shop().has("menu/main")).toBe(true)
    })

    it.each(STRANGE_KEYS)("takes any key: %s", async (_what, key) => {
      await shop().store({ key, data: { found: true } })
      const { data: shown } = await admin().get<AdminCacheEntryResponse>(pathOf(key))
      expect(shown.entry).toMatchObject({ key, state: "valid", preview: '{"found":true}' })

      const { data } = await admin().delete<AdminCacheEntryDeleteResponse>(pathOf(key))
      expect(data).toMatchObject({ id: key, deleted: true })
      expect(await shop().has(key)).toBe(false)
    })
  })
}

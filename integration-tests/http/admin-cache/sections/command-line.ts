import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { AdminCacheEntry, AdminCacheStatsResponse } from "../../../../src/types/http"
import { eventually } from "../../../../testing/eventually"
import { captureCommand, type CommandResult } from "../../../../testing/captured-command"
import { runCommand } from "../../../cli/command-line"
import type { Section } from "./section"

const PATIENCE_MS = 60_000

/** Without the breaks of lines. */
const onOneLine = (text: string): string => text.replace(/\s+/g, " ")

/** `npx medusa-memcached` beside a running shop. */
export function describeCommandLine({ api, admin, shop, memcached }: Section): void {
  let key: string
  const environment = () => ({ MEDUSA_BACKEND_URL: api.defaults.baseURL, MEDUSA_API_KEY: key })
  const run = (...args: string[]): Promise<CommandResult> => captureCommand(args, { environment: environment() })

  describe("the command line", () => {
    // Each test has a database of its own.
    beforeEach(async () => {
      const { data } = await admin().createSecretKey<{ api_key: { token: string } }>()
      key = data.api_key.token
    })

    describe("medusa-memcached stats", () => {
      it("shows what the page shows", async () => {
        await shop().store({ key: "menu", tags: ["Menu:main"] })
        const result = await eventually(
          () => run("stats"),
          ({ output }) => /Hit rate +[\d.]+ %/.test(output) && /Menu +\d/.test(output),
          PATIENCE_MS
        )
        expect(result.exitCode).toBe(0)
        expect(result.notes).toBe("")
        expect(result.output).toContain("last hour")
        expect(result.output).toMatch(/Status +healthy/)
        expect(result.output).toMatch(/Lookups +[\d,]+ +[\d,]+ hits?, [\d,]+ miss/)
        expect(result.output).toMatch(/Pending clears +0/)
        expect(result.output).toMatch(/new +\d+ +not requested before/)
        expect(result.output).toMatch(new RegExp(`${memcached().address} +ready +[\\d.,]+ (bytes|KB|MB) of`))
      })

      it("has the API's own fields with --json, for the range", async () => {
        const { exitCode, output } = await runCommand(["stats", "--range", "24h", "--json"], environment())
        const { stats, servers, cache } = JSON.parse(output) as AdminCacheStatsResponse & Record<string, unknown>
        expect(exitCode).toBe(0)
        expect(stats.range).toBe("24h")
        expect(stats.totals).toMatchObject({ hits: expect.any(Number) as number, misses: expect.any(Object) as object })
        expect(servers).toMatchObject([{ id: memcached().address, state: "ready" }])
        expect(cache).toMatchObject({ status: "healthy" })
      })

      it("takes the key from a file, and says what is wrong with a key, an address or a provider", async () => {
        const folder = mkdtempSync(join(tmpdir(), "api-key-"))
        try {
          const file = join(folder, "key")
          writeFileSync(file, `${key}\n`)
          const fromFile = await captureCommand(["stats", "--url", `${api.defaults.baseURL}/`, "--api-key-file", file])
          expect(fromFile.exitCode).toBe(0)
        } finally {
          rmSync(folder, { recursive: true })
        }
        const MEDUSA_API_KEY = "sk_0123456789abcdef0123456789abcdef"
        const wrongKey = await captureCommand(["stats"], { environment: { ...environment(), MEDUSA_API_KEY } })
        expect(wrongKey).toMatchObject({ exitCode: 1, output: "" })
        expect(wrongKey.notes).toContain("does not accept the API key (401)")
        expect(wrongKey.notes).not.toContain(MEDUSA_API_KEY)
        const wrongPath = await run("stats", "--url", `${api.defaults.baseURL}/shop`)
        expect(wrongPath).toMatchObject({ exitCode: 1, output: "" })
        expect(wrongPath.notes).toContain("has no route /admin/cache (404)")
        const wrongProvider = await run("stats", "--provider", "unknown")
        expect(wrongProvider).toMatchObject({ exitCode: 1, output: "" })
        expect(wrongProvider.notes).toContain("Running: caching-memcached")
      })
    })

    describe("medusa-memcached explain", () => {
      it("explains a hit: age, time left, size, server, tags and their clears", async () => {
        await admin().post("/clear", { tags: ["Menu:main"] })
        await shop().store({ key: "menu", tags: ["Menu:main", "Menu:list:*"] })
        const { exitCode, output } = await run("explain", "menu")
        expect(exitCode).toBe(0)
        expect(output).toMatch(/^menu {2}hit\n/)
        expect(output).toMatch(/Age +\S+ \w+: stored 20\d\d-/)
        expect(output).toMatch(/TTL left +(10 min|9 min \d+ s): expires/)
        expect(output).toMatch(/Size +\d+ bytes as JSON/)
        expect(output).toMatch(new RegExp(`Server +${memcached().address}: ready, up for`))
        expect(output).toMatch(/Item +admin-routes:menu/)
        expect(output).toMatch(/Menu:main +\d+ +before its data was read: no effect/)
        expect(output).toMatch(/Menu:list:\* +– +no clear since|Menu:list:\* +– +never cleared/)
      })

      it("explains a miss by the clear that caused it, and by whom", async () => {
        await shop().store({ key: "explained", tags: ["Explained:tag", "Explained:other"] })
        await admin().post("/clear", { tags: ["Explained:tag"] })
        const { exitCode, output } = await eventually(
          () => run("explain", "explained"),
          ({ output }) => output.includes("ago, by a user"),
          PATIENCE_MS
        )
        expect(exitCode).toBe(0)
        expect(output).toMatch(/^explained {2}miss: cleared\n/)
        expect(onOneLine(output)).toContain("its tag Explained:tag was cleared after its data was read")
        expect(output).toMatch(/That was .* ago, by a user of the dashboard \(user_/)
        expect(output).toMatch(/Explained:tag +\d+ +after its data was read: this makes it a miss/)
      })

      it("explains what is not stored, and what was cleared by its key", async () => {
        const { exitCode, output } = await run("explain", "never-stored")
        expect(exitCode).toBe(0)
        expect(output).toMatch(/^never-stored {2}miss: not stored\n/)
        expect(output).toContain("has not met this key")
        await shop().store({ key: "removed" })
        expect(await run("clear", "--key", "removed")).toMatchObject({ exitCode: 0 })
        expect((await run("explain", "removed")).output).toContain("This key itself was cleared")
      })

      it("has the entry with --json, with the versions", async () => {
        await shop().store({ key: "menu", tags: ["Menu:main"] })
        await admin().post("/clear", { tags: ["Menu:main"] })
        const { output } = await run("explain", "menu", "--json")
        const { entry } = JSON.parse(output) as { entry: AdminCacheEntry }
        expect(entry).toMatchObject({ key: "menu", state: "cleared", cleared_by: "Menu:main" })
        const [last] = entry.clears.filter(({ of }) => of === "Menu:main")
        expect(last?.version).toBeGreaterThan(entry.read_version ?? Infinity)
        expect(entry.log?.version).toBeGreaterThanOrEqual(last?.version ?? Infinity)
      })
    })

    describe("medusa-memcached clear", () => {
      beforeEach(async () => {
        await shop().store({ key: "menu", tags: ["Menu:main"] })
        await shop().store({ key: "product", tags: ["Product:prod_1", "Product:list:*"] })
        await shop().store({ key: "own", tags: ["Product:prod_2"] })
      })

      it("clears tags, keys and entities, and says how many entries that were", async () => {
        const { exitCode, output } = await run("clear", "--tag", "Menu:main", "--entity", "Product:prod_1")
        expect(exitCode).toBe(0)
        expect(output).toContain("Cleared about 2 entries (2 targets: Menu:main, Product:prod_1)")
        expect(await shop().has("menu")).toBe(false)
        expect(await shop().has("product")).toBe(false)
        expect(await shop().has("own")).toBe(true)
      })

      it("clears nothing with --dry-run, and says when nothing has that name", async () => {
        const dryRun = await run("clear", "--key", "menu", "--dry-run")
        expect(dryRun.exitCode).toBe(0)
        expect(dryRun.output).toContain("Dry run: nothing was cleared. This would clear about 1 entry")
        const misspelt = await run("clear", "--tag", "menu:main")
        expect(misspelt.exitCode).toBe(0)
        expect(misspelt.output).toContain("No entry was found. Upper and lower case matter")
        expect(await shop().has("menu")).toBe(true)
      })

      it("clears all of a type in the background, and waits for it", async () => {
        const known = await eventually(
          () => admin().get<{ count: number }>("/tags?q=Product%3Aprod_2"),
          ({ data }) => data.count === 1,
          PATIENCE_MS
        )
        expect(known.status).toBe(200)
        const dryRun = await run("clear", "--type", "Product", "--dry-run")
        expect(dryRun.output).toContain("Dry run: nothing was cleared. A real run clears")
        expect(dryRun.exitCode).toBe(0)
        expect(await shop().has("own")).toBe(true)
        const { exitCode, output } = await run("clear", "--type", "Product")
        expect(output).toMatch(/^Cleared \d+ targets\. These were at least about 1 entry\./)
        expect(exitCode).toBe(0)
        expect(await shop().has("product")).toBe(false)
        expect(await shop().has("own")).toBe(false)
        expect(await shop().has("menu")).toBe(true)
      })

      it("refuses a misspelt type, with the right one", async () => {
        const { exitCode, output, notes } = await run("clear", "--type", "product")
        expect(notes).toContain("Did you mean 'Product'?")
        expect(output).toBe("")
        expect(exitCode).toBe(1)
      })

      it("clears many tags in the background", async () => {
        const tags = Array.from({ length: 150 }, (_, i) => ["--tag", `Many:${i}`]).flat()
        const { exitCode, output } = await run("clear", "--tag", "Menu:main", ...tags)
        expect(output).toContain("Cleared 151 targets.")
        expect(exitCode).toBe(0)
        expect(await shop().has("menu")).toBe(false)
      })

      it("clears everything with --yes, and not without it where nobody can be asked", async () => {
        for (const option of ["--everything", "--tag=*"]) {
          const { exitCode, notes } = await run("clear", option)
          expect(exitCode).toBe(1)
          expect(notes).toContain("add --yes")
        }
        expect(await shop().has("menu")).toBe(true)
        const { exitCode, output } = await run("clear", "--everything", "--yes")
        expect(exitCode).toBe(0)
        expect(output).toContain("Cleared every entry of this shop")
        for (const each of ["menu", "product", "own"]) expect(await shop().has(each)).toBe(false)
      })
    })
  })
}

import { gzipSync } from "node:zlib"
import { CacheAdmin } from "../cache-admin"
import { EVERY_PATH, EVERY_ROUTE } from "../every-route"
import { type RawRequest, sendRaw } from "../raw-request"
import type { Section } from "./section"

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

/** A body that begins and never ends: whoever waits for it answers nothing. */
const UNFINISHED: readonly Pick<RawRequest, "headers" | "body">[] = [
  { headers: { "content-length": "100000" }, body: '{"tags":["' },
  { headers: { "transfer-encoding": "chunked" }, body: '5\r\n{"tag\r\n' },
  {
    headers: { "content-length": "5000", "content-encoding": "gzip" },
    body: gzipSync(Buffer.alloc(100)).subarray(0, 20),
  },
]
const TYPES = ["application/json", "application/x-www-form-urlencoded", "text/plain"]

/** 16 KB, and 16 MB when it is unpacked, which takes about a second to parse. */
const BOMB = gzipSync(`{"tags":[${"{},".repeat(5_300_000)}{}]}`)
const BOMBS = 12

/** In seconds of CPU time, of this process with all that it does. */
const MOST_CPU_SECONDS = 4

export function describeVisitors({ api, shop }: Section): void {
  const server = (): string => String(api.defaults.baseURL)

  describe("somebody who has not logged in", () => {
    it("gets nothing from any route, and clears nothing", async () => {
      await shop().store({ key: "menu", tags: ["Menu:main"] })
      for (const { name, call } of EVERY_ROUTE) {
        const { status, data } = await call(new CacheAdmin(api))
        expect({ name, status, data }).toEqual({ name, status: 401, data: { message: "Unauthorized" } })
      }
      expect(await shop().has("menu")).toBe(true)
    })

    it("is refused before any of the body is read, whatever is sent", async () => {
      const variants = (path: string): string[] => [
        path,
        `${path}/`,
        path.toUpperCase(),
        `http://shop.example.com${path}?x=1`,
      ]
      // Each type with another body from variant to variant: every path and method gets all nine pairs.
      let turn = 0
      for (const path of EVERY_PATH.flatMap(variants)) {
        for (const method of METHODS) {
          const answers = await Promise.all(
            TYPES.map((type, i) => {
              const { headers, body } = UNFINISHED[(i + turn) % UNFINISHED.length] ?? {}
              return sendRaw(server(), { method, path, headers: { ...headers, "content-type": type }, body })
            })
          )
          turn += 1
          expect({ method, path, statuses: answers.map(({ status }) => status) }).toEqual({
            method,
            path,
            statuses: [401, 401, 401],
          })
        }
      }
    })

    it("costs no more by what a small body would become", async () => {
      const headers = {
        "content-type": "application/json",
        "content-encoding": "gzip",
        "content-length": String(BOMB.length),
      }
      const request = { method: "POST", path: "/admin/cache/invalidations", headers, body: BOMB }
      const before = process.cpuUsage()
      const answers = await Promise.all(Array.from({ length: BOMBS }, () => sendRaw(server(), request)))
      const { user, system } = process.cpuUsage(before)
      expect(answers.map(({ status }) => status)).toEqual(Array(BOMBS).fill(401))
      expect((user + system) / 1e6).toBeLessThan(MOST_CPU_SECONDS)
    })
  })
}

import { createAdminUser } from "../../admin-user"
import { sendRaw } from "../raw-request"
import type { Section } from "./section"

const POSTS = ["/admin/cache/clear", "/admin/cache/invalidations"]

/** Everything, in the way that the route would have to be told. */
const EVERYTHING = '{"tags":["*"]}'
const MULTIPART = '--x\r\ncontent-disposition: form-data; name="tags[]"\r\n\r\n*\r\n--x--\r\n'

/** What a page of another site can make a browser send without asking the server first, and what looks like it. */
const FORMS: readonly (readonly [type: string | undefined, body: string])[] = [
  ["application/x-www-form-urlencoded", "tags[]=*"],
  ["application/x-www-form-urlencoded;charset=UTF-8", "all=true"],
  ["multipart/form-data; boundary=x", MULTIPART],
  ["text/plain", '{"tags":["*"],"dry_run":false,"provider_id":"caching-memcached"}='],
  ["text/plain;charset=UTF-8", EVERYTHING],
  ["text/plain; application/json", EVERYTHING],
  ["application/x-www-form-urlencoded, application/json", EVERYTHING],
  ["", EVERYTHING],
  [undefined, EVERYTHING],
]

export function describeForms({ api, container, shop }: Section): void {
  const server = (): string => String(api.defaults.baseURL)

  /** As a browser has it that somebody has logged in with. */
  const sessionCookie = async (): Promise<string> => {
    const headers = await createAdminUser(container(), { email: "browser@example.com" })
    const { headers: answered } = await api.post("/auth/session", {}, { headers })
    const [cookie = ""] = answered["set-cookie"] ?? []
    return cookie.split(";", 1)[0] ?? ""
  }
  const post = (path: string, cookie: string, type: string | undefined, body: string) =>
    sendRaw(server(), {
      method: "POST",
      path,
      headers: {
        cookie,
        origin: "https://evil.example.com",
        ...(type === undefined ? {} : { "content-type": type }),
        "content-length": String(Buffer.byteLength(body)),
      },
      body,
    })

  describe("a page of another site, in the browser of somebody who has logged in", () => {
    let cookie: string
    beforeAll(async () => {
      cookie = await sessionCookie()
    })

    it.each(POSTS)("clears nothing with a form that is sent to %s", async (path) => {
      await shop().store({ key: "menu", tags: ["Menu:main"] })
      for (const [type, body] of FORMS) {
        const { status, message } = await post(path, cookie, type, body)
        expect({ type, status, message }).toEqual({
          type,
          status: 415,
          message: expect.stringContaining("must be 'application/json'") as string,
        })
      }
      expect(await shop().has("menu")).toBe(true)
      // Not because the cookie is worth nothing. A browser asks first whether it may send this type.
      expect((await post(path, cookie, "application/json", EVERYTHING)).status).toBeLessThan(300)
    })

    it("is refused before its form is read", async () => {
      const headers = { cookie, "content-type": "text/plain", "content-length": "100000" }
      for (const path of POSTS) {
        expect((await sendRaw(server(), { method: "POST", path, headers, body: "{" })).status).toBe(415)
      }
    })

    it("deletes no entry: neither in disguise, nor is it allowed to when the browser asks", async () => {
      await shop().store({ key: "menu" })
      const path = "/admin/cache/entry?key=menu"
      const type = "application/x-www-form-urlencoded"
      const body = "_method=DELETE"
      const form = { cookie, "content-type": type, "content-length": String(body.length) }
      const disguised = await Promise.all([
        sendRaw(server(), { method: "POST", path: `${path}&_method=DELETE`, headers: form, body }),
        sendRaw(server(), { method: "POST", path, headers: { ...form, "x-http-method-override": "DELETE" }, body }),
      ])
      expect(disguised.map(({ status }) => status)).toEqual([404, 404])
      const { head } = await sendRaw(server(), {
        method: "OPTIONS",
        path,
        headers: { origin: "https://evil.example.com", "access-control-request-method": "DELETE" },
      })
      expect(head).not.toMatch(/access-control-allow-origin: (\*|https:\/\/evil)/i)
      expect(await shop().has("menu")).toBe(true)
    })
  })
}

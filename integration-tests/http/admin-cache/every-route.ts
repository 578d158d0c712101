import type { Answer, CacheAdmin } from "./cache-admin"

interface Route {
  readonly name: string
  readonly method: "GET" | "POST" | "DELETE"
  /** Below /admin/cache, with a query that it can answer. */
  readonly path: string
  readonly call: (admin: CacheAdmin) => Promise<Answer<unknown>>
}

const get = (path: string): Route => ({
  name: `GET ${path || "/"}`,
  method: "GET",
  path,
  call: (admin) => admin.get<unknown>(path),
})

const remove = (path: string): Route => ({
  name: `DELETE ${path}`,
  method: "DELETE",
  path,
  call: (admin) => admin.delete<unknown>(path),
})

const clear = (path: string, body: object = { tags: ["Menu:main"] }): Route => ({
  name: `POST ${path}`,
  method: "POST",
  path,
  call: (admin) => admin.post<unknown>(path, body),
})

/** Each route once, with something that it can answer. */
export const READS: readonly Route[] = [
  get(""),
  get("/stats"),
  get("/servers"),
  get("/metrics"),
  get("/tags"),
  get("/tag?tag=Menu%3Amain"),
  get("/entry?key=menu"),
  get("/entries"),
  get("/clears"),
  get("/invalidations"),
  get("/warm"),
]

export const CLEARS: readonly Route[] = [
  remove("/entry?key=menu"),
  clear("/clear"),
  clear("/invalidations"),
  clear("/warm", {}),
]

/** Answers 404, since there is none of that id. */
export const UNKNOWN_INVALIDATION = get("/invalidation?id=unknown")

/** Answers 404, since no server has ever known it. */
const UNKNOWN_SERVER = remove("/server?id=cache-9%3A11211")

export const EVERY_ROUTE: readonly Route[] = [...READS, ...CLEARS, UNKNOWN_INVALIDATION, UNKNOWN_SERVER]

/** Where they are. */
export const EVERY_PATH: readonly string[] = [
  ...new Set(EVERY_ROUTE.map(({ path }) => `/admin/cache${path.replace(/\?.*/, "")}`)),
]

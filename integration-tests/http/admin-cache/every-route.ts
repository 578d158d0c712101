import type { Answer, CacheAdmin } from "./cache-admin"

interface Route {
  readonly name: string
  readonly needs: "read" | "clear"
  readonly call: (admin: CacheAdmin) => Promise<Answer<unknown>>
}

const get = (path: string): Route => ({
  name: `GET ${path || "/"}`,
  needs: "read",
  call: (admin) => admin.get<unknown>(path),
})

/** Each route once, with something that it can answer. */
export const READS: readonly Route[] = [
  get(""),
  get("/stats"),
  get("/servers"),
  get("/tags"),
  get("/tags/Menu%3Amain"),
  get("/entries/menu"),
  get("/clears"),
  get("/invalidations"),
]

export const CLEARS: readonly Route[] = [
  {
    name: "DELETE /entries/menu",
    needs: "clear",
    call: (admin) => admin.delete<unknown>("/entries/menu"),
  },
  {
    name: "POST /clear",
    needs: "clear",
    call: (admin) => admin.post<unknown>("/clear", { tags: ["Menu:main"] }),
  },
  {
    name: "POST /invalidations",
    needs: "clear",
    call: (admin) => admin.post<unknown>("/invalidations", { tags: ["Menu:main"] }),
  },
]

/** Answers 404, since there is none of that id. */
export const UNKNOWN_INVALIDATION = get("/invalidations/unknown")

export const EVERY_ROUTE: readonly Route[] = [...READS, ...CLEARS, UNKNOWN_INVALIDATION]

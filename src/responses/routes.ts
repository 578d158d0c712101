/** A route whose answers are stored. */
export interface AnswerRoute {
  /** The route as people see it: `/store/products/[id]`. It is the type of its answers' tags, so it has no colon. */
  readonly name: string
  /** Seconds. */
  readonly ttl: number
  /** Names of request headers by which its answers differ, in lower case. */
  readonly vary: readonly string[]
}

/** What Medusa answers to every visitor alike, but for what the key has: the catalogue, where it is sold, and for how much. */
export const CATALOGUE_ROUTES: readonly string[] = [
  "/store/products",
  "/store/products/:id",
  "/store/product-variants",
  "/store/product-variants/:id",
  "/store/product-categories",
  "/store/product-categories/:id",
  "/store/collections",
  "/store/collections/:id",
  "/store/product-tags",
  "/store/product-tags/:id",
  "/store/product-types",
  "/store/product-types/:id",
  "/store/product-options",
  "/store/product-options/:id",
  "/store/regions",
  "/store/regions/:id",
  "/store/currencies",
  "/store/currencies/:code",
  "/store/locales",
]

/** What belongs to one visitor, whoever asks to have it stored. Authors belong to nobody. */
const PERSONAL =
  /^\/(?!store\/)|^\/store\/(?:carts|customers|orders|order|returns|payment|shipping|auth(?!ors?(?:\/|$))|gift-cards|store-credit)/i

/** Whether answers of a path may be stored at all. */
export const isPersonal = (path: string): boolean => PERSONAL.test(path)

/** Whether the type of a tag is the name of a route. */
export const isRouteType = (type: string): boolean => type.startsWith("/")

/** Returns a path as Express compares it: letters count alike, and a slash at the end counts for nothing. */
export const plainPath = (path: string): string =>
  (path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path).toLowerCase()

/** Finds the route of a path, as Express does. */
export class RouteTable {
  readonly #exact = new Map<string, AnswerRoute>()
  readonly #withParameters: { readonly pattern: RegExp; readonly route: AnswerRoute }[] = []

  constructor(routes: Readonly<Record<string, Omit<AnswerRoute, "name">>>) {
    for (const [path, options] of Object.entries(routes)) {
      const route = { ...options, name: nameOfRoute(path) }
      if (!path.includes(":")) this.#exact.set(path.toLowerCase(), route)
      else this.#withParameters.push({ pattern: patternOf(path), route })
    }
  }

  get routes(): readonly AnswerRoute[] {
    return [...this.#exact.values(), ...this.#withParameters.map(({ route }) => route)]
  }

  /** Returns undefined for a path that belongs to one visitor, whatever route has it. */
  find(path: string): AnswerRoute | undefined {
    if (isPersonal(path)) return undefined
    const plain = plainPath(path)
    return this.#exact.get(plain) ?? this.#withParameters.find(({ pattern }) => pattern.test(plain))?.route
  }
}

/** Returns why an answer is not one of the route: `/store/products/new` may be a route of the shop's own. */
export function otherRouteIn(answered: unknown, { name }: AnswerRoute): string | undefined {
  const path: unknown = typeof answered === "object" && answered !== null && "path" in answered && answered.path
  if (typeof path === "string" && shapeOf(nameOfRoute(path)) === shapeOf(name)) return undefined
  return `another route has answered, ${typeof path === "string" ? path : "or none"}`
}

/** Returns the name of a route by its path: `/store/products/[id]`. */
export const nameOfRoute = (path: string): string => path.replace(/:(\w+)/g, "[$1]")

/** Returns a route's name without those of its parameters. Routes of one shape answer the same requests. */
export const shapeOf = (name: string): string => name.toLowerCase().replace(/\[\w+\]/g, "[]")

const patternOf = (path: string): RegExp =>
  new RegExp(
    `^${path
      .toLowerCase()
      .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
      .replace(/:\w+/g, "[^/]+")}$`
  )

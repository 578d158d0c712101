import { randomUUID } from "node:crypto"
import { once } from "node:events"
import { createServer, request, type IncomingHttpHeaders, type RequestOptions, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import express, { type NextFunction, type Request, type Response } from "express"
import type { ICachingProviderService } from "@medusajs/framework/types"
import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { type Cache, currentRecording, inFlow } from "../../src/cache"
import { type ResponseOptions, resolveResponseOptions, Responses } from "../../src/responses"
import { openMemcachedProvider, PATIENT, runningCaches } from "../contract/memcached-subject"

/** What Medusa's middlewares find out about a visitor, who says it in headers of the tests. */
interface Visitor {
  publishable_key_context: { key: string; sales_channel_ids: string[] }
  auth_context?: { actor_id: string }
  session?: Record<string, unknown>
  locale?: string
  scope: object
}

export interface Answered {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  /** The header Cache-Status. */
  readonly cacheStatus: string
}

type OpenProvider = Awaited<ReturnType<typeof openMemcachedProvider>>

type Handled = Parameters<Responses["handle"]>

type Setup = (app: express.Express) => void

/** Everything that is answered here was made of it. */
export const TAG = "Thing:list:*"

/** Notes what a route of Medusa would have read. */
export const readThings = (): void => currentRecording()?.read([TAG])

/**
 * An application with the middleware, on a real memcached, without Medusa: visitors come with their keys and sessions,
 * and routes can do what no route of Medusa does.
 */
export class AnsweringApp {
  readonly app = express()
  readonly cache: Cache
  /** What Medusa calls. */
  readonly provider: ICachingProviderService
  readonly warnings: string[] = []
  readonly #server: Server
  readonly #close: () => Promise<void>

  private constructor({ id, cache: provider, close }: OpenProvider, options: ResponseOptions, middlewares: Setup) {
    const cache = runningCaches().get(id) as unknown as Cache
    this.cache = cache
    this.provider = provider
    this.#close = close
    const responses = new Responses(resolveOptions(options), () => ({}) as Knex, {
      warn: (message: string) => void this.warnings.push(message),
    })
    // As Medusa does, which is what the queries of its routes look like.
    this.app.set("query parser", "extended")
    const routeOf = (req: Request) => responses.routeOf({ method: req.method, path: req.baseUrl + req.path })
    this.app.use((req, _res, next) =>
      inFlow(() => {
        if (routeOf(req)) responses.begin(req, cache)
        next()
      })
    )
    this.app.use(identify)
    middlewares(this.app)
    this.app.use("/store/*", (req: Request, res: Response, next: NextFunction) => {
      const route = routeOf(req)
      if (!route) return next()
      responses.handle(route, cache, req as unknown as Handled[2], res as unknown as Handled[3], next).catch(next)
    })
    this.#server = createServer(this.app)
  }

  /** Opens it, with the routes that `routes` adds, and with `middlewares` for whatever is below /store. */
  static async open(
    routes: Setup,
    options: ResponseOptions = {},
    middlewares: Setup = () => undefined
  ): Promise<AnsweringApp> {
    // All test files of a worker have its process id, and modules of their own.
    const cachePrefix = `answers-${randomUUID()}`
    const app = new AnsweringApp(await openMemcachedProvider({ ...PATIENT, cachePrefix }), options, middlewares)
    routes(app.app)
    app.app.use((error: Error, _request: Request, res: Response, _next: NextFunction) => {
      res.status(500).json({ message: error.message })
    })
    app.#server.listen(0, "127.0.0.1")
    await once(app.#server, "listening")
    return app
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** Sends a request as it is, which libraries for clients do not. */
  ask(path: string, { body, ...options }: RequestOptions & { readonly body?: string } = {}): Promise<Answered> {
    return new Promise((resolve, reject) => {
      const sent = request({ host: "127.0.0.1", port: this.port, path, ...options }, (response) => {
        const parts: Buffer[] = []
        response.on("data", (part: Buffer) => parts.push(part))
        response.on("error", reject)
        response.on("end", () => {
          const { statusCode: status = 0, headers } = response
          resolve({ status, headers, body: Buffer.concat(parts), cacheStatus: String(headers["cache-status"] ?? "") })
        })
      })
      sent.on("error", reject)
      sent.end(body)
    })
  }

  clear(tags: string[]): Promise<unknown> {
    return this.cache.clear({ tags })
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
    await this.#close()
  }
}

function resolveOptions(options: ResponseOptions) {
  const resolved = resolveResponseOptions(options)
  if (!resolved) throw new Error("They are on")
  return resolved
}

function identify(req: Request, _res: Response, next: NextFunction): void {
  const visitor = req as unknown as Visitor
  const key = req.get("x-publishable-api-key") ?? "pk_1"
  visitor.publishable_key_context = { key, sales_channel_ids: [`channel of ${key}`] }
  const [customer, user, locale] = ["x-test-customer", "x-test-user", "x-medusa-locale"].map((name) => req.get(name))
  if (customer !== undefined) visitor.auth_context = { actor_id: customer }
  visitor.session = user === undefined ? {} : { auth_context: { actor_type: user } }
  if (locale !== undefined) visitor.locale = locale
  next()
}

import type { AxiosInstance, AxiosRequestConfig } from "axios"

export interface Answer<T> {
  readonly status: number
  readonly data: T
  /** What it says to the caches of browsers and proxies. */
  readonly cacheControl: unknown
}

/** What every error of Medusa looks like. */
export interface Failure {
  readonly type: string
  readonly message: string
}

/** No route waits longer for Memcached than this, not even a clear that waits for it to come back. In milliseconds. */
const PATIENCE_MS = 30_000

/** The routes under /admin/cache, as somebody uses them who has these headers. */
export class CacheAdmin {
  readonly #api: AxiosInstance
  readonly #headers: Readonly<Record<string, string>>

  constructor(api: AxiosInstance, headers: Readonly<Record<string, string>> = {}) {
    this.#api = api
    this.#headers = headers
  }

  get<T = Failure>(path = "", accept?: string): Promise<Answer<T>> {
    const headers = accept === undefined ? {} : { headers: { accept } }
    return this.#send({ method: "GET", url: `/admin/cache${path}`, ...headers })
  }

  post<T = Failure>(path: string, body: unknown): Promise<Answer<T>> {
    return this.#send({ method: "POST", url: `/admin/cache${path}`, data: body })
  }

  /** A body that says that it is JSON, as it is. */
  postText<T = Failure>(path: string, body: string | Buffer, encoding?: string): Promise<Answer<T>> {
    return this.#send({
      method: "POST",
      url: `/admin/cache${path}`,
      data: body,
      headers: {
        "content-type": "application/json",
        ...(encoding === undefined ? {} : { "content-encoding": encoding }),
      },
      transformRequest: (sent: unknown) => sent,
    })
  }

  delete<T = Failure>(path: string): Promise<Answer<T>> {
    return this.#send({ method: "DELETE", url: `/admin/cache${path}` })
  }

  /** Makes a key for programs, which is shown this once. */
  createSecretKey<T>(): Promise<Answer<T>> {
    return this.#send({ method: "POST", url: "/admin/api-keys", data: { title: "CI", type: "secret" } })
  }

  async #send<T>(request: AxiosRequestConfig): Promise<Answer<T>> {
    const { status, data, headers } = await this.#api.request<T>({
      ...request,
      headers: { ...request.headers, ...this.#headers },
      timeout: PATIENCE_MS,
      validateStatus: () => true,
    })
    return { status, data, cacheControl: headers["cache-control"] }
  }
}

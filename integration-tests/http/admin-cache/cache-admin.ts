import type { AxiosInstance } from "axios"

export interface Answer<T> {
  readonly status: number
  readonly data: T
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

  get<T = Failure>(path = ""): Promise<Answer<T>> {
    return this.#send("GET", path)
  }

  post<T = Failure>(path: string, body: unknown): Promise<Answer<T>> {
    return this.#send("POST", path, body)
  }

  delete<T = Failure>(path: string): Promise<Answer<T>> {
    return this.#send("DELETE", path)
  }

  /** Makes a key for programs, which is shown this once. */
  createSecretKey<T>(): Promise<Answer<T>> {
    return this.#request("POST", "/admin/api-keys", { title: "CI", type: "secret" })
  }

  #send<T>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
    return this.#request(method, `/admin/cache${path}`, body)
  }

  async #request<T>(method: string, url: string, body: unknown): Promise<Answer<T>> {
    const { status, data } = await this.#api.request<T>({
      method,
      url,
      data: body,
      headers: this.#headers,
      timeout: PATIENCE_MS,
      validateStatus: () => true,
    })
    return { status, data }
  }
}

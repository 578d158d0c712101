import type { SetRequest, Subject } from "./subject"

/**
 * What Medusa's caching module does between `useCache` and the provider, as far as it changes what the provider sees:
 * identical lookups that overlap share one call, and a set whose key and tags equal those of a running lookup never
 * reaches the provider. One lookup is so followed by several loads and several sets, from other asynchronous contexts.
 *
 * Clears go to the provider directly: core lets a clear share an earlier one that is still running, so that it can
 * resolve with a clear that began before its own commit. No provider can see that.
 */
export class MergingCore {
  private readonly running = new Map<string, Promise<unknown>>()

  constructor(private readonly provider: Subject) {}

  async get(key: string): Promise<unknown> {
    return this.merge(`${key}|`, () => this.provider.get({ key }))
  }

  async set(request: SetRequest): Promise<void> {
    await this.merge(`${request.key}|${[...request.tags].sort().join(",")}`, () => this.provider.set(request))
  }

  private async merge(name: string, call: () => Promise<unknown>): Promise<unknown> {
    const existing = this.running.get(name)
    if (existing) return existing
    const started = call()
    this.running.set(name, started)
    try {
      return await started
    } finally {
      this.running.delete(name)
    }
  }
}

import { AsyncLocalStorage } from "node:async_hooks"

export interface RequestLookups {
  hits: number
  misses: number
}

const current = new AsyncLocalStorage<RequestLookups>()

export function withLookups(lookups: RequestLookups, run: () => void): void {
  current.run(lookups, run)
}

export function countLookup(isHit: boolean): void {
  const lookups = current.getStore()
  if (lookups === undefined) {
    return
  }
  if (isHit) {
    lookups.hits++
  } else {
    lookups.misses++
  }
}

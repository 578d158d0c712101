import type { MemcachedServer } from "../../src/cache/memcached/server"
import type { Runtime } from "../../src/cache/support/runtime"
import type { Limits } from "./profile"

export interface ClearRequest {
  readonly key?: string
  readonly tags?: string[]
  readonly options?: { autoInvalidate: true }
}

export interface SetRequest {
  readonly key: string
  readonly data: unknown
  readonly ttl: number
  readonly tags: string[]
  readonly options: { autoInvalidate?: boolean }
}

/** What a lookup of an answer has found: its text, or else what stores one. */
export type FoundAnswer =
  | { readonly text: string }
  | {
      readonly text: undefined
      /** Resolves with whether it was stored. */
      readonly store: (text: string, tags: readonly string[]) => Promise<boolean>
    }

/**
 * What is being simulated: one process's cache. The engine, or in a test of the harness a cache that is wrong on
 * purpose.
 */
export interface Subject {
  get(request: { key?: string; tags?: string[] }): Promise<unknown>
  /** Resolves with whether it was stored. */
  set(request: SetRequest): Promise<boolean>
  /** Looks up an answer. */
  find(key: string): Promise<FoundAnswer>
  /** Resolves with whether all processes are bound ("applied"), only this one is ("pending"), or nobody is. */
  clear(request: ClearRequest): Promise<"applied" | "pending" | "nothing">
  /** Uses other servers from now on, as when nodes are added to a cluster or removed from it. */
  replaceServers(servers: readonly MemcachedServer[]): void
  /** Has a server taken out of all heads. Resolves with whether it is. */
  forgetServer(id: string): Promise<boolean>
  close(): Promise<void>
  /** Whether a clear waits for a server. */
  hasPending(): boolean
  /** Whether nothing is served from a server for some time, or until something has been done about it. */
  isRecovering(): boolean
  /** Broken limits of what the process keeps in memory, in words. */
  excesses(): string[]
}

export type BootSubject = (surroundings: {
  servers: MemcachedServer[]
  /** Connects to a server that is not among them. */
  reach: (id: string) => MemcachedServer | undefined
  runtime: Runtime
  limits: Limits
}) => Subject

import type { ICachingProviderService } from "@medusajs/framework/types"

/** A caching provider that the contract is run against. */
export interface Subject {
  /** Opens an instance of its own, connected, that keeps its items under `prefix`. */
  readonly open: (prefix: string) => Promise<OpenInstance>
  /** Whether its options allow this prefix. @default any */
  readonly takesPrefix?: (prefix: string) => boolean
}

export interface OpenInstance {
  readonly cache: ICachingProviderService
  readonly close: () => Promise<void>
}

/** What a test of the contract gets: nothing in it is shared with another test. */
export interface ContractContext {
  readonly cache: ICachingProviderService
  readonly prefix: string
  /** Another instance, as another process would have it: of the same prefix unless another one is given. */
  readonly open: (prefix?: string) => Promise<ICachingProviderService>
  readonly takesPrefix: (prefix: string) => boolean
}

export type ContractTest = (context: ContractContext) => Promise<void>

/**
 * What the contract asks for beyond the least that Medusa needs. A provider states each as `true`, or says why it lacks
 * it. Nothing is skipped for that reason: the test then has to fail, which proves that it can tell.
 */
export type Statement = true | string | Lack

export interface Lack {
  readonly because: string
  /** The message of the error, where the test does not come to what it expects. */
  readonly error: string
}

/** What a provider states of each. */
export interface Capabilities {
  /** What was read from the source before a clear is not served after it, though it is stored after it. */
  readonly refusesStaleSet: Statement
  /** `ttl` may have decimals. */
  readonly fractionalTtl: Statement
  /** An entry that is overwritten takes over nothing from the one before: neither its time to live... */
  readonly overwritesTtl: Statement
  /** ...nor its tags... */
  readonly overwritesTags: Statement
  /** ...nor its options. */
  readonly overwritesOptions: Statement
  /** `set` has read its arguments when it returns its promise: the caller may change the tags at once. */
  readonly readsTagsSynchronously: Statement
  /** A set of `undefined`, which core does for a load that returns nothing, resolves. */
  readonly takesUndefined: Statement
  /** A lookup by tags finds false, 0 and the empty string. */
  readonly findsFalsyByTag: Statement
  /** A lookup by tags finds entries whose keys have line ends. */
  readonly findsKeysWithLineEndsByTag: Statement
  /** No key of a caller can meet an item that the provider keeps for itself. */
  readonly separatesOwnItems: Statement
  /** `*` of the prefix "shop" leaves the prefix "shop:eu" alone, or there is no such prefix. */
  readonly separatesNestedPrefixes: Statement
  /** An entry that has expired, or is about to, does not hide others with its tags from a clear. */
  readonly keepsTagsOfLongerEntries: Statement
  /** Answers a call that has neither key nor tags. */
  readonly answersEmptyCalls: Statement
}

export type Capability = keyof Capabilities

/** Everything, for a provider that lacks nothing. */
export const ALL_CAPABILITIES: Capabilities = {
  refusesStaleSet: true,
  fractionalTtl: true,
  overwritesTtl: true,
  overwritesTags: true,
  overwritesOptions: true,
  readsTagsSynchronously: true,
  takesUndefined: true,
  findsFalsyByTag: true,
  findsKeysWithLineEndsByTag: true,
  separatesOwnItems: true,
  separatesNestedPrefixes: true,
  keepsTagsOfLongerEntries: true,
  answersEmptyCalls: true,
}

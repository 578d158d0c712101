/**
 * What the contract asks for beyond the least that Medusa needs. A provider states each as `true`, or says why it lacks
 * it. Nothing is skipped for that reason: the test then has to fail, which proves that it can tell.
 */
export interface Capabilities {
  /** What was read from the source before a clear is not served after it, though it is stored after it. */
  readonly refusesStaleSet: true | string
  /** `ttl` may have decimals. */
  readonly fractionalTtl: true | string
  /** An entry that is overwritten takes over nothing from the one before: neither its time to live... */
  readonly overwritesTtl: true | string
  /** ...nor its tags... */
  readonly overwritesTags: true | string
  /** ...nor its options. */
  readonly overwritesOptions: true | string
  /** `set` has read its arguments when it returns its promise: the caller may change the tags at once. */
  readonly readsTagsSynchronously: true | string
  /** A set of `undefined`, which core does for a load that returns nothing, resolves. */
  readonly takesUndefined: true | string
  /** A lookup by tags finds false, 0 and the empty string. */
  readonly findsFalsyByTag: true | string
  /** A lookup by tags finds entries whose keys have line ends. */
  readonly findsKeysWithLineEndsByTag: true | string
  /** No key of a caller can meet an item that the provider keeps for itself. */
  readonly separatesOwnItems: true | string
  /** `*` of the prefix "shop" leaves the prefix "shop:eu" alone, or there is no such prefix. */
  readonly separatesNestedPrefixes: true | string
  /** An entry that has expired, or is about to, does not hide others with its tags from a clear. */
  readonly keepsTagsOfLongerEntries: true | string
  /** Answers a call that has neither key nor tags. */
  readonly answersEmptyCalls: true | string
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

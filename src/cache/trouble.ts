/** What makes a server that answers useless for the cache, in whole or in part. */
export type TroubleKind =
  /** It refuses what is to be stored, for lack of memory. */
  | "out_of_memory"
  /** It numbers no states of items, without which nothing can be changed by compare-and-swap, the log least of all. */
  | "no_cas"

export interface Trouble {
  readonly kind: TroubleKind
  /** Unix time in milliseconds. */
  readonly sinceMs: number
}

/** In a sentence without its end, with what to do. */
export function describeTrouble(serverId: string, kind: TroubleKind): string {
  switch (kind) {
    case "out_of_memory":
      return (
        `${serverId} is full and refuses what is to be stored, as memcached does with -M: start it without -M, so that the ` +
        "least recently used makes room, and with more memory (-m)"
      )
    case "no_cas":
      return `${serverId} keeps no CAS numbers, without which the log of clears cannot be kept: start memcached without -C`
  }
}

import type { CacheError } from "../errors"

/**
 * Names one state of one item, for compare-and-swap. Memcached counts from one again after a restart, so a number from
 * before it could match by accident: a token is only good on the connection that it was read on.
 */
export interface CasToken {
  readonly connection: number
  readonly unique: bigint
}

/**
 * One request. Keys are at most 250 bytes without spaces or control characters; `expiration` is what goes over the wire:
 * 0 for never, seconds up to 30 days, a UNIX time in seconds beyond (protocol.txt, "Expiration times").
 */
export type Command =
  | {
      readonly op: "get"
      readonly key: string
      /** A larger item reads as one without bytes and flags, which are dropped as they come. @default 64 MiB */
      readonly maxBytes?: number
    }
  | {
      readonly op: "set"
      readonly key: string
      readonly value: Buffer
      readonly flags: number
      readonly expiration: number
      /** Store only if the item is still the one that was read. */
      readonly cas?: CasToken
    }
  | {
      readonly op: "add"
      readonly key: string
      readonly value: Buffer
      readonly flags: number
      readonly expiration: number
    }
  | { readonly op: "append"; readonly key: string; readonly value: Buffer }
  | { readonly op: "delete"; readonly key: string }

export type ReplyStatus =
  | "ok"
  /** get, delete, set with a token: there is no such item. */
  | "missing"
  /** add: there is one already; set with a token: it is another one now (or the token is of an earlier connection). */
  | "exists"
  /** append: there is nothing to append to. */
  | "not_stored"
  /** The item is larger than the server takes. Memcached drops the old value of the key as well. */
  | "too_large"
  /** Out of memory, busy, not supported, internal error. */
  | "server_error"
  /** No answer: the command may or may not have been carried out, now or later. */
  | "unreachable"

/** What came back. Never an exception: a server that is away is an answer like any other. */
export interface Reply {
  readonly status: ReplyStatus
  /** get: the bytes, valid until the callback returns control to the event loop; copy what you keep. */
  readonly value?: Buffer
  readonly flags?: number
  /** get, set, add, when ok. */
  readonly cas?: CasToken
  /** unreachable, server_error. */
  readonly error?: CacheError
}

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

export type ServerState =
  /** Not asked yet: the first command connects. */
  | "idle"
  /** Commands wait for the connection, at most their time-out. */
  | "connecting"
  | "ready"
  /** The circuit is open: commands answer "unreachable" at once, and a probe in the background looks for recovery. */
  | "down"
  | "closed"

/** One Memcached server as the engine sees it. */
export interface MemcachedServer {
  /** `host:port`, as configured. */
  readonly id: string
  readonly state: ServerState
  /**
   * The largest item that the server takes, in bytes, key and overhead included; 64 MiB at most. 1 MiB until the server says
   * otherwise.
   */
  readonly itemSizeMaxBytes: number
  /** Why the server is down, or was last. Never holds credentials. */
  readonly downReason?: CacheError | undefined
  /** What its answers show to be wrong with it, though it answers. */
  readonly trouble?: Trouble | undefined
  /** Counted since the process started. */
  readonly traffic?: { readonly roundTrips: number; readonly errors: number }
  /** The server's own statistics (protocol.txt, "Statistics"). Rejects with a `CacheError`, within the time-out. */
  stats?(group?: string): Promise<Record<string, string>>
  /**
   * Sends a command. `done` is called exactly once, later than this call and within the time-out. Commands of one
   * server are carried out in the order of these calls, and those of one tick travel in one write.
   */
  submit(command: Command, done: (reply: Reply) => void): void
  /** Called with each change of `state`, and with the reason when it is "down". */
  onStateChange(listener: (state: ServerState, error?: CacheError) => void): void
  /** Called each time that a trouble begins. */
  onTrouble?(listener: (kind: TroubleKind) => void): void
  /**
   * Connections of their own to what is behind the address: so many at least, and to each address behind its name. To be
   * closed by the caller. Never rejects.
   */
  twins?(atLeast: number): Promise<readonly MemcachedServer[]>
  /** Is "down" from now on, whatever the server answers, for this reason. */
  suspend?(reason: CacheError): void
  /** Connects again after `suspend`. */
  resume?(): void
  /** Refuses new commands, waits for outstanding ones (at most the time-out), and closes the socket. */
  close(): Promise<void>
}

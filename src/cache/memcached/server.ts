import type { CacheError } from "../support/errors"
import type { Protocol } from "./server-options"

/**
 * A name for one state of one item, for compare-and-swap. Memcached counts from one again after a restart, so an
 * earlier number could match by accident. A token is therefore only good on the connection that it was read on.
 */
export interface CasToken {
  /** No other connection of this process ever has this number, whichever server it is to. */
  readonly connection: number
  readonly unique: bigint
}

/**
 * One request. Keys have at most 250 bytes, without spaces or control characters. `expiration` is the value on the
 * wire: 0 for never, seconds up to 30 days, a UNIX time in seconds beyond (protocol.txt, "Expiration times").
 */
export type Command =
  | {
      readonly op: "get"
      readonly key: string
      /**
       * The size limit in bytes. A larger item reads as one without bytes and flags, and its bytes are dropped as they
       * arrive. With 0, for somebody who wants the token only, the meta protocol does not send them. @default 64 MiB
       */
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
  /**
   * add: there is an item already. set with a token: the item has changed, or the token is of an earlier connection.
   */
  | "exists"
  /** append: there is nothing to append to. */
  | "not_stored"
  /** The item is larger than the server takes. Memcached drops the old value of the key as well. */
  | "too_large"
  /** Out of memory, busy, not supported, internal error. */
  | "server_error"
  /** No answer: the command may or may not be carried out, now or later. */
  | "unreachable"

/** The outcome of a command. Never an exception: a server that is away is an outcome like any other. */
export interface Reply {
  readonly status: ReplyStatus
  /** get: the bytes, valid until the callback returns control to the event loop. Copy what you keep. */
  readonly value?: Buffer
  readonly flags?: number
  /** get, set, add, when ok. */
  readonly cas?: CasToken
  /** unreachable, server_error. */
  readonly error?: CacheError
}

/** A reason why a server that answers is useless for the cache, in whole or in part. */
export type TroubleKind =
  /** The server refuses to store items, for lack of memory. */
  | "out_of_memory"
  /**
   * The server does not number states of items. Nothing can be changed by compare-and-swap then, least of all the log.
   */
  | "no_cas"

export interface Trouble {
  readonly kind: TroubleKind
  /** Unix time in milliseconds. */
  readonly sinceMs: number
}

export type ServerState =
  /** Not connected yet. The first command connects. */
  | "idle"
  /** Commands wait for the connection, at most their time-out. */
  | "connecting"
  | "ready"
  /** The circuit is open: commands answer "unreachable" at once, and a probe in the background looks for recovery. */
  | "down"
  | "closed"

/** An IP address and a port. */
export interface Peer {
  readonly address: string
  readonly port: number
}

/** One Memcached server as the engine sees it. */
export interface MemcachedServer {
  /** `host:port`, as configured. */
  readonly id: string
  readonly state: ServerState
  /**
   * The largest item that the server takes, in bytes, key and overhead included; 64 MiB at most. 1 MiB until the server
   * has given its limit.
   */
  readonly itemSizeMaxBytes: number
  /** Why the server is down, or was last. Never contains credentials. */
  readonly downReason?: CacheError | undefined
  /** A problem that the server's answers reveal. */
  readonly trouble?: Trouble | undefined
  /** The protocol of the connection. Undefined while there is no connection. */
  readonly protocol?: Protocol | undefined
  /** The other end of the connection. Undefined while there is no connection. */
  readonly peer?: Peer | undefined
  /** Counters since the process started. */
  readonly traffic?: { readonly roundTrips: number; readonly errors: number }
  /**
   * Reads the server's own statistics (protocol.txt, "Statistics"). Rejects with a `CacheError`, within the time-out.
   */
  stats?(group?: string): Promise<Record<string, string>>
  /**
   * Sends a command. `done` is called exactly once, after this call and within the time-out. A server carries out
   * commands in the order of these calls, and commands of one tick travel in one write.
   */
  submit(command: Command, done: (reply: Reply) => void): void
  /** Returns whether a token is of the connection that there is now, so that the server may know its state. */
  isCurrent?(token: CasToken): boolean
  /** Calls the listener with each change of `state`, and with the reason when it is "down". */
  onStateChange(listener: (state: ServerState, error?: CacheError) => void): void
  /** Calls the listener each time that a trouble begins. */
  onTrouble?(listener: (kind: TroubleKind) => void): void
  /**
   * Opens separate connections to the servers behind the address: at least this many, and at least one to each address
   * behind the name. The caller closes them. Never rejects, and waits for the name no longer than a connection may take.
   */
  twins?(atLeast: number): Promise<readonly MemcachedServer[]>
  /** Makes the server "down" from now on for this reason, whatever it answers. */
  suspend?(reason: CacheError): void
  /** Connects again after `suspend`. */
  resume?(): void
  /** Refuses new commands, waits for outstanding ones (at most the time-out), and closes the socket. */
  close(): Promise<void>
}

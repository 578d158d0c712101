import { chooseServer } from "./rendezvous"
import type { Command, MemcachedServer, Reply, ServerState, TroubleKind } from "./server"

export type Servers = readonly [MemcachedServer, ...MemcachedServer[]]

/**
 * The servers of a cache. Items are spread over all of them by name, so that adding or removing a server moves as few
 * as possible.
 *
 * Each command is answered within the time-out of its server, whatever happens. A caller that sends one command needs
 * no deadline of its own.
 */
export class Cluster {
  #servers: Servers
  readonly #stateListeners: ((server: MemcachedServer, state: ServerState) => void)[] = []
  readonly #troubleListeners: ((server: MemcachedServer, kind: TroubleKind) => void)[] = []
  readonly #reach: (id: string) => MemcachedServer | undefined

  /** `reach` makes a server of a `host:port` that only other processes have in their lists. */
  constructor(servers: Servers, reach: (id: string) => MemcachedServer | undefined = () => undefined) {
    this.#servers = servers
    this.#reach = reach
    servers.forEach((server) => this.#listenTo(server))
  }

  get servers(): Servers {
    return this.#servers
  }

  /** Uses these servers from now on. Those that are not among them any more stay open. */
  replace(servers: Servers): void {
    const added = servers.filter((server) => !this.#servers.includes(server))
    this.#servers = servers
    for (const server of added) this.#listenTo(server)
  }

  get first(): MemcachedServer {
    return this.servers[0]
  }

  /** Returns the server of the item with this name. */
  serverOf(name: string): MemcachedServer {
    return this.servers.length === 1 ? this.servers[0] : chooseServer(this.servers, name)
  }

  /** Returns a server that is in the lists of other processes only. Undefined for a name that is no `host:port`. */
  reach(id: string): MemcachedServer | undefined {
    return this.#reach(id)
  }

  /**
   * Sends a command to the server of its key, like `MemcachedServer.submit`. Commands of one tick to one server share a
   * write.
   */
  submit(command: Command, done: (reply: Reply) => void): void {
    this.serverOf(command.key).submit(command, done)
  }

  /** Calls the listener for each change of a server's state. */
  onStateChange(listener: (server: MemcachedServer, state: ServerState) => void): void {
    this.#stateListeners.push(listener)
  }

  /** Calls the listener each time that trouble begins on a server that still answers. */
  onTrouble(listener: (server: MemcachedServer, kind: TroubleKind) => void): void {
    this.#troubleListeners.push(listener)
  }

  async close(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.close()))
  }

  #listenTo(server: MemcachedServer): void {
    server.onStateChange((state) => {
      if (this.#servers.includes(server)) for (const listener of this.#stateListeners) listener(server, state)
    })
    server.onTrouble?.((kind) => {
      if (this.#servers.includes(server)) for (const listener of this.#troubleListeners) listener(server, kind)
    })
  }
}

import { chooseServer } from "./rendezvous"
import type { Command, MemcachedServer, Reply, ServerState, TroubleKind } from "./server"

export type Servers = readonly [MemcachedServer, ...MemcachedServer[]]

/**
 * The servers of a cache. The first one holds the log; other items are spread over all by their names, so that a server
 * that is added or taken away moves as few as possible.
 *
 * Each command is answered within the time-out of its server, whatever happens, so who asks for one thing needs no deadline
 * of its own.
 */
export class Cluster {
  readonly servers: Servers

  constructor(servers: Servers) {
    this.servers = servers
  }

  get first(): MemcachedServer {
    return this.servers[0]
  }

  /** Where the item with this name lies. */
  serverOf(name: string): MemcachedServer {
    return this.servers.length === 1 ? this.servers[0] : chooseServer(this.servers, name)
  }

  /** Sends a command to the server of its key, as `MemcachedServer.submit` does. Those of one tick and server share a write. */
  submit(command: Command, done: (reply: Reply) => void): void {
    this.serverOf(command.key).submit(command, done)
  }

  /** Told of each change of a server's state. */
  onStateChange(listener: (server: MemcachedServer, state: ServerState) => void): void {
    for (const server of this.servers) server.onStateChange((state) => listener(server, state))
  }

  /** Told each time that something turns out to be wrong with a server that answers. */
  onTrouble(listener: (server: MemcachedServer, kind: TroubleKind) => void): void {
    for (const server of this.servers) server.onTrouble?.((kind) => listener(server, kind))
  }

  async close(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.close()))
  }
}

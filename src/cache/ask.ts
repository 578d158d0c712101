import type { Command, MemcachedServer, Reply } from "./memcached/server"

/** One command as a promise, for what is not on the hot path. The value is copied, so it outlives the callback. */
export function ask(server: MemcachedServer, command: Command): Promise<Reply> {
  return new Promise((resolve) => {
    server.submit(command, (reply) => resolve(kept(reply)))
  })
}

/** A reply's bytes are only good during its callback. */
export const kept = (reply: Reply): Reply => (reply.value ? { ...reply, value: Buffer.from(reply.value) } : reply)

/** Commands of one server in one write; carried out in this order, answered in this order. */
export function askAll(server: MemcachedServer, commands: readonly Command[]): Promise<Reply[]> {
  if (commands.length === 0) return Promise.resolve([])
  // One promise for all: the index writes a thousand at a time.
  return new Promise((resolve) => {
    const replies = new Array<Reply>(commands.length)
    let unanswered = commands.length
    commands.forEach((command, i) => {
      server.submit(command, (reply) => {
        replies[i] = kept(reply)
        if (--unanswered === 0) resolve(replies)
      })
    })
  })
}

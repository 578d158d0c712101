import type { Command, MemcachedServer, Reply } from "./memcached/server"

/** A server, or the cluster, which knows the server of each name. */
type Asked = Pick<MemcachedServer, "submit">

/** One command as a promise, for what is not on the hot path. The value is copied, so it outlives the callback. */
export function ask(asked: Asked, command: Command): Promise<Reply> {
  return new Promise((resolve) => {
    asked.submit(command, (reply) => resolve(kept(reply)))
  })
}

/** A reply's bytes are only good during its callback. */
export const kept = (reply: Reply): Reply => (reply.value ? { ...reply, value: Buffer.from(reply.value) } : reply)

/** Commands in one write to each server, which carries them out in this order. The replies are in this order, too. */
export function askAll(asked: Asked, commands: readonly Command[]): Promise<Reply[]> {
  if (commands.length === 0) return Promise.resolve([])
  // One promise for all: the index writes a thousand at a time.
  return new Promise((resolve) => {
    const replies = new Array<Reply>(commands.length)
    let unanswered = commands.length
    commands.forEach((command, i) => {
      asked.submit(command, (reply) => {
        replies[i] = kept(reply)
        if (--unanswered === 0) resolve(replies)
      })
    })
  })
}

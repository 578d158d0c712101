import type { Command, MemcachedServer, Reply } from "./client/server"

/**
 * One command as a promise, for what is not on the hot path. The value is copied, so it outlives the callback. Of items
 * that are never larger than `maxBytes`, a larger value is none: it is not copied, and reads as empty.
 */
export function ask(server: MemcachedServer, command: Command, maxBytes = Infinity): Promise<Reply> {
  return new Promise((resolve) => {
    server.submit(command, (reply) => resolve(kept(reply, maxBytes)))
  })
}

/** A reply's bytes are only good during its callback. */
export function kept(reply: Reply, maxBytes = Infinity): Reply {
  if (!reply.value) return reply
  return { ...reply, value: reply.value.length <= maxBytes ? Buffer.from(reply.value) : NOTHING }
}

const NOTHING = Buffer.alloc(0)

/** Commands of one server in one write; carried out in this order, answered in this order. */
export function askAll(server: MemcachedServer, commands: readonly Command[], maxBytes = Infinity): Promise<Reply[]> {
  if (commands.length === 0) return Promise.resolve([])
  // One promise for all: the index writes a thousand at a time.
  return new Promise((resolve) => {
    const replies = new Array<Reply>(commands.length)
    let unanswered = commands.length
    commands.forEach((command, i) => {
      server.submit(command, (reply) => {
        replies[i] = kept(reply, maxBytes)
        if (--unanswered === 0) resolve(replies)
      })
    })
  })
}

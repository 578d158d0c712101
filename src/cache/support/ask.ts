import type { Runtime } from "./runtime"
import type { Command, MemcachedServer, Reply } from "../memcached/server"

/** A server, or the cluster, which finds the server of each name. */
type Asked = Pick<MemcachedServer, "submit">

/**
 * Sends one command and returns a promise, for code off the hot path. The value is copied, so that it outlives the
 * callback.
 */
export function ask(asked: Asked, command: Command): Promise<Reply> {
  return new Promise((resolve) => {
    asked.submit(command, (reply) => resolve(kept(reply)))
  })
}

/**
 * Sends one command whose sender has less time than the server's time-out: until `dueAt`, by `Runtime.elapsed()`. Calls
 * back once, with "unreachable" when there is no reply by then.
 */
export function askUntil(
  { runtime, cluster }: { readonly runtime: Runtime; readonly cluster: Asked },
  dueAt: number,
  command: Command,
  listener: (reply: Reply) => void
): void {
  let isAnswered = false
  const answer = (reply: Reply): void => {
    if (!isAnswered) listener(reply)
    isAnswered = true
  }
  const timer = runtime.schedule(Math.max(0, dueAt - runtime.elapsed()), () => answer({ status: "unreachable" }))
  cluster.submit(command, (reply) => {
    timer.cancel()
    answer(reply)
  })
}

/** Copies a reply's bytes, which are only valid during its callback. */
export const kept = (reply: Reply): Reply => (reply.value ? { ...reply, value: Buffer.from(reply.value) } : reply)

/**
 * Sends commands in one write to each server, which carries them out in this order. The replies are in the same order.
 */
export function askAll(asked: Asked, commands: readonly Command[]): Promise<Reply[]> {
  if (commands.length === 0) return Promise.resolve([])
  // One promise for all commands: a page of the dashboard reads 400 entries at a time.
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

import type { MemcachedServer, Reply } from "../../../src/cache/memcached/server"
import type { BootSubject, Subject } from "../subject"

/**
 * What most caches with tags do: a list of keys per tag, deleted by a clear. It stores what a reader computed before a clear
 * after that clear, loses members of its lists, and its clears resolve without a server. The simulation has to notice.
 */
export const bootNaiveCache: BootSubject = ({ servers }): Subject => {
  const server = servers[0]
  if (!server) throw new Error("no server")
  const readList = async (tag: string) => parse((await ask(server, { op: "get", key: `tag:${tag}` })).value) ?? []
  return {
    async get({ key, tags }) {
      if (key !== undefined) return parse((await ask(server, { op: "get", key })).value) ?? null
      const keys = (await Promise.all((tags ?? []).map(readList))).flat()
      const replies = await Promise.all(keys.map((each) => ask(server, { op: "get", key: String(each) })))
      return replies.flatMap((reply) => parse(reply.value) ?? [])
    },
    async set({ key, data, tags }) {
      const value = Buffer.from(JSON.stringify(data ?? null))
      const reply = await ask(server, { op: "set", key, value, flags: 0, expiration: 0 })
      for (const tag of tags) {
        const list = JSON.stringify([...new Set([...(await readList(tag)), key])])
        await ask(server, { op: "set", key: `tag:${tag}`, value: Buffer.from(list), flags: 0, expiration: 0 })
      }
      return reply.status === "ok"
    },
    find: async () => ({ text: undefined, store: async () => false }),
    async clear({ key, tags }) {
      const lists = await Promise.all((tags ?? []).map(readList))
      const keys = key === undefined ? lists.flat() : [key]
      await Promise.all(keys.map((each) => ask(server, { op: "delete", key: String(each) })))
      return "applied"
    },
    replaceServers() {},
    forgetServer: async () => false,
    async close() {},
    hasPending: () => false,
    isRecovering: () => false,
    excesses: () => [],
  }
}

function ask(server: MemcachedServer, command: Parameters<MemcachedServer["submit"]>[0]): Promise<Reply> {
  return new Promise((resolve) =>
    server.submit(command, (reply) => resolve(reply.value ? { ...reply, value: Buffer.from(reply.value) } : reply))
  )
}

function parse(value: Buffer | undefined): unknown[] | undefined {
  return value === undefined ? undefined : (JSON.parse(value.toString()) as unknown[])
}

import { CacheError } from "../errors"

/**
 * Chooses the server of a key by rendezvous hashing: each server draws a number for the key, the highest wins. Adding a
 * fourth server to three moves a quarter of the keys, and those only to the new one; memjs's remainder moves three
 * quarters. The choice depends on the set of ids alone, not on their order, so that all processes agree.
 *
 * There is no failover: a key whose server is away is a miss. Writing it elsewhere would leave a second copy behind, and
 * which of the two is current would depend on who is asked.
 */
export function chooseServer<T extends { readonly id: string }>(servers: readonly T[], key: string): T {
  let [chosen] = servers
  if (chosen === undefined) {
    throw new CacheError("invalid_options", "There must be at least one server")
  }
  if (servers.length === 1) {
    return chosen
  }
  const keyHash = hash(key)
  let highest = -1
  for (const server of servers) {
    const score = mix(keyHash ^ hash(server.id))
    if (score > highest || (score === highest && server.id < chosen.id)) {
      chosen = server
      highest = score
    }
  }
  return chosen
}

/** FNV-1a over UTF-16 units, finished with `mix`, because FNV alone leaves similar strings with similar hashes. */
function hash(text: string): number {
  let value = 0x811c9dc5 | 0
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  }
  return mix(value)
}

/** The finaliser of MurmurHash3 (fmix32): every bit of the input changes half of the bits of the output. */
function mix(value: number): number {
  let mixed = value
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}

import { CacheError } from "../support/errors"

/**
 * Chooses the server of a key by rendezvous hashing: each server draws a number for the key, and the highest wins. A
 * fourth server added to three moves a quarter of the keys, all of them to the new one; memjs's remainder moves three
 * quarters. The choice depends on the set of ids, not on their order, so that all processes agree.
 *
 * There is no failover: while its server is away, a key is a miss. Writing it elsewhere would leave a second copy, and
 * which copy is current would depend on the reader.
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

/** FNV-1a over UTF-16 units. `mix` follows, because FNV alone gives similar strings similar hashes. */
function hash(text: string): number {
  let value = 0x811c9dc5 | 0
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  }
  return mix(value)
}

/** The finaliser of MurmurHash3 (fmix32). Each input bit changes half of the output bits. */
function mix(value: number): number {
  let mixed = value
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}

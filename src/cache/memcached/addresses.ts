import { promises } from "node:dns"
import { isIP } from "node:net"

/** A service with more addresses than this is no cache any more. */
const MAX_ADDRESSES = 16

/** All addresses behind a name, each once; none when it cannot be told. Never rejects. */
export async function addressesOf(host: string): Promise<string[]> {
  if (isIP(host) !== 0) return [host]
  try {
    const found = await promises.lookup(host, { all: true })
    return [...new Set(found.map(({ address }) => address))].slice(0, MAX_ADDRESSES)
  } catch {
    return []
  }
}

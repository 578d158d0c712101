import { ADDRCONFIG, lookup, type LookupAddress } from "node:dns"
import { isIP, type LookupFunction } from "node:net"

/** As `net.connect` looks names up by itself. On Windows the flag hides "localhost" from a machine without a network. */
const LOOKUP = { all: true, hints: process.platform === "win32" ? 0 : ADDRCONFIG } as const

/**
 * The pause between two lookups, in milliseconds. Only a lookup keeps the process alive, so a script that has finished
 * ends in the pause, even if several names wait for their turn again and again.
 */
const PAUSE_MS = 5

type Found = (error: NodeJS.ErrnoException | null, addresses: readonly LookupAddress[]) => void

/** The names that are looked up, in this order, each with those who wait for it. The first one's lookup is under way. */
const lookups = new Map<string, Found[]>()

/**
 * Looks up a name for `net.connect`. At most one lookup is under way at a time.
 *
 * Node.js looks names up with getaddrinfo, which cannot be cancelled, and which may take a minute when a name server does
 * not answer. Two run at a time in a process, by default, and the others wait. If each attempt to connect began another
 * one, the shop could soon not look up any name any more, not even that of its database.
 */
export const lookUp: LookupFunction = (name, { all }, found) => {
  wait(name, (error, addresses) => {
    const [first] = addresses
    if (error || !first) found(error, "")
    else if (all) found(null, [...addresses])
    else found(null, first.address, first.family)
  })
}

/** A service with more addresses than this is no cache any more. */
const MAX_ADDRESSES = 16

/** Returns all addresses behind a name, each once. Returns none when the name cannot be resolved. Never rejects. */
export function addressesOf(host: string): Promise<string[]> {
  if (isIP(host) !== 0) return Promise.resolve([host])
  return new Promise((resolve) => {
    wait(host, (_, addresses) => resolve([...new Set(addresses.map(({ address }) => address))].slice(0, MAX_ADDRESSES)))
  })
}

function wait(name: string, found: Found): void {
  const waiting = lookups.get(name)
  if (waiting) {
    waiting.push(found)
    return
  }
  lookups.set(name, [found])
  if (lookups.size === 1) lookUpFirst()
}

function lookUpFirst(): void {
  const [first] = lookups
  if (!first) return
  const [name, waiting] = first
  lookup(name, LOOKUP, (error, addresses) => {
    lookups.delete(name)
    if (lookups.size > 0) setTimeout(lookUpFirst, PAUSE_MS).unref()
    for (const found of waiting) found(error, error ? [] : addresses)
  })
}

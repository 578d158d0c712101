import type { ServerOptions } from "../../cache"
import { isLoopback } from "./server-address"

/** What somebody on the way to the servers could do, in a sentence for the log for each kind; none when all is well. */
export function insecurities(servers: readonly ServerOptions[]): string[] {
  const unchecked = servers.filter(({ tls }) => typeof tls === "object" && tls.rejectUnauthorized === false)
  const inClear = servers.filter(({ host, password, tls }) => password !== undefined && !tls && !isLoopback(host))
  return [
    ...(unchecked.length > 0
      ? [
          `The certificate of Memcached at ${hostsOf(unchecked)} is not checked (tls.rejectUnauthorized is false): whoever is ` +
            "on the way can pose as it, and learns the password. Pass its authority as tls.ca in place of that.",
        ]
      : []),
    ...(inClear.length > 0
      ? [
          `The password for Memcached at ${hostsOf(inClear)} travels in the clear, as does everything that is cached: set tls, ` +
            "or see that the network between is your own.",
        ]
      : []),
  ]
}

const hostsOf = (servers: readonly ServerOptions[]): string => [...new Set(servers.map(({ host }) => host))].join(", ")

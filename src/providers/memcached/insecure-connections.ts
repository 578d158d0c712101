import type { ServerOptions } from "../../cache"
import { isLoopback } from "./server-address"

/**
 * Describes what an attacker on the network could do, in one sentence for each kind of weakness. Empty when there is
 * none.
 */
export function insecurities(servers: readonly ServerOptions[]): string[] {
  const unchecked = servers.filter(({ tls }) => typeof tls === "object" && tls.rejectUnauthorized === false)
  const inClear = servers.filter(({ host, password, tls }) => password !== undefined && !tls && !isLoopback(host))
  return [
    ...(unchecked.length > 0
      ? [
          `The certificate of Memcached at ${hostsOf(unchecked)} is not checked (tls.rejectUnauthorized is false). An attacker ` +
            "on the network can impersonate the server and read the password. Remove rejectUnauthorized, and pass the " +
            "certificate's authority as tls.ca.",
        ]
      : []),
    ...(inClear.length > 0
      ? [
          `The password for Memcached at ${hostsOf(inClear)} is sent unencrypted, and so is all cached data. Set the tls ` +
            "option, or use a private network.",
        ]
      : []),
  ]
}

const hostsOf = (servers: readonly ServerOptions[]): string => [...new Set(servers.map(({ host }) => host))].join(", ")

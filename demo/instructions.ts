import { ADMINISTRATOR, CACHE_PREFIX, CHECK_KEY, STORE_LOG } from "./settings"
import type { Shop } from "./shop"

export interface Addresses {
  url: string
  /** host:port, comma separated. */
  memcachedServers: string
}

export function describeDemo({ url, memcachedServers }: Addresses, shop: Shop): string {
  const [host, port] = splitAddress(memcachedServers.split(",")[0] ?? memcachedServers)
  const key = `-H 'x-publishable-api-key: ${shop.publishableKey}'`
  const region = shop.regions[0]?.id ?? ""
  const list = `${url}/store/products?limit=50&region_id=${region}&fields=*variants.calculated_price`
  return `
  Dashboard        ${url}/app
                   ${ADMINISTRATOR.email}, password ${ADMINISTRATOR.password}
  Publishable key  ${shop.publishableKey}
  Memcached        ${memcachedServers}
  Log of the store ${STORE_LOG}

  50 products with prices. Run it twice: the second answer comes out of Memcached, as its header x-cache says.

    curl -s -o /dev/null -D - -w 'time: %{time_total} s\\n' ${key} '${list}'

  A list that is stored under a key of our own, and the line that looks at that key in Memcached:

    curl -s ${key} '${url}/store/cached-products'
    printf 'get ${CACHE_PREFIX}:${CHECK_KEY}\\r\\nquit\\r\\n' | nc ${host} ${port}

  The same without nc: npm run demo:peek ${CHECK_KEY}

  Ctrl-C ends the demo. The shop stays for the next start; npm run demo:reset removes it.
`
}

/** The last colon: an IPv6 address has more of them. */
export function splitAddress(address: string): [host: string, port: number] {
  const colon = address.lastIndexOf(":")
  return colon < 0 ? [address, 11211] : [address.slice(0, colon), Number(address.slice(colon + 1))]
}

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
  Log of the shop  ${STORE_LOG}

  List 50 products with prices. Run this twice: the second response comes from Memcached, see its header Cache-Status.

    curl -s -o /dev/null -D - -w 'time: %{time_total} s\\n' ${key} '${list}'

  Request a list that the shop caches under its own key, and read that key from Memcached:

    curl -s ${key} '${url}/store/cached-products'
    printf 'get ${CACHE_PREFIX}:${CHECK_KEY}\\r\\nquit\\r\\n' | nc ${host} ${port}

  The same without nc: npm run demo:peek ${CHECK_KEY}

  Ctrl-C stops the demo. The shop is kept for the next start. npm run demo:reset deletes it.
`
}

/** The last colon: an IPv6 address has more of them. */
export function splitAddress(address: string): [host: string, port: number] {
  const colon = address.lastIndexOf(":")
  return colon < 0 ? [address, 11211] : [address.slice(0, colon), Number(address.slice(colon + 1))]
}

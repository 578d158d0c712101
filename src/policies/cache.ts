import { definePolicies } from "@medusajs/framework/utils"

/** The permissions that Medusa enforces when its feature flag `rbac` is on. */
export const READ_CACHE = {
  name: "ReadCache",
  resource: "cache",
  operation: "read",
  description: "View the status, statistics and entries of the cache",
}

export const CLEAR_CACHE = {
  name: "ClearCache",
  resource: "cache",
  operation: "clear",
  description: "Clear entries of the cache",
}

export const cachePolicies = definePolicies([READ_CACHE, CLEAR_CACHE])

import { warnOfBug } from "../support/errors"

/**
 * Calls a callback and turns an exception into a process warning, which Node prints and monitoring can listen to. An
 * exception here is a bug of one caller. It must not tear down the parser, and with it everybody else's answers. Nor
 * may it end the process, because a shop can run without its cache.
 */
export function callBack(callback: () => void): void {
  try {
    callback()
  } catch (error) {
    warnOfBug(error, "CacheCallbackError")
  }
}

import { warnOfBug } from "../errors"

/**
 * Calls the caller back. An exception there is a bug of one caller: it must neither tear down the parser and with it the
 * answers of everybody else, nor end the process, because a store can live without its cache. So it becomes a process
 * warning, which Node prints and which monitoring can listen to.
 */
export function callBack(callback: () => void): void {
  try {
    callback()
  } catch (error) {
    warnOfBug(error, "CacheCallbackError")
  }
}

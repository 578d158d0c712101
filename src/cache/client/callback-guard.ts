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

/**
 * In a later turn of the event loop, not in a later microtask: a caller that tries again in a loop while the server is
 * down would otherwise keep the sockets from being read, and never see it come back.
 */
export function callBackLater(callback: () => void): void {
  setImmediate(() => callBack(callback))
}

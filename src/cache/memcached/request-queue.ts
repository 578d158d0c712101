import type { CacheError } from "../support/errors"
import { callBack } from "./callback-guard"
import type { Request } from "./request"

/** Requests that wait for the same thing, first in, first out, and the memory that they hold. */
export class RequestQueue {
  #head: Request | undefined
  #tail: Request | undefined
  #sizeBytes = 0

  get head(): Request | undefined {
    return this.#head
  }

  get sizeBytes(): number {
    return this.#sizeBytes
  }

  push(request: Request): void {
    if (this.#tail === undefined) {
      this.#head = request
    } else {
      this.#tail.next = request
    }
    this.#tail = request
    this.#sizeBytes += request.sizeBytes
  }

  shift(): Request | undefined {
    const request = this.#head
    if (request !== undefined) {
      this.#head = request.next
      if (this.#head === undefined) {
        this.#tail = undefined
      }
      request.next = undefined
      this.#sizeBytes -= request.sizeBytes
    }
    return request
  }

  /** Empties the queue and returns its requests. Handling them may fill it again. */
  takeAll(): Request[] {
    const requests: Request[] = []
    for (let request = this.shift(); request !== undefined; request = this.shift()) {
      requests.push(request)
    }
    return requests
  }

  failAll(error: CacheError): void {
    for (const request of this.takeAll()) {
      callBack(() => request.fail(error))
    }
  }
}

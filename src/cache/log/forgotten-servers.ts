import type { Runtime, Timer } from "../support/runtime"
import type { Head } from "./head"
import { isBeingForgotten, isListed, withMarks } from "./members"
import { isAway, POLL_INTERVAL_MS } from "./membership"
import type { ServerLog } from "./server-log"

/** Whoever uses a server has noticed by then that it is marked, and has settled it. */
const USERS_ANSWER_MS = 5 * POLL_INTERVAL_MS
/** From one attempt to forget a server that is gone to the next. */
const PAUSE_MS = 60_000

/** What is needed of the logs. */
interface Logs {
  /** The logs of the servers of this process. */
  own(): readonly ServerLog[]
  /** Those of the servers that only other processes have, or had. */
  foreign(): readonly ServerLog[]
  /** Leaves servers alone that no head lists any more. */
  dropUnlisted(): void
}

/** "configured": this process uses the server. "unreachable": nothing was forgotten, since another server is away. */
export type ForgetOutcome = "forgotten" | "unknown" | "configured" | "unreachable"

/**
 * Takes servers out of the heads that are not used any more, so that no clear waits for them.
 *
 * Whoever still uses one finds that it is not listed, and clears it before anything is served from it again. What it
 * serves until it has noticed may be stale. So a server is forgotten in two steps where nobody has said that it is gone:
 * it is marked in all heads, with a mark that later marks do not undo, and taken out if nobody has settled it since.
 */
export class ForgottenServers {
  readonly #logs: Logs
  readonly #runtime: Runtime
  readonly #goneMs: number
  #pausing: Timer | undefined

  /** A server that has been away for `goneMs` is gone. */
  constructor(logs: Logs, runtime: Runtime, goneMs: number) {
    this.#logs = logs
    this.#runtime = runtime
    this.#goneMs = goneMs
  }

  /** As `CacheEngine.forgetServer`. */
  async forget(name: string): Promise<ForgetOutcome> {
    const refused = this.#refused(name)
    if (refused) return refused
    let wasKnown = this.#logs.foreign().some((log) => log.name === name)
    const heads = await this.#change((head) => {
      if (!isListed(name, head)) return undefined
      wasKnown = true
      return { members: head.members.filter((member) => member.name !== name) }
    })
    if (heads.includes(undefined)) return "unreachable"
    this.#logs.dropUnlisted()
    return wasKnown ? "forgotten" : "unknown"
  }

  /**
   * As `forget`, unless somebody uses the server. Whoever does finds it marked within a second, serves nothing from it any
   * more, and settles it. Until then clears are pending for it.
   */
  async forgetUnused(name: string): Promise<ForgetOutcome | "used"> {
    const refused = this.#refused(name)
    if (refused) return refused
    await this.#change((head) =>
      isListed(name, head) ? { members: withMarks(head.members, [name], this.#runtime, true) } : undefined
    )
    await new Promise<void>((resolve) => void this.#runtime.schedule(USERS_ANSWER_MS, resolve))
    for (const head of await this.#change(() => undefined)) {
      if (!head || head === "missing") return "unreachable"
      const member = head.members.find((each) => each.name === name)
      if (member && !isBeingForgotten(member)) return "used"
    }
    return this.forget(name)
  }

  /** Forgets a server that only others had and that is gone, one at a time. */
  tend(): void {
    if (this.#pausing) return
    const gone = this.#logs.foreign().find(({ awayMs }) => awayMs > this.#goneMs)
    if (!gone) return
    this.#pausing = this.#runtime.schedule(PAUSE_MS, () => (this.#pausing = undefined))
    void this.forgetUnused(gone.name)
  }

  close(): void {
    this.#pausing?.cancel()
  }

  #refused(name: string): "configured" | "unreachable" | undefined {
    const own = this.#logs.own()
    if (own.some((log) => log.name === name)) return "configured"
    // Otherwise some heads would list it and others not.
    return own.some(isAway) ? "unreachable" : undefined
  }

  #change(
    change: (head: Head) => Pick<Head, "members"> | undefined
  ): Promise<readonly (Head | "missing" | undefined)[]> {
    return Promise.all(this.#logs.own().map((log) => log.heads.change(change)))
  }
}

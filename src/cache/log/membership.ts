import type { Runtime } from "../support/runtime"
import type { PlacedOutcome } from "./clear-batch"
import type { Placement } from "./commit-queue"
import type { Head, Member } from "./head"
import { LostMarks } from "./lost-marks"
import { isListed, markOn, withMarks } from "./members"
import type { ServerLog } from "./server-log"

/** What membership needs of the logs. */
interface Logs {
  /** The logs of the servers of this process. */
  own(): readonly ServerLog[]
  /** Those, and those of the servers that only other processes have. */
  all(): readonly ServerLog[]
  /** Returns the log of a server. It is found, or made. Undefined for a name that is no address. */
  of(name: string): ServerLog | undefined
}

/** A mark on a server, as this process has read it. */
interface MarkRead {
  readonly in: ServerLog
  readonly epoch: number
  readonly mark: number
}

/** How often every head is read when there are several, in milliseconds: marks have to be known before long. */
export const POLL_INTERVAL_MS = 1_000

/**
 * How long a head may lack a mark before it gets it back, in milliseconds. A clear or a settlement that is under way
 * writes all heads within a few.
 */
const PATIENCE_MS = 1_500

/** Whether a server does not get what is written to all: it is down, or has not taken an earlier clear. */
export const isAway = ({ isDown, commits }: ServerLog): boolean => isDown || commits.isBehind

/**
 * What the servers of a cache say of each other. Each server has a log of its own, and a clear counts as applied when it
 * is in all of them. So somebody has to know which servers there are, and which of them have missed a clear.
 *
 * - Each head lists the other servers that it has been told of, its members. A clear goes to the servers of its process
 *   and to all members that it finds in their heads.
 * - A server that a clear does not reach is **marked** in the heads of those that it does reach. Nobody who knows the mark
 *   serves anything from the marked server, nor from one whose head lacks the mark: what is stored there may have been
 *   made of what the marked server has.
 * - A mark is lost with its head. Who knows it clears everything on the server of the new head and puts it back there,
 *   also if somebody else has marked the same server there since: what was stored in between knew of no mark.
 * - A server that a head does not list may have missed clears as well. Who has it in its list takes it for marked.
 * - A marked server is **settled** by whoever reaches it: when all other heads have the mark and no open clear, everything
 *   on the server is cleared. If the marks are still the same then, they are removed. A new epoch does not settle it.
 * - The epoch of a new head begins when all others list its server.
 *
 * No clock decides any of this, and the order of the lists plays no role.
 */
export class Membership {
  readonly #logs: Logs
  readonly #runtime: Runtime
  /** The heads as last read, by name of the server. It may get another log. */
  readonly #heads = new Map<string, Head>()
  readonly #lost = new LostMarks()
  /** By name of the server, since when nothing is served from it, by `Runtime.elapsed()`. */
  readonly #blocked = new Map<string, number>()
  /** Since when a head lacks marks that this process knows, by `Runtime.elapsed()`. */
  readonly #lackingSince = new Map<string, number>()
  readonly #busy = new Set<ServerLog>()

  constructor(logs: Logs, runtime: Runtime) {
    this.#logs = logs
    this.#runtime = runtime
  }

  /** Whether nothing may be served from a server. */
  isBlocked({ name }: ServerLog): boolean {
    return this.#blocked.size > 0 && this.#blocked.has(name)
  }

  /** Since when nothing may be served from a server, by `Runtime.elapsed()`. Undefined when it may. */
  blockedSince({ name }: ServerLog): number | undefined {
    return this.#blocked.get(name)
  }

  /** The servers on which there may be something that has been cleared, as far as this process knows, by name. */
  get pending(): readonly string[] {
    return [...new Set([...this.#lost.servers, ...this.#marked])]
  }

  /** The members of a new head of this server. */
  membersOf(log: ServerLog): readonly Member[] {
    return this.#othersThan(log).map(({ name }) => ({ name, mark: 0 }))
  }

  /** Takes in what a head says. Returns whether its epoch has begun since the last one. */
  noted(log: ServerLog, head: Head): boolean {
    const before = this.#heads.get(log.name)
    const isNew = before?.epoch !== head.epoch
    if (isNew) this.#lost.begun(log.name, before, head)
    this.#heads.set(log.name, head)
    for (const { name } of head.members) this.#logs.of(name)
    this.judge()
    return isNew
  }

  /** Takes in that a server has no head any more. */
  gone(log: ServerLog): void {
    const before = this.#heads.get(log.name)
    if (!before) return
    this.#lost.gone(log.name, before)
    this.#heads.delete(log.name)
    this.judge()
  }

  /**
   * Whether a mark on a server has a place among these members. One that only other processes use, and that is not listed,
   * has none: whoever uses it serves nothing from it, for it is not listed. So what has been forgotten stays forgotten.
   */
  concerns(name: string, members: readonly Member[]): boolean {
    return members.some((member) => member.name === name) || this.#isOwn(name)
  }

  /** Whether all own heads have been read. */
  get knowsAll(): boolean {
    return this.#logs.own().every(({ name }) => this.#heads.has(name))
  }

  /** Whether a server lists another one, as far as this process knows. */
  lists(log: ServerLog, other: ServerLog): boolean {
    const head = this.#heads.get(log.name)
    return head !== undefined && isListed(other.name, head)
  }

  /** Forgets a server. */
  drop({ name }: ServerLog): void {
    this.#heads.delete(name)
    this.#lost.drop(name)
    this.#blocked.delete(name)
    this.#lackingSince.delete(name)
    this.judge()
  }

  /** Decides from which servers nothing may be served, by what is known of the heads and by the servers in use. */
  judge(): void {
    const now = this.#runtime.elapsed()
    let isNew = false
    for (const log of this.#logs.all()) {
      const { name } = log
      const lacking = this.#lackedBy(log).length > 0
      if (!this.#isMarked(log) && !lacking && !this.#lost.of(name)) this.#blocked.delete(name)
      else if (!this.#blocked.has(name)) {
        this.#blocked.set(name, now)
        isNew = true
      }
      if (!lacking) this.#lackingSince.delete(name)
      else if (!this.#lackingSince.has(name)) this.#lackingSince.set(name, now)
    }
    if (!isNew) return
    // What is known of the others may be old: the mark may be everywhere by now, or nowhere.
    void this.#readAll()
    this.tend()
  }

  /** Returns the logs of all servers that a head lists. */
  listedIn(head: Head): readonly ServerLog[] {
    return head.members.flatMap(({ name }) => this.#logs.of(name) ?? [])
  }

  /**
   * Marks servers in the head that a record is in, each once. In an unborn head as well: whoever begins its epoch must not
   * serve anything from them. Resolves with what has become of the record if there is nothing to mark there, too.
   */
  async mark(log: ServerLog, placement: Placement, missing: readonly ServerLog[]): Promise<PlacedOutcome> {
    const names = missing.map(({ name }) => name).filter((name) => !placement.marked.has(name))
    // Whether an epoch has begun is seen when the clear is closed there. An unborn head is not closed, and may be lost.
    if (names.length === 0 && placement.head) return "done"
    let written: readonly Member[] = []
    const outcome = await log.mark(placement, (members) => {
      const concerned = names.filter((name) => this.concerns(name, members))
      // An unborn head keeps its marks, by which the epoch is known that begins there. Nobody settles a server by them.
      const isMarked = (name: string): boolean => members.some((member) => member.name === name && member.mark !== 0)
      const anew = placement.head ? concerned : concerned.filter((name) => !isMarked(name))
      return (written = withMarks(members, anew, this.#runtime))
    })
    if (outcome !== "done") return outcome
    for (const name of names) placement.marked.add(name)
    if (!placement.head) this.#lost.leave(log.name, written)
    return outcome
  }

  /** Sees to it that all other servers list this one before its epoch begins. Resolves with whether they do. */
  async prepare(log: ServerLog, unborn: Head): Promise<boolean> {
    for (const { name } of unborn.members) this.#logs.of(name)
    const listed = await Promise.all(this.#othersThan(log).map((other) => this.#list(log, other)))
    return listed.every((isListed) => isListed)
  }

  /** Does what has to be done about servers that are blocked. */
  tend(): void {
    if (this.#blocked.size === 0) return
    for (const log of this.#logs.all()) {
      if (!this.isBlocked(log) || isAway(log) || this.#busy.has(log)) continue
      // Nothing is on a server without a head. Whoever uses it makes one.
      if (!this.#heads.has(log.name) && !this.#isOwn(log.name)) continue
      this.#busy.add(log)
      void this.#unblock(log).finally(() => this.#busy.delete(log))
    }
  }

  #othersThan(log: ServerLog): readonly ServerLog[] {
    return this.#logs.all().filter((other) => other !== log)
  }

  /** The servers that have missed a clear, by name. */
  get #marked(): ReadonlySet<string> {
    const marked = new Set(this.#lost.marked)
    for (const { members } of this.#heads.values()) {
      for (const { name, mark } of members) if (mark !== 0) marked.add(name)
    }
    return marked
  }

  /** Whether the head of the first server has lost a mark on the second, and what is there has not been cleared. */
  #hasLost({ name }: ServerLog, marked: ServerLog): boolean {
    return this.#lost.of(name)?.has(marked.name) === true
  }

  /** Whether no clear is under way, so that a server may be settled. */
  #isQuiet({ open }: Head): boolean {
    return open.length === 0
  }

  #isSame(read: MarkRead, { epoch }: Head, mark: number): boolean {
    return read.epoch === epoch && read.mark === mark
  }

  /** Returns the marks that this process knows and a head lacks. */
  #lackedBy(log: ServerLog): readonly string[] {
    const head = this.#heads.get(log.name)
    if (!head) return []
    return [...this.#marked].filter(
      (name) => name !== log.name && this.concerns(name, head.members) && (markOn(name, head) ?? 0) === 0
    )
  }

  /** Whether a head marks a server, or did before it was lost, or does not list one of this process. */
  #isMarked({ name }: ServerLog): boolean {
    if (this.#lost.marked.includes(name)) return true
    const isOwn = this.#isOwn(name)
    return [...this.#heads].some(([other, head]) => other !== name && (markOn(name, head) ?? (isOwn ? 1 : 0)) !== 0)
  }

  #isOwn(name: string): boolean {
    return this.#logs.own().some((log) => log.name === name)
  }

  async #readAll(): Promise<void> {
    const up = this.#logs.all().filter(({ isDown }) => !isDown)
    await Promise.all(up.map((log) => log.connect()))
  }

  async #unblock(log: ServerLog): Promise<void> {
    const since = this.#lackingSince.get(log.name) ?? Infinity
    const isOverdue = this.#runtime.elapsed() - since > PATIENCE_MS
    if (isOverdue || this.#lost.of(log.name)) await this.#putBack(log)
    if (this.#isMarked(log)) await this.#settle(log)
  }

  /** Puts marks back into a head that lacks them, and clears everything on its server. */
  async #putBack(log: ServerLog): Promise<void> {
    // Otherwise processes would put back for each other what they remove.
    await this.#readAll()
    const lost = this.#lost.of(log.name)
    if (!lost && this.#lackedBy(log).length === 0) return
    if (!(await log.commits.addEverything(() => this.#lackedBy(log)))) return
    this.#lost.cleared(log.name, lost)
    this.judge()
  }

  #marksOn({ name }: ServerLog): readonly MarkRead[] {
    return this.#logs.all().flatMap((log) => {
      const head = this.#heads.get(log.name)
      const mark = (head && markOn(name, head)) ?? 0
      return head === undefined || mark === 0 ? [] : [{ in: log, epoch: head.epoch, mark }]
    })
  }

  /** Lists a server in the head of another one. Returns whether it is there. */
  async #list(log: ServerLog, other: ServerLog): Promise<boolean> {
    const known = this.#heads.get(other.name)
    const wasListed = known !== undefined && isListed(log.name, known)
    if (other.isDown) return wasListed
    const { name } = log
    const initial = [...this.membersOf(other).filter((member) => member.name !== name), { name, mark: 0 }]
    const head = await other.heads.change(
      (found) => (isListed(name, found) ? undefined : { members: withMarks(found.members, [name], this.#runtime) }),
      initial
    )
    return head === undefined ? wasListed : head !== "missing"
  }

  /** Clears everything on a server that has missed a clear, and removes the marks on it. */
  async #settle(log: ServerLog): Promise<void> {
    const others = this.#othersThan(log)
    if (this.#isOwn(log.name)) {
      const listed = await Promise.all(others.map((other) => this.#list(log, other)))
      if (!listed.every((isIn) => isIn)) return
    }
    await this.#readAll()
    const reached = others.filter((other) => !isAway(other))
    const isReady = reached.every((other) => {
      const head = this.#heads.get(other.name)
      return !head || (markOn(log.name, head) !== 0 && this.#isQuiet(head) && !this.#hasLost(other, log))
    })
    if (!isReady) return
    let marks: readonly MarkRead[] = []
    const away = await log.commits.addEverything(undefined, () => (marks = this.#marksOn(log)))
    // Without a head there is nothing to settle yet.
    if (!away) return
    await Promise.all(reached.map((other) => other.connect()))
    if (!this.#areUnchanged(log, marks, reached) || !this.#areMarked(log, away, reached)) return
    await this.#removeMarks(log, marks, [...away])
    this.#lost.settled(log.name)
    this.judge()
  }

  /** Whether the marks on a server are those that were read before everything on it was cleared. */
  #areUnchanged(log: ServerLog, marks: readonly MarkRead[], reached: readonly ServerLog[]): boolean {
    const { name } = log
    return reached.every((other) => {
      const head = this.#heads.get(other.name)
      if (isAway(other)) return false
      // Nothing is on it.
      if (!head) return true
      if (this.#hasLost(other, log)) return false
      const mark = markOn(name, head)
      if (mark === undefined && !this.#isOwn(name)) return true
      return marks.some((read) => read.in === other && read.epoch === head.epoch && read.mark === mark)
    })
  }

  /**
   * Whether all servers that were not reached were marked when everything on this one was cleared. What is on them may be
   * made of what was on it, in an epoch that knew of no mark.
   */
  #areMarked(log: ServerLog, away: ReadonlySet<string>, reached: readonly ServerLog[]): boolean {
    const members = this.#heads.get(log.name)?.members ?? []
    const others = this.#othersThan(log).filter((other) => !reached.includes(other))
    return others.every(({ name }) => away.has(name) || !this.concerns(name, members))
  }

  async #removeMarks({ name }: ServerLog, marks: readonly MarkRead[], away: readonly string[]): Promise<void> {
    await Promise.all(
      marks.map(async (read) => {
        const { in: log } = read
        const without = (head: Head): Pick<Head, "members"> | undefined => {
          const mark = markOn(name, head)
          if (mark === undefined || mark === 0 || !this.#isSame(read, head, mark)) return undefined
          const members = head.members.map((member) => (member.name === name ? { name, mark: 0 } : member))
          return {
            members: withMarks(
              members,
              away.filter((each) => each !== log.name),
              this.#runtime
            ),
          }
        }
        if (!isAway(log)) await log.heads.change(without)
        // The head that had the mark may be lost, or out of reach and its server marked.
        const last = this.#heads.get(log.name)
        const changes = last && without(last)
        if (changes) this.#heads.set(log.name, { ...last, ...changes })
      })
    )
  }
}

import type { Head, Member } from "./head"
import { markOn } from "./members"

/**
 * The marks that this process knows of and that were lost with their head. What has been stored on its server since may
 * be made of what the marked servers have. So everything there has to be cleared, whatever becomes of those, and also if
 * somebody else has marked them anew: what was stored in between knew of no mark. Servers go by name.
 */
export class LostMarks {
  /** By server of the lost head, the marked ones that have not been settled since. */
  readonly #lost = new Map<string, Set<string>>()
  /** By server, the marks that this process has left in its unborn head. */
  readonly #left = new Map<string, readonly Member[]>()

  /** The servers on which everything has to be cleared. */
  get servers(): readonly string[] {
    return [...this.#lost.keys()]
  }

  /** The servers that were marked. */
  get marked(): readonly string[] {
    return [...this.#lost.values()].flatMap((names) => [...names])
  }

  /** Returns the servers that were marked in the lost head of one on which everything has to be cleared. */
  of(server: string): ReadonlySet<string> | undefined {
    return this.#lost.get(server)
  }

  /** Notes the members of an unborn head into which marks were written. The epoch that begins there should have the marks. */
  leave(server: string, members: readonly Member[]): void {
    const isThere = (left: Member): boolean =>
      members.some(({ name, mark }) => name === left.name && mark === left.mark)
    // Others are lost already.
    const before = (this.#left.get(server) ?? []).filter((left) => !isThere(left))
    this.#left.set(server, [...before, ...members.filter(({ mark }) => mark !== 0)])
  }

  /** Notes that an epoch has begun. `before` is the head that was known. */
  begun(server: string, before: Head | undefined, head: Head): void {
    this.#add(server, [...this.wereLost(server, head), ...(before?.members ?? [])])
    this.#left.delete(server)
  }

  /** Notes that a head is gone, and no epoch has begun yet. */
  gone(server: string, before: Head): void {
    this.#add(server, before.members)
  }

  /** Notes that everything on a server has been cleared. It does not count for what was lost after these marks. */
  cleared(server: string, lost: ReadonlySet<string> | undefined): void {
    if (this.#lost.get(server) === lost) this.#lost.delete(server)
  }

  /** Notes that a marked server is marked no more. What was made of it elsewhere has to be cleared all the same. */
  settled(name: string): void {
    for (const names of this.#lost.values()) names.delete(name)
  }

  /** Forgets a server. */
  drop(server: string): void {
    this.#lost.delete(server)
    this.#left.delete(server)
    this.settled(server)
  }

  /** Returns the marks that were left in an unborn head, and that the epoch which has begun does not have. */
  protected wereLost(server: string, head: Head): readonly Member[] {
    return (this.#left.get(server) ?? []).filter(({ name, mark }) => markOn(name, head) !== mark)
  }

  #add(server: string, members: readonly Member[]): void {
    const names = members.flatMap(({ name, mark }) => (mark === 0 ? [] : [name]))
    // A set of its own, for `cleared`.
    if (names.length > 0) this.#lost.set(server, new Set([...(this.#lost.get(server) ?? []), ...names]))
  }
}

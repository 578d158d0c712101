import type { Runtime } from "../support/runtime"
import { randomUint48 } from "../support/uint48"
import type { Head, Member } from "./head"

/** Marks from here on are those of servers that are being forgotten. */
const FORGETTING = 2 ** 47

/** Returns the mark on a server in a head: 0 for none, undefined when it is not listed. */
export const markOn = (name: string, { members }: Head): number | undefined =>
  members.find((member) => member.name === name)?.mark

export const isListed = (name: string, head: Head): boolean => markOn(name, head) !== undefined

/**
 * Returns the members with a new mark on each of these, which are added where they are not listed. A server that is being
 * forgotten stays so.
 */
export function withMarks(
  members: readonly Member[],
  names: readonly string[],
  runtime: Runtime,
  areForgotten = false
): readonly Member[] {
  if (names.length === 0) return members
  const marks = names.map((name) => {
    const known = members.find((member) => member.name === name)
    const number = 1 + (randomUint48(runtime) % (FORGETTING - 1))
    return { name, mark: areForgotten || (known && isBeingForgotten(known)) ? FORGETTING + number - 1 : number }
  })
  return [...members.filter(({ name }) => !names.includes(name)), ...marks]
}

/** Whether nobody has used a server since it was to be forgotten: who uses one removes its marks. */
export const isBeingForgotten = ({ mark }: Member): boolean => mark >= FORGETTING

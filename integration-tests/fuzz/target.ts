import type { Prng } from "../../testing/prng"

/** A parser of bytes or text, and how it is attacked. */
export interface Target<Input = unknown> {
  readonly name: string
  /** Its share of random inputs, in relation to others. */
  readonly weight: number
  /** Of an exhaustive target: how many inputs there are. Each is tried once, and none at random. */
  readonly inputs?: number
  /** The same for the same seed, which is the number of the input where the target is exhaustive. */
  generate(chance: Prng, seed: number): Input
  /** Throws when the parser does what it must not. What it may throw itself is caught here. */
  check(input: Input): void | Promise<void>
}

/** Bytes were taken for what they are not, or something stale was served. */
export class Accepted extends Error {}

/** A promise that nothing will settle any more. */
export class Unanswered extends Error {}

export function assert(holds: boolean, what: string): void {
  if (!holds) throw new Error(what)
}

/** Whatever an item says, the API answers with what its types say: `null` is no number. */
export function assertShowable(shown: unknown): void {
  JSON.stringify(shown, (name, value: unknown) => {
    assert(typeof value !== "number" || Number.isFinite(value), `${name} is ${String(value)}`)
    return value
  })
}

/** Of a message, in characters: several complaints, each with the beginning of a value. */
const MAX_MESSAGE_LENGTH = 4_000

export const assertBounded = (message: string): void =>
  assert(message.length <= MAX_MESSAGE_LENGTH, `a message of ${message.length} characters: ${message.slice(0, 200)}`)

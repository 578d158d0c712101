import type { Emphasis } from "../profile"

/** The engine with one of its rules missing. */
export interface Mutant {
  /** What the engine does and this one does not. */
  readonly rule: string
  /** Takes the rule away, for as long as the thread lives. */
  readonly break: () => void
  /** What the violation has to be about, unless it is stale data. */
  readonly violation?: string
  /** A weather in which the rule matters more often. */
  readonly emphasis?: Emphasis
}

/** Puts the methods of a subclass in place of those of its class. `super` in them is the class as it was. */
export function override(mutated: abstract new (...args: never[]) => object): void {
  const prototype = mutated.prototype as object
  const target = Object.getPrototypeOf(prototype) as object
  const original: unknown = Object.create(null, Object.getOwnPropertyDescriptors(target))
  Object.setPrototypeOf(prototype, original as object)
  const { constructor: _, ...methods } = Object.getOwnPropertyDescriptors(prototype)
  Object.defineProperties(target, methods)
}

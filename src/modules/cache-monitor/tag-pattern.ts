const WILDCARD = "*"

/**
 * A pattern in which `*` stands for any characters, or none. Each part between two wildcards is searched once, from the
 * end of the previous part. Matching therefore takes time proportional to pattern and tag at most. A regular expression
 * built from user input could take ages.
 */
export class TagPattern {
  readonly #pattern: string
  readonly #first: string
  readonly #middle: readonly string[]
  /** Undefined when there is no wildcard. */
  readonly #last: string | undefined

  constructor(pattern: string) {
    const [first = "", ...others] = pattern.split(WILDCARD)
    this.#pattern = pattern
    this.#first = first
    this.#last = others.pop()
    this.#middle = others.filter((part) => part !== "")
  }

  matches(tag: string): boolean {
    const [first, last] = [this.#first, this.#last]
    if (last === undefined) return tag === this.#pattern
    if (tag.length < first.length + last.length || !tag.startsWith(first) || !tag.endsWith(last)) return false
    const end = tag.length - last.length
    let at = first.length
    for (const part of this.#middle) {
      const found = tag.indexOf(part, at)
      if (found === -1 || found + part.length > end) return false
      at = found + part.length
    }
    return true
  }
}

/** Returns whether a pattern consists of wildcards only. */
export const matchesEverything = (pattern: string): boolean => /^\*+$/.test(pattern)

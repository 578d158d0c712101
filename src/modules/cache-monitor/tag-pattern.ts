const WILDCARD = "*"

/**
 * Whether a tag matches a pattern in which `*` stands for any characters, also none. Each part between two wildcards is
 * looked for once, from where the last one ended, so that no pattern takes longer than its length and the tag's together; a
 * regular expression made from what people send could take ages.
 */
export class TagPattern {
  readonly #pattern: string
  readonly #first: string
  readonly #middle: readonly string[]
  /** undefined: no wildcard in it. */
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

/** Made of wildcards alone. */
export const matchesEverything = (pattern: string): boolean => /^\*+$/.test(pattern)

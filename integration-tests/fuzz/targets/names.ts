import { keySizeBytes } from "../../../src/cache/memcached/protocol"
import { KeySpace } from "../../../src/cache/keys"
import { TagPattern } from "../../../src/modules/cache-monitor/tag-pattern"
import type { Prng } from "../../../testing/prng"
import { hostileText } from "../mutations"
import { Accepted, assert, type Target } from "../target"

/** As the plugin's own items are called, behind the prefix. */
const OWN = [
  "~head",
  "~clears",
  "~tags:1",
  "~stats:60:1",
  "~log:x:1",
  "~rec:x:1",
  "~index:1",
  "~lease:",
  "~shared:",
  "~h:",
]

const keys: Target<readonly string[]> = {
  name: "keys and item names",
  weight: 12,
  generate: (chance) => {
    const text = chance.pick([hostileText(chance), chance.pick(OWN) + hostileText(chance)])
    return [text, chance.pick([text + chance.pick(["", "~", ":", "a", "\ud800", "\udc00", " "]), hostileText(chance)])]
  },
  check: (texts) => {
    const names = ["medusa", "a"].flatMap((prefix) => {
      const keys = new KeySpace(prefix)
      const own = [
        keys.head(),
        keys.clears(),
        keys.tags(1),
        keys.index(1),
        keys.statistics(60, 1),
        keys.totals(),
        keys.record({ epoch: 33, version: 1 }),
        keys.body({ epoch: 33, version: 1 }, 1),
      ]
      return [...new Set(texts)].reduce((all, text) => [...all, keys.entry(text), keys.lease(text)], own)
    })
    for (const name of names) assert(keySizeBytes(name) > 0, `no name for an item: ${name}`)
    if (new Set(names).size !== names.length) throw new Accepted("two things have one name")
  },
}

interface Comparison {
  readonly pattern: string
  readonly tag: string
}

const patterns: Target<Comparison> = {
  name: "patterns",
  weight: 12,
  generate: (chance) =>
    chance.pick<() => Comparison>([
      () => ({ pattern: textOf(chance, "ab*", 10), tag: textOf(chance, "ab", 14) }),
      () => ({ pattern: hostileText(chance), tag: hostileText(chance) }),
      () => ({ pattern: textOf(chance, "aab*", 300), tag: textOf(chance, "ab", 2).repeat(10_000) }),
    ])(),
  check: ({ pattern, tag }) => {
    const matches = new TagPattern(pattern).matches(tag)
    if (tag.length < 100 && matches !== isMatch(pattern, tag)) throw new Accepted(`${matches ? "a" : "no"} match`)
  },
}

const textOf = (chance: Prng, letters: string, length: number): string =>
  Array.from({ length: chance.below(length) }, () => chance.pick([...letters])).join("")

/** By the definition: for each beginning of the tag, whether the pattern so far matches it. */
function isMatch(pattern: string, tag: string): boolean {
  let matched = Array.from({ length: tag.length + 1 }, (_, length) => length === 0)
  for (const sign of pattern.split("")) {
    const first = matched.indexOf(true)
    matched = matched.map((_, length) =>
      sign === "*" ? first !== -1 && length >= first : matched[length - 1] === true && tag[length - 1] === sign
    )
  }
  return matched[tag.length] === true
}

export const nameTargets: readonly Target[] = [keys, patterns]

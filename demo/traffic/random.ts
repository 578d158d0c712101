/** Numbers from 0 to 1 that are the same for the same seed, so that two runs ask for the same pages (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Picks items so that the second is asked for half as often as the first, the third a third as often, and so on. */
export function createZipfPicker<T>(items: readonly T[], random: () => number): () => T {
  const cumulative: number[] = []
  let total = 0
  for (let rank = 1; rank <= items.length; rank++) {
    total += 1 / rank
    cumulative.push(total)
  }
  return () => {
    const target = random() * total
    const position = cumulative.findIndex((sum) => sum > target)
    const item = items[position]
    if (item === undefined) {
      throw new Error("There is nothing to pick from")
    }
    return item
  }
}

export function shuffle<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, order: random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item)
}

/** Returns a whole number of at least `min`. Throws an error that names the option and the value. */
export function wholeNumber(option: string, text: string, min = 1): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < min) {
    throw new Error(`--${option} takes a whole number of at least ${min}, not "${text}"`)
  }
  return value
}

/** Returns the chosen names, or all when none is chosen. Throws an error that names those that there are not. */
export function chosenNames(option: string, chosen: readonly string[], all: readonly string[]): readonly string[] {
  const unknown = chosen.filter((name) => !all.includes(name))
  if (unknown.length > 0) throw new Error(`There is no ${option} ${unknown.join(", ")}; there are ${all.join(", ")}`)
  return chosen.length === 0 ? all : all.filter((name) => chosen.includes(name))
}

const COLON = ":".charCodeAt(0)

/** Returns the type of entity that a tag names: the part before the colon, or all of it. */
export function typeOf(tag: string): string {
  const colon = tag.indexOf(":")
  return colon === -1 ? tag : tag.slice(0, colon)
}

/** Returns the types of the tags, each once and in order. */
export function typesOf(tags: readonly string[]): readonly string[] {
  const types = new Set<string>()
  let last = ""
  for (const tag of tags) {
    // Medusa names the tags of one type one after the other.
    if (last !== "" && tag.charCodeAt(last.length) === COLON && tag.startsWith(last)) continue
    last = typeOf(tag)
    types.add(last)
  }
  return [...types].sort()
}

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

const LISTS = ":list:*"

/**
 * Returns the tag of what was made of a type without knowing of which records: an answer whose route has read its table. It is
 * no name that Medusa gives to a record.
 */
export const unknownRecordsOf = (type: string): string => `${type}:~`

/**
 * Returns the tags that a clear of these voids besides them. Whatever names a record may mean one of the unknown. Where a
 * clear names the type's lists, there is nothing to add, since such an answer carries them as well.
 */
export function impliedBy(tags: readonly string[]): readonly string[] {
  const lists = new Set<string>()
  const others = new Set<string>()
  // Often there are thousands of calls at once.
  for (const tag of tags) {
    const type = typeOf(tag)
    if (tag.length === type.length + LISTS.length && tag.endsWith(LISTS)) lists.add(type)
    else others.add(type)
  }
  const implied: string[] = []
  for (const type of others) if (!lists.has(type)) implied.push(unknownRecordsOf(type))
  return implied
}

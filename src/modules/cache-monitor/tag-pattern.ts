const WILDCARD = "*"

/**
 * Whether a tag matches a pattern in which `*` stands for any characters, also none. Each part between two wildcards is
 * looked for once, from where the last one ended: no pattern takes longer than its length times the tag's, which a regular
 * expression made from what people send could.
 */
export function matchesPattern(tag: string, pattern: string): boolean {
  const parts = pattern.split(WILDCARD)
  const [first = ""] = parts
  if (parts.length === 1) return tag === pattern
  const last = parts.at(-1) ?? ""
  if (tag.length < first.length + last.length || !tag.startsWith(first) || !tag.endsWith(last)) return false
  const end = tag.length - last.length
  let at = first.length
  for (const part of parts.slice(1, -1)) {
    const found = tag.indexOf(part, at)
    if (found === -1 || found + part.length > end) return false
    at = found + part.length
  }
  return true
}

/** Made of wildcards alone. */
export const matchesEverything = (pattern: string): boolean => /^\*+$/.test(pattern)

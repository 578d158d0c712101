const [QUOTE, BACKSLASH] = [0x22, 0x5c]

/** Before each value but the first of a list or an object stands a comma, and each of those begins with a bracket. */
const [COMMA, LIST, OBJECT] = [0x2c, 0x5b, 0x7b]

/**
 * Whether JSON in UTF-8 has more values than that; a list or an object counts for itself and its first one. Looked for in
 * its bytes, since JSON.parse makes every value: 16 MB of `{},{},` take it seconds, in which nobody else is answered.
 */
export function hasMoreValues(json: Uint8Array, most: number): boolean {
  let count = 0
  let inString = false
  for (let at = 0; at < json.length; at++) {
    const byte = json[at]
    if (inString) {
      if (byte === BACKSLASH) at++
      else if (byte === QUOTE) inString = false
    } else if (byte === QUOTE) {
      inString = true
    } else if (byte === COMMA || byte === LIST || byte === OBJECT) {
      if (++count > most) return true
    }
  }
  return false
}

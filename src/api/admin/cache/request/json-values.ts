const [QUOTE, BACKSLASH] = [0x22, 0x5c]

/** A comma precedes each value of a list or an object except the first. A bracket opens each list and object. */
const [COMMA, LIST, OBJECT] = [0x2c, 0x5b, 0x7b]

/**
 * Returns whether JSON in UTF-8 has more values than `most`. A list or an object counts for itself and its first value.
 * The bytes are scanned, because JSON.parse creates every value: 16 MB of `{},{},` take it seconds, in which no other
 * request is answered.
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

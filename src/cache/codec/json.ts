/**
 * Returns data as JSON in ASCII: everything else is escaped. V8 makes a string with one byte for each character of such
 * text, in a sixth of the time that UTF-8 with a single umlaut takes, and parses it faster. Compressed it is as small.
 *
 * Returns undefined for data that has no JSON form, or whose JSON is null (NaN, too): a lookup could not tell that from a
 * miss.
 */
export function jsonOf(data: unknown): Buffer | undefined {
  try {
    // JSON.stringify returns undefined for a function or a symbol, although its type says string.
    const json: unknown = JSON.stringify(data)
    return typeof json === "string" && json !== "null" ? asciiOf(json) : undefined
  } catch {
    return undefined
  }
}

/** Returns JSON text with everything escaped that is not ASCII. */
export function asciiOf(json: string): Buffer {
  const isAscii = Buffer.byteLength(json) === json.length
  return Buffer.from(isAscii ? json : json.replace(OTHERS, escaped), "latin1")
}

/** Returns JSON text as people read it: without the escapes of what can be shown. */
export const readable = (json: string): string =>
  json.replace(ESCAPES, (escape, digits: string | undefined) => {
    const code = digits === undefined ? 0 : Number.parseInt(digits, 16)
    return code >= FIRST_SHOWN ? String.fromCharCode(code) : escape
  })

const OTHERS = /[^\0-\x7f]+/g
/** A backslash and what it escapes, so that the second half of `\\` does not count as one. */
const ESCAPES = /\\(?:u([0-9a-f]{4})|.)/g
/** Below are control characters. */
const FIRST_SHOWN = 0xa0

function escaped(text: string): string {
  let escapes = ""
  for (let i = 0; i < text.length; i++) escapes += `\\u${text.charCodeAt(i).toString(16).padStart(4, "0")}`
  return escapes
}

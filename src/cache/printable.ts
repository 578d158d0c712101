/** Control characters, escape sequences among them; line breaks of every kind; and what turns the direction of text round. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Surrogate}]/gu

/** Text of a server or a caller, as it may stand in a log or on a terminal: on one line, without effect, of bounded length. */
export function printable(text: string, maxChars: number): string {
  const shown = text.slice(0, maxChars).replace(UNPRINTABLE, "?")
  return text.length > maxChars ? `${shown}…` : shown
}

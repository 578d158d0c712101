/** A stream that may be a terminal. */
export type Stream = Pick<NodeJS.WritableStream, "write"> & { readonly isTTY?: boolean }

const STYLES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 } as const

export type Style = keyof typeof STYLES

/** How often progress is shown where lines cannot be replaced, in milliseconds. */
const PROGRESS_MS = 5_000

/** Goes to the start of the line and erases it (ECMA-48: CR, EL). */
const ERASE_LINE = "\r\u001b[K"

/** What a command writes. Secrets are taken out of everything, whoever put them there. */
export class Output {
  readonly #results: Stream
  readonly #notes: Stream
  readonly #colors: boolean
  readonly #secrets: string[] = []
  #progress = ""
  #progressAt = -Infinity

  /** Results go to standard output; notes, errors and progress to standard error. */
  constructor(results: Stream, notes: Stream, { NO_COLOR, TERM }: NodeJS.ProcessEnv, noColor = false) {
    this.#results = results
    this.#notes = notes
    // https://no-color.org: any value but an empty one.
    this.#colors = results.isTTY === true && !noColor && (NO_COLOR ?? "") === "" && TERM !== "dumb"
  }

  /** Never writes this again. */
  hide(...secrets: string[]): void {
    this.#secrets.push(...secrets)
  }

  result(text: string): void {
    this.#endProgress()
    this.#results.write(`${this.#withoutSecrets(text)}\n`)
  }

  note(text: string): void {
    this.#endProgress()
    this.#notes.write(`${this.#withoutSecrets(text)}\n`)
  }

  /** Shows how far something is: on one line of a terminal, otherwise a line every few seconds. */
  progress(text: string, now = performance.now()): void {
    if (text === this.#progress) return
    if (this.#notes.isTTY === true) {
      this.#progress = text
      this.#notes.write(`${ERASE_LINE}${this.#withoutSecrets(text)}`)
    } else if (now - this.#progressAt >= PROGRESS_MS) {
      this.#progressAt = now
      this.#progress = text
      this.#notes.write(`${this.#withoutSecrets(text)}\n`)
    }
  }

  /** Returns the text in a style, or as it is where colours are not wanted. */
  readonly paint = (style: Style, text: string): string =>
    this.#colors && text !== "" ? `\u001b[${STYLES[style]}m${text}\u001b[0m` : text

  #endProgress(): void {
    if (this.#progress !== "" && this.#notes.isTTY === true) this.#notes.write(ERASE_LINE)
    this.#progress = ""
  }

  #withoutSecrets(text: string): string {
    return this.#secrets.reduce((shown, secret) => shown.replaceAll(secret, "[API key]"), text)
  }
}

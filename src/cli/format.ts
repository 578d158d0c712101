import { stripVTControlCharacters } from "node:util"
import { printable } from "../cache"

/** What stands where there is no number. */
export const NOTHING = "–"

export const count = (value: number): string => value.toLocaleString("en", { maximumFractionDigits: 1 })

/** `1 entry`, `2 entries`. */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`

/** `ratio` from 0 to 1, rounded down: 99.85 % is not 99.9 %. */
export const percent = (ratio: number | null): string =>
  ratio === null ? NOTHING : `${count(Math.floor(ratio * 1000 + 1e-9) / 10)} %`

const BYTE_UNITS = ["bytes", "KB", "MB", "GB", "TB"]

export function bytes(value: number): string {
  const power = Math.min(BYTE_UNITS.length - 1, value < 1024 ? 0 : Math.floor(Math.log(value) / Math.log(1024)))
  return `${count(value / 1024 ** power)} ${BYTE_UNITS[power] ?? ""}`
}

const TIME_UNITS = [
  { name: "d", seconds: 86_400 },
  { name: "h", seconds: 3_600 },
  { name: "min", seconds: 60 },
  { name: "s", seconds: 1 },
] as const

/** One or two units: `3 h 12 min`, `412 ms`. */
export function duration(durationMs: number): string {
  const ms = Math.max(0, durationMs)
  if (ms < 1_000) return `${count(ms < 10 ? ms : Math.round(ms))} ms`
  if (ms < 10_000) return `${count(ms / 1_000)} s`
  const seconds = Math.round(ms / 1_000)
  const index = TIME_UNITS.findIndex((unit) => seconds >= unit.seconds)
  const [large, small] = TIME_UNITS.slice(index, index + 2)
  if (large === undefined || small === undefined) return `${seconds} s`
  const rest = Math.floor((seconds % large.seconds) / small.seconds)
  return `${Math.floor(seconds / large.seconds)} ${large.name}${rest === 0 ? "" : ` ${rest} ${small.name}`}`
}

/** How long ago a time was, which may seem to be ahead where clocks differ: `12 s ago`. */
export const ago = (time: string, nowMs: number): string => `${duration(nowMs - Date.parse(time))} ago`

/** `2026-11-27 00:41:20 UTC` */
export const utc = (time: string): string => `${time.slice(0, 19).replace("T", " ")} UTC`

/** The most characters of a tag or a key in a text. */
const MAX_NAME = 120

/** A name that others chose: on one line, without escape sequences. */
export const name = (text: string): string => printable(text, MAX_NAME)

/** The most characters of a message of the shop. */
const MAX_MESSAGE = 600

export const message = (text: string): string => printable(text, MAX_MESSAGE)

/** Aligns columns, those with the given indexes to the right. */
export function table(rows: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const widths: number[] = []
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, widthOf(cell))))
  return rows.map((row) =>
    row
      .map((cell, i) => {
        const space = " ".repeat((widths[i] ?? 0) - widthOf(cell))
        return right.includes(i) ? space + cell : cell + space
      })
      .join("  ")
      .trimEnd()
  )
}

const widthOf = (cell: string): number => stripVTControlCharacters(cell).length

export const indented = (lines: readonly string[]): string[] => lines.map((line) => (line === "" ? "" : `  ${line}`))

const LINE_WIDTH = 100

/** Breaks a text at spaces into lines of at most 100 characters, unless a word is longer. */
export function wrapped(text: string): string[] {
  const lines: string[] = []
  for (const word of text.split(" ")) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= LINE_WIDTH) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

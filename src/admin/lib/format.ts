/** What stands where there is no number, which is not the same as 0. */
export const NOTHING = "–"

const BYTE_UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const
const KILO = 1024

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** From the largest: the first that fits at least once is used. */
const DURATION_UNITS = [
  { unit: "day", ms: DAY_MS },
  { unit: "hour", ms: HOUR_MS },
  { unit: "minute", ms: MINUTE_MS },
  { unit: "second", ms: SECOND_MS },
] as const

export type Format = ReturnType<typeof createFormat>

/** Numbers, sizes and times in the words of one language of the dashboard. */
export function createFormat(language: string) {
  const locale = intlLocale(language)
  const integer = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 })
  const compact = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 })
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 })
  const points = new Intl.NumberFormat(locale, { maximumFractionDigits: 1, signDisplay: "exceptZero" })
  const relativeTime = new Intl.RelativeTimeFormat(locale, { numeric: "auto" })
  const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium" })
  const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" })
  const dayAndClock = new Intl.DateTimeFormat(locale, { weekday: "short", hour: "2-digit", minute: "2-digit" })
  const day = new Intl.DateTimeFormat(locale, { month: "short", day: "numeric" })

  const inUnit = (value: number, unit: string, unitDisplay: "short" | "narrow" | "long" = "short") =>
    new Intl.NumberFormat(locale, {
      style: "unit",
      unit,
      unitDisplay,
      maximumFractionDigits: value < 10 && value !== Math.round(value) ? 1 : 0,
    }).format(value)

  const relative = (time: string | number, now: number) => {
    const difference = toMs(time) - now
    const size = Math.abs(difference)
    const { unit, ms } = DURATION_UNITS.find((candidate) => size >= candidate.ms) ?? { unit: "second", ms: SECOND_MS }
    return relativeTime.format(size < SECOND_MS ? 0 : Math.trunc(difference / ms), unit)
  }

  return {
    locale,
    integer: (value: number) => integer.format(value),
    /** 12,345 as it is, 1.2M when it would not fit. */
    count: (value: number) => (Math.abs(value) < 100_000 ? integer.format(value) : compact.format(value)),
    /** As short as it gets, for an axis: 20K. */
    short: (value: number) => compact.format(value),
    /** `ratio` from 0 to 1, rounded down: 99.85 % is not 99.9 %. */
    percent: (ratio: number | null) => (ratio === null ? NOTHING : percent.format(roundedDown(ratio))),
    /** A difference of two ratios, in percentage points with its sign. */
    points: (difference: number) => points.format(difference * 100),
    bytes: (bytes: number) => {
      // As it will be shown: 1,048,400 bytes are 1 MB, not "1,024 kB".
      const found = BYTE_UNITS.findIndex((_, candidate) => Math.round(bytes / KILO ** candidate) < KILO)
      const power = found === -1 ? BYTE_UNITS.length - 1 : found
      // The short form has no plural: "455 byte".
      return inUnit(bytes / KILO ** power, BYTE_UNITS[power] ?? "byte", power === 0 ? "long" : "short")
    },
    /** One or two units: `3h 12m`, `412 ms`. */
    duration: (durationMs: number) => formatDuration(durationMs, inUnit),
    /** As `duration`, of an estimate, which is 0 when there is none. */
    estimate: (durationMs: number) => (durationMs === 0 ? NOTHING : `≈ ${formatDuration(durationMs, inUnit)}`),
    /** `12 seconds ago`, `in 3 hours`. */
    relative,
    /** As `relative`, of what has happened, whatever the clock of this browser says: never `in 3 minutes`. */
    ago: (time: string | number, now: number) => relative(time, Math.max(now, toMs(time))),
    dateTime: (time: string | number) => dateTime.format(toMs(time)),
    clock: (time: string | number) => clock.format(toMs(time)),
    dayAndClock: (time: string | number) => dayAndClock.format(toMs(time)),
    day: (time: string | number) => day.format(toMs(time)),
  }
}

function formatDuration(
  durationMs: number,
  inUnit: (value: number, unit: string, display: "short" | "narrow") => string
): string {
  const total = Math.max(0, durationMs)
  // As it will be shown, rounded to the next smaller unit: 59.99 minutes are one hour, not "60 min".
  const rounded = (index: number) => {
    const stepMs = DURATION_UNITS[index + 1]?.ms ?? SECOND_MS / 10
    return Math.round(total / stepMs) * stepMs
  }
  const index = DURATION_UNITS.findIndex(({ ms }, candidate) => rounded(candidate) >= ms)
  const large = DURATION_UNITS[index]
  const small = DURATION_UNITS[index + 1]
  if (large === undefined) {
    const isBelowOne = total > 0 && total < 1
    // The narrow form is German "1ms" beside "2 ms".
    return `${isBelowOne ? "<" : ""}${inUnit(isBelowOne ? 1 : Math.round(total), "millisecond", "short")}`
  }
  if (small === undefined) {
    return inUnit(rounded(index) / SECOND_MS, "second", "narrow")
  }
  const first = inUnit(Math.floor(rounded(index) / large.ms), large.unit, "narrow")
  const rest = Math.round((rounded(index) % large.ms) / small.ms)
  return rest === 0 ? first : `${first} ${inUnit(rest, small.unit, "narrow")}`
}

/** To a tenth of a percent. The summand is for ratios like 0.29, which are a little less in binary. */
const roundedDown = (ratio: number): number => Math.floor(ratio * 1000 + 1e-9) / 1000

function toMs(time: string | number): number {
  return typeof time === "number" ? time : Date.parse(time)
}

/** `ptBR`, as the dashboard writes a language, is `pt-BR` for Intl, which throws on what it does not understand. */
export function intlLocale(language: string): string {
  const locale = language.replace(/^([a-z]{2,3})([A-Z]{2})$/, "$1-$2")
  try {
    return Intl.getCanonicalLocales(locale)[0] ?? "en"
  } catch {
    return "en"
  }
}

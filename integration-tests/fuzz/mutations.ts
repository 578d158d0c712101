import type { Prng } from "../../testing/prng"

/** The edges of what fits into two, four and six bytes. */
export const EXTREMES = [0, 1, 0xffff, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 47 - 1, 2 ** 47, 2 ** 48 - 1]
/** As text spells them. Some are infinite, and some are no JSON. */
const NUMBERS =
  "0 -0 -1 0.5 2147483648 4294967295 9007199254740992 8.64e15 8640000000000001 1e308 -1e308 1e400 -1e400 NaN 0x10"
const NAMES = "__proto__ constructor toString valueOf hasOwnProperty length then toJSON version".split(" ")
const FRAGMENTS = [
  ...'a b aa Product * ** : ~ ~h: :~ medusa é 😀 @ // [ ] { } " \\ \\u0000 %00 , . 0 -1 1e308 99999'.split(" "),
  ..." \n\r\t\0\u007f\ufeff\u2028\ud800".split(""),
  ...["\udc00", ...NAMES],
]
/** Stands for lists in lists. */
const DEEP = "deep"

/** Never what it was: one to three of all ways in which bytes go wrong. */
export function damaged(chance: Prng, original: Buffer, other: Buffer): Buffer {
  if (chance.chance(0.02)) return chance.bytes(chance.below(2 * original.length + 60))
  let bytes = original
  do {
    for (let left = chance.between(1, 3); left > 0; left--) bytes = damagedOnce(chance, bytes, other)
  } while (bytes.equals(original))
  return bytes
}

function damagedOnce(chance: Prng, bytes: Buffer, other: Buffer): Buffer {
  const at = placeIn(chance, bytes.length + 1)
  const [before, behind] = [bytes.subarray(0, at), bytes.subarray(at)]
  const size = chance.between(1, 16)
  return chance.pick<() => Buffer>([
    () => withBitsFlipped(chance, bytes, chance.between(1, 8)),
    () => withNumber(chance.pick(EXTREMES), chance.pick([1, 2, 4, 6]), at, bytes),
    () => Buffer.concat([before, chance.bytes(size), behind]),
    () => Buffer.concat([before, behind.subarray(size)]),
    () => Buffer.concat([before, behind.subarray(0, 4 * size), behind]),
    () => Buffer.concat([before, other.subarray(placeIn(chance, other.length + 1))]),
    () => before,
    () => behind,
  ])()
}

function withBitsFlipped(chance: Prng, bytes: Buffer, count: number): Buffer {
  const copy = Buffer.from(bytes)
  for (let left = count; left > 0 && copy.length > 0; left--) {
    const at = placeIn(chance, copy.length)
    copy[at] = (copy[at] ?? 0) ^ (1 << chance.below(8))
  }
  return copy
}

function withNumber(number: number, sizeBytes: number, at: number, bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes)
  if (copy.length >= sizeBytes) {
    copy.writeUIntBE(number % 256 ** sizeBytes, Math.min(at, copy.length - sizeBytes), sizeBytes)
  }
  return copy
}

/** Most of what is read as a number stands near an end. */
function placeIn(chance: Prng, length: number): number {
  const near = chance.below(Math.min(64, length))
  return chance.pick([chance.below(length), near, Math.max(0, length - 1 - near)])
}

/** JSON of a value with one to three parts of it replaced, and sometimes damaged as text. */
export function hostileJson(chance: Prng, original: unknown): string {
  let value = original
  for (let left = chance.between(1, 3); left > 0; left--) value = altered(chance, value)
  let json = JSON.stringify(value)
  if (chance.chance(0.3)) {
    json = json.replaceAll(/-?\d+/g, (number) => (chance.chance(0.2) ? hostileNumber(chance) : number))
  }
  const depth = chance.pick([10, 1_000, 20_000])
  json = json.replace(`"${DEEP}"`, () => "[".repeat(depth) + "]".repeat(depth))
  return chance.chance(0.1) ? damaged(chance, Buffer.from(json), Buffer.from(json)).toString() : json
}

/** The same with one part of it, at any depth, exchanged, taken out, repeated or given another name. */
export function altered(chance: Prng, value: unknown): unknown {
  if (typeof value !== "object" || value === null || chance.chance(0.1)) return hostileValue(chance)
  if (Array.isArray(value)) {
    const items: unknown[] = value
    const at = chance.below(items.length + 1)
    const instead = [[], [items[at], items[at]], [altered(chance, items[at])]]
    return items.toSpliced(at, 1, ...chance.pick(instead))
  }
  const entries: [string, unknown][] = Object.entries(value)
  const at = chance.below(entries.length + 1)
  const [name, part] = entries[at] ?? [chance.pick(NAMES), undefined]
  const otherName = chance.chance(0.5) ? chance.pick(NAMES) : hostileText(chance)
  const otherPart = entries[chance.below(entries.length)]?.[1]
  const instead: [string, unknown][][] = [[], [[otherName, part]], [[name, otherPart]], [[name, altered(chance, part)]]]
  return Object.fromEntries(entries.toSpliced(at, 1, ...chance.pick(instead)))
}

const hostileNumber = (chance: Prng): string => chance.pick(NUMBERS.split(" "))

const hostileValue = (chance: Prng): unknown =>
  chance.pick<unknown>([
    ...[null, true, DEEP, [], {}, chance.pick(EXTREMES), Number(hostileNumber(chance)), hostileText(chance)],
    [hostileText(chance), null, { "": [] }],
    Object.fromEntries(chance.some(NAMES, 0.4).map((name) => [name, chance.pick<unknown>([null, 1, "x", {}])])),
  ])

/** Made of what parsers stumble over; sometimes long. */
export function hostileText(chance: Prng): string {
  const text = Array.from({ length: chance.below(8) }, () => chance.pick(FRAGMENTS)).join("")
  return chance.chance(0.02) ? text.repeat(chance.pick([100, 10_000])) : text
}

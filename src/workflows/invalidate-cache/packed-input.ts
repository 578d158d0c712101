import { promisify } from "node:util"
import { gunzip, gzip } from "node:zlib"
import type { ClearTargets } from "../../modules/cache-monitor/clear-targets"
import { checkInput, type InvalidateCacheInput } from "./input"

/**
 * An input whose targets are one string. Workflow engines copy the input by way of JSON and write it to their database
 * several times, and answer nobody meanwhile: the shorter it is, and the fewer things it is made of, the better.
 */
export interface PackedInput extends Omit<InvalidateCacheInput, keyof ClearTargets> {
  /** Their JSON, gzip, base64. */
  readonly packed: string
}

/** Packed or not. */
export type CarriedInput = InvalidateCacheInput | PackedInput

/** Fewer stay as they are, unless they are long: readable in the engine's database. */
const MIN_PACKED = 1_000

/** Of the JSON, in characters: as much as a thousand names have at most that are no keys of an unusual length. */
const MAX_UNPACKED_LENGTH = 200_000

/** As JSON writes what PostgreSQL's jsonb does not take: U+0000, and half of a surrogate pair. Keys may have them. */
const UNSTORABLE = /\\u(?:0000|d[89a-f])/

const compress = promisify(gzip)
const decompress = promisify(gunzip)

/** Throws INVALID_DATA for what is to be packed and wrong. The rest is left to who carries it out. */
export async function packedInput(input: InvalidateCacheInput): Promise<CarriedInput> {
  if (namesIn(input) < MIN_PACKED && isStoredAsItIs(input)) return input
  checkInput(input)
  const { tags, keys, entities, patterns, all, ...settings } = input
  const bytes = await compress(JSON.stringify({ tags, keys, entities, patterns, all } satisfies ClearTargets))
  return { ...settings, packed: bytes.toString("base64") }
}

/** Not checked: it may come from anywhere. */
export async function unpackedInput(input: CarriedInput): Promise<InvalidateCacheInput> {
  if (!isPacked(input)) return input
  const { packed, ...settings } = input
  const json = (await decompress(Buffer.from(packed, "base64"))).toString("utf8")
  return { ...settings, ...(JSON.parse(json) as ClearTargets) }
}

export const isPacked = (input: unknown): input is PackedInput =>
  typeof input === "object" && input !== null && "packed" in input

/** Code in JavaScript may pass anything. */
function namesIn(input: unknown): number {
  if (typeof input !== "object" || input === null) return 0
  const ids = "entities" in input && Array.isArray(input.entities) ? idsOf(input.entities) : []
  return [...(Object.values(input) as unknown[]), ...ids].reduce<number>((sum, list) => sum + lengthOf(list), 0)
}

const idsOf = (entities: readonly unknown[]): unknown[] =>
  entities.map((entity) => (typeof entity === "object" && entity !== null && "ids" in entity ? entity.ids : []))

function isStoredAsItIs(input: unknown): boolean {
  try {
    const json = JSON.stringify(input)
    return json.length <= MAX_UNPACKED_LENGTH && !UNSTORABLE.test(json)
  } catch {
    // It has no JSON form, so it is none that could be packed.
    return true
  }
}

const lengthOf = (list: unknown): number => (Array.isArray(list) ? list.length : 0)

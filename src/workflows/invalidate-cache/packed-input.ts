import { promisify } from "node:util"
import { gunzip, gzip } from "node:zlib"
import { MedusaError } from "@medusajs/framework/utils"
import { type ClearTargets, sentenceOf } from "../../modules/cache-monitor/clear-targets"
import { checkInput, type InvalidateCacheInput, TARGETS } from "./input"

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

/** Of the JSON: as much as the body of a request may have. */
const MAX_JSON_BYTES = 16 * 1024 * 1024

/** Base64 makes four characters of three bytes, and gzip hardly adds to what it cannot compress. */
export const MAX_PACKED_LENGTH = Math.ceil(MAX_JSON_BYTES * 1.34)

/** As JSON writes what PostgreSQL's jsonb does not take: U+0000, and half of a surrogate pair. Keys may have them. */
const UNSTORABLE = /\\u(?:0000|d[89a-f])/

const compress = promisify(gzip)
const decompress = promisify(gunzip)

/** Throws INVALID_DATA for what is to be packed and wrong. The rest is left to who carries it out. */
export async function packedInput(input: InvalidateCacheInput): Promise<CarriedInput> {
  if (namesIn(input) < MIN_PACKED && isStoredAsItIs(input)) return input
  checkInput(input)
  const { tags, keys, entities, patterns, all, ...settings } = input
  const json = Buffer.from(JSON.stringify({ tags, keys, entities, patterns, all } satisfies ClearTargets))
  if (json.length > MAX_JSON_BYTES) throw tooLong(json.length)
  return { ...settings, packed: (await compress(json)).toString("base64") }
}

/**
 * Its targets are not checked: they may come from anywhere. Throws INVALID_DATA for a string that was not packed here, before
 * more memory is taken for it than for the body of a request.
 */
export async function unpackedInput(input: CarriedInput): Promise<InvalidateCacheInput> {
  if (!isPacked(input)) return input
  const { packed, ...settings } = input
  return { ...settings, ...targetsIn(await inflated(packed), packed) }
}

async function inflated(packed: unknown): Promise<Buffer> {
  if (typeof packed !== "string" || packed.length > MAX_PACKED_LENGTH) throw notPacked(packed)
  try {
    return await decompress(Buffer.from(packed, "base64"), { maxOutputLength: MAX_JSON_BYTES })
  } catch {
    throw notPacked(packed)
  }
}

/** Nothing but targets: what a packed string said of its author would be believed. */
function targetsIn(json: Buffer, packed: string): ClearTargets {
  try {
    const targets: unknown = JSON.parse(json.toString("utf8"))
    if (isObject(targets) && Object.keys(targets).every((name) => TARGETS.has(name))) return targets
  } catch {
    // As for any other string that was not packed here.
  }
  throw notPacked(packed)
}

const notPacked = (value: unknown): MedusaError =>
  new MedusaError(
    MedusaError.Types.INVALID_DATA,
    sentenceOf({
      field: "packed",
      value,
      expectation: `targets as this plugin packs them (JSON, gzip, base64), of ${MAX_JSON_BYTES} bytes at most`,
    })
  )

const tooLong = (bytes: number): MedusaError =>
  new MedusaError(
    MedusaError.Types.INVALID_DATA,
    `Field 'input' has ${bytes} bytes of JSON, but must have at most ${MAX_JSON_BYTES}. Clear the rest in another run.`
  )

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null

export const isPacked = (input: unknown): input is PackedInput => isObject(input) && "packed" in input

/** Code in JavaScript may pass anything. */
function namesIn(input: unknown): number {
  if (!isObject(input)) return 0
  const ids = "entities" in input && Array.isArray(input.entities) ? idsOf(input.entities) : []
  return [...(Object.values(input) as unknown[]), ...ids].reduce<number>((sum, list) => sum + lengthOf(list), 0)
}

const idsOf = (entities: readonly unknown[]): unknown[] =>
  entities.map((entity) => (isObject(entity) && "ids" in entity ? entity.ids : []))

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

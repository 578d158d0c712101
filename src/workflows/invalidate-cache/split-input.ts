import { MedusaError } from "@medusajs/framework/utils"
import { sentenceOf } from "../../modules/cache-monitor/clear-targets"
import { MAX_ID_CHARS } from "../../modules/cache-monitor/invalidation"
import { SHORT_NAME } from "./input"
import { type CarriedInput, isPacked, MAX_PACKED_LENGTH, type PackedInput } from "./packed-input"

/** A packed input that is too long for the engine: it names what keeps the parts of the string. */
export interface SplitInput extends Omit<PackedInput, "packed"> {
  readonly parts: readonly string[]
}

/** What the engine is given. */
export type EngineInput = CarriedInput | SplitInput

/**
 * The engine writes its whole input to Postgres when a step begins or ends, in one SQL literal. The driver puts that together
 * from single characters, and its garbage, of a million and more, is copied again and again before it can be collected:
 * the time that nobody is answered for grows much faster than the length. At this one it is as short as a request's.
 */
const MAX_LENGTH = 250_000

const MAX_PARTS = Math.ceil(MAX_PACKED_LENGTH / MAX_LENGTH)

/** `keep` stores a part and answers its id. One after another, so that requests are answered in between. */
export async function splitInput(input: CarriedInput, keep: (part: string) => Promise<string>): Promise<EngineInput> {
  if (!isPacked(input) || input.packed.length <= MAX_LENGTH) return input
  const { packed, ...settings } = input
  const parts: string[] = []
  for (let at = 0; at < packed.length; at += MAX_LENGTH) parts.push(await keep(packed.slice(at, at + MAX_LENGTH)))
  return { ...settings, parts }
}

/** `find` answers the part with an id. Throws INVALID_DATA for parts that were not made here: each is asked for. */
export async function joinedInput(input: EngineInput, find: (id: string) => Promise<string>): Promise<CarriedInput> {
  if (!isSplit(input)) return input
  const { parts, ...settings } = input
  if (parts.length > MAX_PARTS) throw invalid("parts.length", parts.length, `at most ${MAX_PARTS}`)
  const wrong = parts.findIndex((id: unknown) => !isId(id))
  if (wrong !== -1) throw invalid(`parts[${wrong}]`, parts[wrong], SHORT_NAME)
  const found: string[] = []
  for (const [i, id] of parts.entries()) {
    const part = await find(id)
    if (part.length > MAX_LENGTH) {
      throw invalid(`parts[${i}]`, id, `the id of a part of at most ${MAX_LENGTH} characters`)
    }
    found.push(part)
  }
  return { ...settings, packed: found.join("") }
}

const isSplit = (input: unknown): input is SplitInput =>
  typeof input === "object" && input !== null && "parts" in input && Array.isArray(input.parts)

const isId = (id: unknown): boolean => typeof id === "string" && id !== "" && id.length <= MAX_ID_CHARS

const invalid = (field: string, value: unknown, expectation: string): MedusaError =>
  new MedusaError(MedusaError.Types.INVALID_DATA, sentenceOf({ field, value, expectation }))

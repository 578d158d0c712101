import type { MedusaContainer } from "@medusajs/framework/types"
import { checkInput, type InvalidateCacheInput } from "./input"
import { findPart } from "./kept-part"
import { unpackedInput } from "./packed-input"
import { type EngineInput, joinedInput } from "./split-input"

/** As `run` was given it. Throws INVALID_DATA for anything else: the engine takes its input from anybody. */
export async function wholeInput(carried: EngineInput, container: MedusaContainer): Promise<InvalidateCacheInput> {
  const input = await unpackedInput(await joinedInput(carried, (id) => findPart(container, id)))
  checkInput(input)
  return input
}

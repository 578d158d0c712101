import type { MedusaContainer } from "@medusajs/framework/types"
import type { InvalidateCacheInput } from "./input"
import { findPart } from "./kept-part"
import { unpackedInput } from "./packed-input"
import { type EngineInput, joinedInput } from "./split-input"

/** As `run` was given it. Not checked: it may come from anywhere. */
export const wholeInput = async (input: EngineInput, container: MedusaContainer): Promise<InvalidateCacheInput> =>
  unpackedInput(await joinedInput(input, (id) => findPart(container, id)))

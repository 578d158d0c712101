import type { Target } from "../target"
import { entryTargets } from "./entry"
import { logTargets } from "./log"
import { nameTargets } from "./names"
import { optionTargets } from "./options"
import { requestTargets } from "./requests"
import { sharedItemTargets } from "./shared-items"
import { wireTargets } from "./wire"

export async function allTargets(): Promise<Target[]> {
  const items = [...(await entryTargets()), ...(await logTargets()), ...(await sharedItemTargets())]
  return [...items, ...nameTargets, ...requestTargets, ...optionTargets, ...wireTargets()]
}

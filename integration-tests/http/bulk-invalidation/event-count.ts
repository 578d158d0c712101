import type { MedusaContainer } from "@medusajs/framework/types"
import { Modules } from "@medusajs/framework/utils"

/** Names of all events that are emitted in this process from now on. */
export function countEvents(container: MedusaContainer): { readonly seen: string[] } {
  const seen: string[] = []
  container.resolve(Modules.EVENT_BUS).subscribe("*", async ({ name }) => void seen.push(name))
  return { seen }
}

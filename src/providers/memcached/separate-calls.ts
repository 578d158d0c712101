import { MedusaModule } from "@medusajs/framework/modules-sdk"
import { Modules } from "@medusajs/framework/utils"
import { runningCaches } from "./running-caches"

/**
 * The calls that Medusa's Caching Module lets later ones share while they run. It names each by its key, its tags and, behind
 * the last bar, the ids of its providers; options are no part of that. To be shared is wrong for a strict cache: a clear
 * would resolve with one that began before its own commit, or with an automatic one, and a lookup that begins after a
 * clear would be answered by one from before it. So no running call of this plugin's providers is ever found.
 */
class SeparateCalls extends Map<string, Promise<unknown>> {
  override get(name: string): Promise<unknown> | undefined {
    const ids = name.slice(name.lastIndexOf("|") + 1).split(",")
    return ids.some((id) => runningCaches().has(id)) ? undefined : super.get(name)
  }
}

/** Of the Caching Module of this process, once. Medusa 2.15 to 2.21 keep the calls in this field; without it none are shared. */
export function separateCalls(): void {
  for (const modules of MedusaModule.getLoadedModules()) {
    const service: unknown = modules[Modules.CACHING]
    if (typeof service !== "object" || service === null || !("ongoingRequests" in service)) continue
    const { ongoingRequests } = service
    if (!(ongoingRequests instanceof Map) || ongoingRequests instanceof SeparateCalls) continue
    service.ongoingRequests = new SeparateCalls(ongoingRequests as Map<string, Promise<unknown>>)
  }
}

import { MedusaModule } from "@medusajs/framework/modules-sdk"
import { Modules } from "@medusajs/framework/utils"
import { currentRecording } from "../../cache"
import { runningCaches } from "./running-caches"

/**
 * The running calls that Medusa's Caching Module lets later calls share. A call's name consists of its key, its tags
 * and, after the last bar, the ids of its providers, but not its options. For a strict cache sharing is wrong. A clear
 * would resolve with one that began before its own commit, or with an automatic one. A lookup that begins after a clear
 * would be answered by one from before it. So no running call of this plugin's providers is ever found.
 *
 * It is asked by the caller of each call, before the provider is. What a request reads from a provider of somebody
 * else's is not known, so that no answer may be stored that was made of it.
 */
class SeparateCalls extends Map<string, Promise<unknown>> {
  override get(name: string): Promise<unknown> | undefined {
    const ids = name.slice(name.lastIndexOf("|") + 1).split(",")
    const other = ids.find((id) => !runningCaches().has(id))
    if (other !== undefined && !name.startsWith("clear:")) currentRecording()?.missed(`what ${other} has stored`)
    return ids.some((id) => runningCaches().has(id)) ? undefined : super.get(name)
  }
}

/**
 * Replaces the map in the Caching Module of this process, once. Medusa 2.15 to 2.21 keep the calls in this field;
 * without it none are shared.
 */
export function separateCalls(): void {
  for (const modules of MedusaModule.getLoadedModules()) {
    const service: unknown = modules[Modules.CACHING]
    if (typeof service !== "object" || service === null || !("ongoingRequests" in service)) continue
    const { ongoingRequests } = service
    if (!(ongoingRequests instanceof Map) || ongoingRequests instanceof SeparateCalls) continue
    service.ongoingRequests = new SeparateCalls(ongoingRequests as Map<string, Promise<unknown>>)
  }
}

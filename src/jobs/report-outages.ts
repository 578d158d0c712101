import type { ConfigModule, INotificationModuleService, Logger, MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils"
import { isObject } from "../modules/cache-monitor/problem"
import { monitorOf } from "../modules/cache-monitor/running-cache"

export const config = { name: "memcached-report-outages", schedule: "* * * * *" }

/** Tells the users of the dashboard when Memcached has been away for a minute, and when it is back. */
export default async function reportOutages(container: MedusaContainer): Promise<void> {
  const monitor = monitorOf(container)
  const notifications = container.resolve<INotificationModuleService | undefined>(Modules.NOTIFICATION, {
    allowUnregistered: true,
  })
  if (!monitor.outageReports || !notifications || !hasFeed(container)) return
  try {
    await monitor.outageReports.report(monitor.caches().values(), notifications)
  } catch (error) {
    // Also when another process has told it at the same moment.
    const reason = error instanceof Error ? error.message : String(error)
    container
      .resolve<Logger>(ContainerRegistrationKeys.LOGGER)
      .debug(`medusa-plugin-memcached: could not write a notification of an outage: ${reason}`)
  }
}

const FEED = "feed"

/** Whether a provider takes notifications for the dashboard. Medusa configures one unless the shop configures others. */
function hasFeed(container: MedusaContainer): boolean {
  const { modules } = container.resolve<ConfigModule>(ContainerRegistrationKeys.CONFIG_MODULE)
  const module: unknown = modules?.[Modules.NOTIFICATION]
  const options = isObject(module) && isObject(module.options) ? module.options : {}
  const providers: readonly unknown[] = Array.isArray(options.providers) ? options.providers : []
  return providers.some(
    (provider) =>
      isObject(provider) &&
      isObject(provider.options) &&
      Array.isArray(provider.options.channels) &&
      provider.options.channels.includes(FEED)
  )
}

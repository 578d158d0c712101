import { useTranslation } from "react-i18next"
import { useCacheServers } from "../../hooks/use-cache"
import { NAMESPACE } from "../../i18n/namespace"
import { Card } from "../common/card"
import { FailedPart } from "../common/failed-part"
import { Loading } from "../common/loading"
import { ServerItem } from "./server-item"

export function ServersCard() {
  const { t } = useTranslation(NAMESPACE)
  const { data, isPending, refetch } = useCacheServers()
  return (
    <Card title={t("servers.heading")} testId="cache-servers">
      {data !== undefined ? (
        <ul className="divide-y">
          {data.servers.map((server) => (
            <ServerItem key={server.id} server={server} />
          ))}
        </ul>
      ) : isPending ? (
        <div className="px-6 py-4">
          <Loading className="h-28" />
        </div>
      ) : (
        <FailedPart onRetry={refetch} />
      )}
    </Card>
  )
}

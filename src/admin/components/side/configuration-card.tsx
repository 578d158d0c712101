import { Button, toast } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import type { AdminCacheResponse, AdminCacheServer } from "../../../types/http"
import { NAMESPACE } from "../../i18n/namespace"
import { configurationFacts, diagnosticsText } from "../../lib/diagnostics"
import { copyText } from "../../lib/copy-text"
import { Card } from "../common/card"
import { CodeText } from "../common/text"

interface ConfigurationCardProps {
  readonly cache: AdminCacheResponse["cache"]
  readonly servers: readonly AdminCacheServer[]
}

/** How the providers are set up, without secrets, and everything that somebody who helps would ask for. */
export function ConfigurationCard({ cache, servers }: ConfigurationCardProps) {
  const { t } = useTranslation(NAMESPACE)
  const copy = async () => {
    const isCopied = await copyText(diagnosticsText(cache, servers, new Date()))
    if (isCopied) {
      toast.success(t("configuration.copied"))
    } else {
      toast.error(t("configuration.notCopied"))
    }
  }
  return (
    <Card
      title={t("configuration.heading")}
      testId="cache-configuration"
      actions={
        <Button size="small" variant="secondary" onClick={() => void copy()}>
          {t("configuration.copy")}
        </Button>
      }
    >
      {cache.providers.map((provider) => (
        <dl key={provider.id} className="flex flex-col gap-y-2 px-6 py-4">
          {configurationFacts(provider).map(({ name, value }) => (
            <div key={name} className="grid grid-cols-[minmax(0,3fr)_minmax(0,2fr)] items-baseline gap-x-4">
              <dt className="txt-compact-small text-ui-fg-subtle min-w-0 break-words">{name}</dt>
              <dd className="min-w-0">
                <CodeText text={value} />
              </dd>
            </div>
          ))}
        </dl>
      ))}
    </Card>
  )
}

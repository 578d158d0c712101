import { Button, toast } from "@medusajs/ui"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import type { AdminCacheProvider, AdminCacheResponse, AdminCacheServer } from "../../../types/http"
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
  const [isShownAll, setIsShownAll] = useState(false)
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
        <ProviderOptions key={provider.id} provider={provider} isShownAll={isShownAll} />
      ))}
      <div className="px-4 py-2">
        <Button
          size="small"
          variant="transparent"
          aria-expanded={isShownAll}
          onClick={() => setIsShownAll(!isShownAll)}
        >
          {t(isShownAll ? "configuration.showChanged" : "configuration.showAll")}
        </Button>
      </div>
    </Card>
  )
}

interface ProviderOptionsProps {
  readonly provider: AdminCacheProvider
  readonly isShownAll: boolean
}

/** The options that were changed, or all. */
function ProviderOptions({ provider, isShownAll }: ProviderOptionsProps) {
  const { t } = useTranslation(NAMESPACE)
  const facts = configurationFacts(provider).filter(({ usually }) => isShownAll || usually !== undefined)
  return (
    <div className="flex flex-col gap-y-2 px-6 py-4">
      <CodeText text={provider.id} className="text-ui-fg-base" />
      {facts.length === 0 ? (
        <p className="txt-compact-small text-ui-fg-subtle">{t("configuration.allDefault")}</p>
      ) : (
        <dl className="flex flex-col gap-y-2">
          {facts.map(({ name, value, usually }) => (
            <div key={name} className="grid grid-cols-2 items-baseline gap-x-4" data-option={name}>
              <dt className="txt-compact-small text-ui-fg-subtle min-w-0 break-words font-mono">{name}</dt>
              <dd className="txt-compact-small min-w-0">
                <CodeText text={value} />
                {usually !== undefined && (
                  <span className="text-ui-fg-subtle">{t("configuration.default", { value: usually })}</span>
                )}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  )
}

import { CircleStack } from "@medusajs/icons"
import { useTranslation } from "react-i18next"
import { NAMESPACE } from "../../i18n/namespace"
import { PageMessage } from "./page-message"

const STEPS = ["one", "two", "three"] as const

/** Everything is in place and nothing has asked the cache yet: says how to see it work. */
export function NoLookups() {
  const { t } = useTranslation(NAMESPACE)
  return (
    <PageMessage
      icon={<CircleStack />}
      title={t("states.noLookups.title")}
      text={t("states.noLookups.text")}
      testId="cache-no-lookups"
    >
      <ol className="grid w-full max-w-3xl gap-3 sm:grid-cols-3">
        {STEPS.map((step, index) => (
          <li key={step} className="bg-ui-bg-subtle border-ui-border-base flex flex-col gap-y-2 rounded-lg border p-4">
            <span
              aria-hidden="true"
              className="txt-compact-xsmall-plus bg-ui-bg-base border-ui-border-base text-ui-fg-subtle flex size-6 items-center justify-center rounded-full border"
            >
              {index + 1}
            </span>
            <span className="txt-compact-small-plus">{t(`states.noLookups.${step}.title`)}</span>
            <span className="txt-small text-ui-fg-subtle">{t(`states.noLookups.${step}.text`)}</span>
          </li>
        ))}
      </ol>
    </PageMessage>
  )
}

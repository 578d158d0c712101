import { CircleStack, ExclamationCircle, LockClosedSolid, Plug } from "@medusajs/icons"
import { Button, CodeBlock, Container, Heading, Text } from "@medusajs/ui"
import type { PropsWithChildren, ReactNode } from "react"
import { useTranslation } from "react-i18next"
import type { CacheStatusReason } from "../../../types/http"
import { NAMESPACE } from "../../i18n/namespace"
import { messageOf } from "../../lib/request-error"

interface PageMessageProps extends PropsWithChildren {
  readonly title: string
  readonly text: string
  readonly icon: ReactNode
  readonly testId: string
}

/** Takes the place of the page's parts when there is nothing for them to show. */
function PageMessage({ title, text, icon, testId, children }: PageMessageProps) {
  return (
    <Container className="flex flex-col items-center gap-y-4 px-6 py-12" data-testid={testId}>
      <div className="bg-ui-bg-subtle border-ui-border-base text-ui-fg-subtle flex size-10 items-center justify-center rounded-lg border">
        {icon}
      </div>
      <div className="flex max-w-xl flex-col items-center gap-y-1 text-center">
        <Heading level="h2">{title}</Heading>
        <Text size="small" className="text-ui-fg-subtle text-balance">
          {text}
        </Text>
      </div>
      {children}
    </Container>
  )
}

interface LoadFailedProps {
  readonly error: unknown
  readonly onRetry: () => unknown
}

/** Nothing could be loaded at all: the shop's server did not answer as it should have. */
export function LoadFailed({ error, onRetry }: LoadFailedProps) {
  const { t } = useTranslation(NAMESPACE)
  return (
    <PageMessage
      icon={<ExclamationCircle />}
      title={t("states.failed.title")}
      text={t("states.failed.text", { message: messageOf(error) })}
      testId="cache-failed"
    >
      <Button size="small" variant="secondary" onClick={() => void onRetry()}>
        {t("states.retry")}
      </Button>
    </PageMessage>
  )
}

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

export function NoPermission() {
  const { t } = useTranslation(NAMESPACE)
  return (
    <PageMessage
      icon={<LockClosedSolid />}
      title={t("states.noPermission.title")}
      text={t("states.noPermission.text")}
      testId="cache-no-permission"
    />
  )
}

/** The cache may be busy, and nobody counts it. */
export function NoStatistics() {
  const { t } = useTranslation(NAMESPACE)
  return (
    <PageMessage
      icon={<CircleStack />}
      title={t("states.noStatistics.title")}
      text={t("states.noStatistics.text")}
      testId="cache-no-statistics"
    />
  )
}

const CONFIGURATION = `module.exports = defineConfig({
  featureFlags: { caching: true },
  plugins: [{ resolve: "medusa-plugin-memcached", options: {} }],
  modules: [
    {
      resolve: "@medusajs/medusa/caching",
      options: {
        providers: [
          {
            id: "caching-memcached",
            resolve: "medusa-plugin-memcached/providers/memcached",
            is_default: true,
            options: { serverUrls: ["127.0.0.1:11211"] },
          },
        ],
      },
    },
  ],
})`

const KNOWN_REASONS = ["flag_off", "provider_not_registered", "not_default"] as const

/** The plugin is installed, and Medusa does not use it: says what has to stand in the configuration. */
export function NotActive({ reason }: { readonly reason: CacheStatusReason | null }) {
  const { t } = useTranslation(NAMESPACE)
  const known = KNOWN_REASONS.find((candidate) => candidate === reason) ?? "unknown"
  return (
    <PageMessage
      icon={<Plug />}
      title={t("states.notActive.title")}
      text={t(`states.notActive.${known}`)}
      testId="cache-not-active"
    >
      <div className="w-full max-w-2xl text-start" dir="ltr">
        <CodeBlock
          snippets={[{ label: "medusa-config.ts", language: "ts", code: CONFIGURATION, hideLineNumbers: true }]}
        >
          <CodeBlock.Header />
          <CodeBlock.Body />
        </CodeBlock>
      </div>
    </PageMessage>
  )
}

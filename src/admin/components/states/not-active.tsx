import { Plug } from "@medusajs/icons"
import { CodeBlock } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import type { CacheStatusReason } from "../../../types/http"
import { NAMESPACE } from "../../i18n/namespace"
import { PageMessage } from "./page-message"

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

import { useState } from "react"
import { useTranslation } from "react-i18next"
import { useCacheClears, useInvalidations } from "../../hooks/use-cache"
import { NAMESPACE } from "../../i18n/namespace"
import { Card } from "../common/card"
import { FailedPart } from "../common/failed-part"
import { Loading } from "../common/loading"
import { ShowMore } from "../common/show-more"
import { ClearLine } from "./clear-line"
import { InvalidationLine } from "./invalidation-line"

const SHOWN_AT_FIRST = 6
const SHOWN_AT_MOST = 50

/** What was cleared lately, by whomever, and what is being cleared now. */
export function ClearsCard() {
  const { t } = useTranslation(NAMESPACE)
  const { data, isPending, refetch } = useCacheClears()
  const { data: workflows } = useInvalidations()
  const [isOpen, setIsOpen] = useState(false)
  const running = workflows?.invalidations.filter(({ state }) => state === "running" || state === "partly_done") ?? []
  const clears = data?.clears ?? []
  return (
    <Card title={t("clears.heading")} testId="cache-clears">
      {running.length > 0 && (
        <ul className="divide-y">
          {running.map((invalidation) => (
            <li key={invalidation.id} className="px-6 py-4">
              <InvalidationLine invalidation={invalidation} />
            </li>
          ))}
        </ul>
      )}
      {data === undefined ? (
        isPending ? (
          <div className="px-6 py-4">
            <Loading className="h-10" count={4} />
          </div>
        ) : (
          <FailedPart onRetry={refetch} />
        )
      ) : clears.length === 0 ? (
        <p className="txt-small text-ui-fg-subtle px-6 py-4">{t("clears.empty")}</p>
      ) : (
        <ul className="divide-y">
          {clears.slice(0, isOpen ? SHOWN_AT_MOST : SHOWN_AT_FIRST).map((clear, index) => (
            <ClearLine key={`${clear.at}-${index}`} clear={clear} />
          ))}
        </ul>
      )}
      {clears.length > SHOWN_AT_FIRST && <ShowMore isOpen={isOpen} onChange={setIsOpen} />}
    </Card>
  )
}

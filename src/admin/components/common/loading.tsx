import { clx, Skeleton } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import { NAMESPACE } from "../../i18n/namespace"

interface LoadingProps {
  /** The final size, as classes: what comes takes the same place. */
  readonly className: string
  readonly count?: number
}

/** Takes the place of what is still on its way. */
export function Loading({ className, count = 1 }: LoadingProps) {
  const { t } = useTranslation(NAMESPACE)
  return (
    <div className="flex w-full flex-col gap-y-3" role="status" aria-busy="true" aria-label={t("labels.loading")}>
      {Array.from({ length: count }, (_, index) => (
        <Skeleton key={index} className={clx("w-full motion-reduce:animate-none", className)} />
      ))}
    </div>
  )
}

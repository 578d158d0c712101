import { WidgetBoundary } from "./widget-boundary"
import { EntityCacheCard } from "./entity-cache-card"

interface EntityCacheWidgetProps {
  /** The data model's name, as in the tags. */
  readonly type: string
  readonly id: string | undefined
}

/** The cache as seen from one product, category or collection. Whatever goes wrong here, the page around it goes on. */
export function EntityCacheWidget({ type, id }: EntityCacheWidgetProps) {
  return id === undefined ? null : (
    <WidgetBoundary>
      <EntityCacheCard type={type} id={id} />
    </WidgetBoundary>
  )
}

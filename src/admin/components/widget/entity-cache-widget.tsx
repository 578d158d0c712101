import { Component, type ReactNode } from "react"
import { PageLanguage } from "../common/page-language"
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
      <PageLanguage>
        <EntityCacheCard type={type} id={id} />
      </PageLanguage>
    </WidgetBoundary>
  )
}

/** An error while drawing the widget removes the widget and nothing else. */
class WidgetBoundary extends Component<{ readonly children: ReactNode }, { readonly hasFailed: boolean }> {
  override state = { hasFailed: false }

  static getDerivedStateFromError(): { hasFailed: boolean } {
    return { hasFailed: true }
  }

  override render(): ReactNode {
    return this.state.hasFailed ? null : this.props.children
  }
}

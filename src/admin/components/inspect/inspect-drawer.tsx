import { Drawer } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import { useInspected, usePauseWhile } from "../../hooks/use-page-state"
import { focusFirst } from "../../hooks/use-return-focus"
import { useLanguageAttributes } from "../../hooks/use-language-attributes"
import { NAMESPACE } from "../../i18n/namespace"
import { CloseButton, EscapeHint } from "../common/buttons"
import { CodeText } from "../common/text"
import { EntryDetails } from "./entry-details"
import { TagDetails } from "./tag-details"

interface InspectDrawerProps {
  readonly mayClear: boolean
  readonly onCloseAutoFocus: (event: Event) => void
}

/** Looks into one tag, and from there into one entry. */
export function InspectDrawer({ mayClear, onCloseAutoFocus }: InspectDrawerProps) {
  const { t } = useTranslation(NAMESPACE)
  const attributes = useLanguageAttributes()
  const [{ tag, entry }, inspect] = useInspected()
  const isOpen = tag !== undefined || entry !== undefined
  usePauseWhile(isOpen)

  const title = entry ?? tag ?? ""
  return (
    <Drawer open={isOpen} onOpenChange={(open) => !open && inspect({ tag: undefined, entry: undefined })}>
      <Drawer.Content
        data-testid="cache-inspector"
        onOpenAutoFocus={focusFirst("[data-first]")}
        onCloseAutoFocus={onCloseAutoFocus}
        {...attributes}
      >
        <div className="border-ui-border-base flex items-start justify-between gap-x-4 border-b px-6 py-4">
          <div className="min-w-0">
            <Drawer.Title asChild>
              <h2>
                <CodeText text={title} className="text-ui-fg-base" />
              </h2>
            </Drawer.Title>
            <Drawer.Description className="txt-small text-ui-fg-subtle">
              {t(entry === undefined ? "inspect.tag" : "inspect.entry")}
            </Drawer.Description>
          </div>
          <div className="flex items-center gap-x-2">
            <EscapeHint />
            <Drawer.Close asChild>
              <CloseButton />
            </Drawer.Close>
          </div>
        </div>
        <Drawer.Body className="flex-1 overflow-auto p-0 outline-none" tabIndex={-1} data-first>
          {entry !== undefined ? (
            <EntryDetails
              entryKey={entry}
              onBack={tag === undefined ? undefined : () => inspect({ tag, entry: undefined })}
              onInspectTag={(name) => inspect({ tag: name, entry: undefined })}
              mayClear={mayClear}
            />
          ) : (
            tag !== undefined && (
              <TagDetails tag={tag} onInspectEntry={(key) => inspect({ tag, entry: key })} mayClear={mayClear} />
            )
          )}
        </Drawer.Body>
      </Drawer.Content>
    </Drawer>
  )
}

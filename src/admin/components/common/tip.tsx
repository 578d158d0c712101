import { Tooltip } from "@medusajs/ui"
import { cloneElement, type MouseEvent, type PropsWithChildren, type ReactElement, useState } from "react"
import { useLanguageAttributes } from "../../hooks/use-language-attributes"

interface TipOnProps {
  readonly content: string
  /** Takes the focus. */
  readonly children: ReactElement<{ onClick?: (event: MouseEvent) => void }>
}

/** Explains an element when it is pointed at, focused or tapped. Escape closes it, and a screen reader hears it. */
export function TipOn({ content, children }: TipOnProps) {
  const [isOpen, setIsOpen] = useState(false)
  const attributes = useLanguageAttributes()
  return (
    <Tooltip content={content} open={isOpen} onOpenChange={setIsOpen} {...attributes}>
      {cloneElement(children, {
        // By itself the tooltip closes when it is clicked, so that a tap would never show it.
        onClick: (event) => {
          event.preventDefault()
          setIsOpen(true)
        },
      })}
    </Tooltip>
  )
}

/** Text or a badge with an explanation. */
export function Tip({ content, children }: PropsWithChildren<{ readonly content: string }>) {
  return (
    <TipOn content={content}>
      <button
        type="button"
        className="focus-visible:shadow-borders-focus max-w-full cursor-help rounded text-start outline-none"
      >
        {children}
      </button>
    </TipOn>
  )
}

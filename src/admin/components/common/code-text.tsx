import { clx } from "@medusajs/ui"

/** A tag or a key: cut at the end where it does not fit, in full for whoever points at it. Always left to right. */
export function CodeText({ text, className }: { readonly text: string; readonly className?: string }) {
  return (
    <span dir="ltr" title={text} className={clx("txt-compact-small block truncate font-mono", className)}>
      {text}
    </span>
  )
}

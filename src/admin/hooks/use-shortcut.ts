import { useEffect } from "react"

/** What has the keys for itself while the focus is in it. The bar of commands is a dialog too, with a side. */
const OWN_KEYS = "input, textarea, [role=dialog]:not([data-side]), [role=alertdialog], [role=menu], [role=listbox]"

/** Calls the action when a key is pressed on the page, alone: Ctrl+C is not C. */
export function useShortcut(key: string, isActive: boolean, action: () => void): void {
  useEffect(() => {
    if (!isActive) return
    const onKeyDown = (event: KeyboardEvent) => {
      const isAlone = !event.ctrlKey && !event.metaKey && !event.altKey && !event.repeat
      const isOfOthers = event.target instanceof Element && event.target.closest(OWN_KEYS) !== null
      if (event.key.toLowerCase() === key.toLowerCase() && isAlone && !isOfOthers) action()
    }
    document.addEventListener("keydown", onKeyDown)
    return () => document.removeEventListener("keydown", onKeyDown)
  }, [key, isActive, action])
}

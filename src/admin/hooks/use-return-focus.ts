import { type RefObject, useCallback, useEffect, useRef } from "react"

/**
 * Returns the `onCloseAutoFocus` of dialogs that controls in an element open: the focus goes back to the control that
 * had it last, or to the element when that control is gone. The dialogs know no trigger, since the address of the page
 * opens them as well.
 */
export function useReturnFocus(root: RefObject<HTMLElement>): (event: Event) => void {
  const last = useRef<HTMLElement | null>(null)
  useEffect(() => {
    const element = root.current
    const note = ({ target }: Event) => {
      if (target instanceof Element) last.current = target.closest<HTMLElement>("a, button, input") ?? last.current
    }
    // Safari does not focus a button that is clicked, and a menu keeps its button from the focus.
    element?.addEventListener("pointerdown", note)
    element?.addEventListener("focusin", note)
    return () => {
      element?.removeEventListener("pointerdown", note)
      element?.removeEventListener("focusin", note)
    }
  }, [root])
  return useCallback(
    (event: Event) => {
      event.preventDefault()
      const control = last.current?.isConnected === true ? last.current : root.current
      control?.focus()
    },
    [root]
  )
}

/** Gives the focus, when a dialog opens, to the first element in it that matches, instead of its button Close. */
export const focusFirst = (selector: string) => (event: Event) => {
  const first = event.currentTarget instanceof Element && event.currentTarget.querySelector<HTMLElement>(selector)
  if (first) {
    event.preventDefault()
    first.focus()
  }
}

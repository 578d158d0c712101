import { type RefObject, useLayoutEffect, useRef, useState } from "react"

/** The width that an element has, in pixels, and the reference to give it. 0 until it has been measured. */
export function useWidth<T extends HTMLElement>(): readonly [RefObject<T>, number] {
  const ref = useRef<T>(null)
  const [width, setWidth] = useState(0)
  useLayoutEffect(() => {
    const element = ref.current
    if (element === null) {
      return
    }
    const measure = () => setWidth(Math.floor(element.clientWidth))
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return [ref, width]
}

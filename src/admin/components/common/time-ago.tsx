import { useFormat } from "../../hooks/use-format"

/** `12 seconds ago`, with the exact time for whoever points at it. */
export function TimeAgo({ time, now = Date.now() }: { readonly time: string; readonly now?: number }) {
  const format = useFormat()
  return (
    <time dateTime={time} title={format.dateTime(time)}>
      {format.relative(time, now)}
    </time>
  )
}

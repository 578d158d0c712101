const WIDTH = 96
const HEIGHT = 20

/** A line without axes: when something happened, not how often. The numbers stand beside it. */
export function Sparkline({ values }: { readonly values: readonly number[] }) {
  const largest = Math.max(1, ...values)
  const step = WIDTH / Math.max(1, values.length - 1)
  const points = values.map(
    (value, i) => `${(i * step).toFixed(1)},${(HEIGHT - 1 - (value / largest) * (HEIGHT - 2)).toFixed(1)}`
  )
  return (
    <svg width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      <polyline
        points={points.join(" ")}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.25"
        strokeLinejoin="round"
        className="text-ui-tag-orange-icon"
      />
    </svg>
  )
}

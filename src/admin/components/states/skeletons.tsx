import { Container, clx } from "@medusajs/ui"
import { Loading } from "../common/card"

// In the sizes of what comes, which were measured at 390, 768 and 1440 pixels: below 768 more of it wraps.

/** A card of which nothing is known but its size. */
function CardSkeleton({ className, lines = 3 }: { readonly className: string; readonly lines?: number }) {
  return (
    <Container className={clx("overflow-hidden px-6 py-4", className)}>
      <Loading className="h-7 max-w-md" count={lines} />
    </Container>
  )
}

/** The verdict and the tiles. */
export function TilesSkeleton() {
  return (
    <>
      <CardSkeleton className="h-[126px] max-md:h-[190px] xl:h-[104px]" lines={2} />
      <CardSkeleton className="h-[352px] max-md:h-[372px] xl:h-[126px]" />
    </>
  )
}

/** The chart, the table of entities, and the misses. */
export function TrafficSkeleton() {
  return (
    <>
      <CardSkeleton className="h-[385px] max-md:h-[445px]" />
      <CardSkeleton className="h-[268px] max-md:h-[302px]" />
      <CardSkeleton className="h-[214px] max-md:h-[295px]" />
    </>
  )
}

/** The page before its first answer. */
export function PageSkeleton() {
  return (
    <div className="flex flex-col gap-y-3" data-testid="cache-loading">
      <CardSkeleton className="h-[60px] max-md:h-[136px]" lines={1} />
      <TilesSkeleton />
      <div className="flex w-full flex-col items-start gap-x-4 gap-y-3 xl:grid xl:grid-cols-[minmax(0,_1fr)_440px]">
        <div className="flex w-full flex-col gap-y-3">
          <TrafficSkeleton />
        </div>
        <div className="flex w-full flex-col gap-y-3">
          <CardSkeleton className="h-[263px]" />
          <CardSkeleton className="h-[420px]" />
        </div>
      </div>
    </div>
  )
}

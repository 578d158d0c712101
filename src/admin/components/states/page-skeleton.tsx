import { Loading } from "../common/loading"

/** The page before its first answer: the same boxes in the same sizes. */
export function PageSkeleton() {
  return (
    <div className="flex flex-col gap-y-3" data-testid="cache-loading">
      <Loading className="h-[68px]" />
      <Loading className="h-[118px]" />
      <Loading className="h-[418px]" />
    </div>
  )
}

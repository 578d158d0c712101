import type { StatisticsSnapshot } from "../../../../cache"
import { Statistics } from "../../../../cache/insight/statistics"

/** Nothing counted, but for what is given. */
export const countersWith = (given: Partial<StatisticsSnapshot> = {}): StatisticsSnapshot => ({
  ...new Statistics().snapshot(),
  ...given,
})

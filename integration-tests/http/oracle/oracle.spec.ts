import { CHANGES } from "./changes"
import { describeOracle } from "./describe-oracle"
import { isFull } from "./oracle"

jest.setTimeout(600_000)

describeOracle("oracle", isFull ? CHANGES : CHANGES.filter(({ isSampled }) => isSampled), {
  MEDUSA_FF_TRANSLATION: "true",
})

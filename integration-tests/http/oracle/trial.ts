import type { Oracle } from "./oracle"
import type { World } from "./world"

/** What the tests of one boot share. Functions, since nothing is there before the application has booted. */
export interface Trial {
  readonly world: () => World
  readonly oracle: () => Oracle
}

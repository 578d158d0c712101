// Jest begins with the tests that took longest when they last ran here, and on a new machine with the largest files.
const { default: TestSequencer } = require("@jest/test-sequencer")

/** One test each, but minutes of it: begun last, they would leave the other workers with nothing to do. */
const LONGEST = [
  "browser/",
  "bulk-invalidation/bulk-invalidation.spec.ts",
  "docs/repository.spec.ts",
  "changes/changes.spec.ts",
  "store-products.spec.ts",
  "admin-cache/routes.spec.ts",
]

const rank = ({ path }) => {
  const position = LONGEST.findIndex(
    (part) => path.includes(`integration-tests/${part}`) || path.includes(`/http/${part}`)
  )
  return position === -1 ? LONGEST.length : position
}

module.exports = class LongestFirst extends TestSequencer {
  sort(tests) {
    return super.sort(tests).sort((a, b) => rank(a) - rank(b))
  }
}

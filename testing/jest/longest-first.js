// Jest begins with the tests that took longest when they last ran here, and on a new machine with the largest files.
const { default: TestSequencer } = require("@jest/test-sequencer")

/** By what they take, the longest first: begun last, they would leave the other workers with nothing to do. */
const LONGEST = [
  // Minutes.
  "browser/cache-page",
  "http/bulk-invalidation/bulk-invalidation",
  "http/oracle/oracle",
  "http/changes/changes",
  "http/admin-cache/routes",
  "http/store-products",
  // Most of a minute, by files of which some are among the smallest.
  "http/two-processes/statistics",
  "http/changes/index-engine",
  "docs/shop",
  "chaos/chaos",
  "monitoring/kept-size",
  "contract/memcached",
  "simulation/simulation",
  "http/changes/failed-workflows-redis",
  "http/figures/figures",
  "contract/telemetry",
  "http/changes/silent-changes",
  "contract/caching-module",
  "contract/redis",
  "monitoring/insight-size",
  "cli/check",
]

const rank = ({ path }) => {
  const position = LONGEST.findIndex((name) => path.endsWith(`/integration-tests/${name}.spec.ts`))
  return position === -1 ? LONGEST.length : position
}

module.exports = class LongestFirst extends TestSequencer {
  sort(tests) {
    return super.sort(tests).sort((a, b) => rank(a) - rank(b))
  }
}

/** One run of jest: the project of that name in jest.config.js and how to run it. */
export interface Suite {
  name: "unit" | "simulation" | "contract" | "integration" | "http" | "browser" | "docs"
  /** The value of TEST_TYPE, by which Medusa's own tests are told apart. */
  testType: "unit" | "integration:modules" | "integration:http"
  /** Whether it needs Postgres, memcached and Redis. */
  needsServices: boolean
  jestArguments: string[]
}

/**
 * One test file at a time: many measure how long something takes, beside the servers that they start. In a process that is
 * replaced when it has grown: of each application that was booted in it something is left. Medusa's test runners leave
 * sockets open, on which jest would wait for ever.
 */
const ALONE = ["--maxWorkers=1", "--workerIdleMemoryLimit=1GB", "--forceExit"]

export const SUITES: readonly Suite[] = [
  { name: "unit", testType: "unit", needsServices: true, jestArguments: ALONE },
  { name: "simulation", testType: "unit", needsServices: false, jestArguments: ["--maxWorkers=2"] },
  { name: "contract", testType: "integration:modules", needsServices: true, jestArguments: ALONE },
  { name: "integration", testType: "integration:modules", needsServices: true, jestArguments: ALONE },
  { name: "http", testType: "integration:http", needsServices: true, jestArguments: ALONE },
  { name: "browser", testType: "integration:http", needsServices: true, jestArguments: ALONE },
  { name: "docs", testType: "integration:http", needsServices: true, jestArguments: ALONE },
]

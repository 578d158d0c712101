// One project per kind of test, each with the servers that it needs: `npx jest --selectProjects http -- path` starts them.
const { availableParallelism } = require("node:os")

// Medusa loads parts of itself with import(), which Jest's virtual machine refuses without this. Jest's workers inherit it.
const { NODE_OPTIONS = "" } = process.env
process.env.NODE_OPTIONS = `${NODE_OPTIONS} --experimental-vm-modules --disable-warning=ExperimentalWarning`.trim()

/** Tests that take minutes for a thing that a change seldom touches. */
const SLOW = ".slow.spec.ts"
const IGNORED = ["/node_modules/", `\\${SLOW}$`]

const shared = {
  rootDir: __dirname,
  testEnvironment: "node",
  moduleFileExtensions: ["js", "ts", "tsx", "json"],
  // What is published under this name is built first; tests run the sources.
  moduleNameMapper: { "^medusa-plugin-memcached/workflows$": "<rootDir>/src/workflows" },
  testPathIgnorePatterns: IGNORED,
  modulePathIgnorePatterns: ["<rootDir>/.medusa/", "<rootDir>/.demo/", "<rootDir>/.cache/", "<rootDir>/demo/"],
  transform: {
    "^.+\\.[jt]sx?$": [
      "@swc/jest",
      {
        jsc: {
          parser: { syntax: "typescript", tsx: true, decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, react: { runtime: "automatic" } },
          target: "es2022",
        },
        module: { type: "commonjs" },
      },
    ],
  },
}

const jest = "<rootDir>/testing/jest"

/** With memcached and Redis. */
const withCaches = {
  ...shared,
  setupFiles: [`${jest}/environment.js`],
  globalSetup: `${jest}/caches.setup.ts`,
  globalTeardown: `${jest}/teardown.ts`,
}

/** With Postgres, too. */
const withShops = { ...withCaches, globalSetup: `${jest}/shop.setup.ts` }

module.exports = {
  // Two more than cores, up to a point: much of a test is waiting for a server.
  maxWorkers: Math.min(availableParallelism() + 2, Math.max(4, Math.floor(availableParallelism() / 2))),
  // Of each application that was booted in a worker something is left.
  workerIdleMemoryLimit: "1GB",
  // Five seconds, the default, are too few for a test with real servers on a busy machine.
  testTimeout: 120_000,
  testSequencer: `${__dirname}/testing/jest/longest-first.js`,
  reporters: ["default", `${__dirname}/testing/jest/count-reporter.js`],
  projects: [
    {
      ...shared,
      displayName: "unit",
      testMatch: ["<rootDir>/src/**/__tests__/**/*.spec.{ts,tsx}"],
    },
    {
      ...shared,
      displayName: "simulation",
      testMatch: ["<rootDir>/integration-tests/{simulation,fuzz}/**/*.spec.ts"],
    },
    {
      ...withCaches,
      displayName: "contract",
      testMatch: ["<rootDir>/integration-tests/contract/**/*.spec.ts"],
    },
    {
      ...withCaches,
      displayName: "integration",
      testMatch: ["<rootDir>/integration-tests/**/*.spec.ts"],
      testPathIgnorePatterns: [
        ...IGNORED,
        "<rootDir>/integration-tests/(simulation|fuzz|contract|http|invalidations|browser|docs)/",
      ],
    },
    {
      ...withShops,
      displayName: "http",
      testMatch: ["<rootDir>/integration-tests/{http,invalidations}/**/*.spec.ts"],
    },
    {
      ...withShops,
      displayName: "browser",
      testMatch: ["<rootDir>/integration-tests/browser/**/*.spec.ts"],
    },
    {
      ...withShops,
      displayName: "docs",
      testMatch: ["<rootDir>/integration-tests/docs/**/*.spec.ts"],
    },
    {
      ...withShops,
      displayName: "slow",
      testMatch: [`<rootDir>/integration-tests/**/*${SLOW}`],
      testPathIgnorePatterns: ["/node_modules/"],
    },
  ],
}

// One project per kind of test; tools/test.ts starts what each needs and runs them one after another.

const shared = {
  rootDir: __dirname,
  testEnvironment: "node",
  moduleFileExtensions: ["js", "ts", "tsx", "json"],
  // What is published under this name is built first; tests run the sources.
  moduleNameMapper: { "^medusa-plugin-memcached/workflows$": "<rootDir>/src/workflows" },
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

const medusa = { setupFiles: ["<rootDir>/integration-tests/setup.js"] }

module.exports = {
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
      ...shared,
      ...medusa,
      displayName: "contract",
      testMatch: ["<rootDir>/integration-tests/contract/**/*.spec.ts"],
    },
    {
      ...shared,
      ...medusa,
      displayName: "integration",
      testMatch: ["<rootDir>/integration-tests/**/*.spec.ts"],
      testPathIgnorePatterns: [
        "/node_modules/",
        "<rootDir>/integration-tests/(simulation|fuzz|contract|http|browser|docs)/",
      ],
    },
    {
      ...shared,
      ...medusa,
      displayName: "http",
      testMatch: ["<rootDir>/integration-tests/http/**/*.spec.ts"],
    },
    {
      ...shared,
      displayName: "browser",
      testMatch: ["<rootDir>/integration-tests/browser/**/*.spec.ts"],
    },
    {
      ...shared,
      ...medusa,
      displayName: "docs",
      testMatch: ["<rootDir>/integration-tests/docs/**/*.spec.ts"],
    },
  ],
}

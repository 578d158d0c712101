import js from "@eslint/js"
import reactHooks from "eslint-plugin-react-hooks"
import tseslint from "typescript-eslint"
import { importDirections } from "./tools/lint/import-directions.mjs"

const nodeGlobals = {
  require: "readonly",
  module: "writable",
  process: "readonly",
  console: "readonly",
  __dirname: "readonly",
}

export default tseslint.config(
  {
    // The last one is somebody else's shop: it is type-checked where the package is installed.
    ignores: [
      "**/node_modules/",
      "**/.medusa/",
      ".demo/",
      ".cache/",
      "coverage/",
      "public/",
      "demo/store/public/",
      "integration-tests/install/",
    ],
  },
  js.configs.recommended,
  {
    files: ["**/*.{ts,tsx}"],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ["tsconfig.dev.json", "src/admin/tsconfig*.json"],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/no-unnecessary-condition": ["error", { allowConstantLoopConditions: true }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/prefer-readonly": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/return-await": ["error", "in-try-catch"],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      // The interfaces of Medusa are asynchronous, also where there is nothing to wait for.
      "@typescript-eslint/require-await": "off",
    },
  },
  {
    files: ["**/*.{js,mjs}"],
    languageOptions: { globals: nodeGlobals },
  },
  {
    files: ["**/*.{ts,tsx,js,mjs}"],
    plugins: { project: { rules: { "import-directions": importDirections } } },
    rules: {
      "project/import-directions": "error",
      curly: ["error", "multi-line"],
      eqeqeq: "error",
      "prefer-const": "error",
      // Memcached's rules for keys are about control characters.
      "no-control-regex": "off",
    },
  },
  {
    // What both need is in testing.
    files: ["src/**/__tests__/**"],
    rules: { "no-restricted-imports": ["error", { patterns: ["**/integration-tests/**", "**/tools/**"] }] },
  },
  {
    files: ["{integration-tests,testing,tools,bench,demo}/**"],
    rules: { "no-restricted-imports": ["error", { patterns: ["**/src/**/__tests__/**"] }] },
  },
  {
    files: ["src/admin/**/*.{ts,tsx}"],
    extends: [reactHooks.configs["recommended-latest"]],
    rules: { "react-hooks/exhaustive-deps": "error" },
  },
  {
    // Everything that a shop loads writes through Medusa's logger.
    files: ["src/**/*.{ts,tsx}"],
    ignores: ["**/__tests__/**"],
    rules: { "no-console": "error" },
  }
)

// Jest's own runner, with one test file at a time: for tests that measure how long something takes.
const { default: TestRunner } = require("jest-runner")

module.exports = class OneWorkerRunner extends TestRunner {
  constructor(globalConfig, context) {
    super({ ...globalConfig, maxWorkers: 1 }, context)
  }
}

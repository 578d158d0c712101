// Ends the output with one line of counts, below Jest's summary: continuous integration reads it.
module.exports = class CountReporter {
  onRunComplete(_contexts, results) {
    const skipped = results.numPendingTests + results.numTodoTests
    // Tests of a file that could not be run at all are in no other number.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites
    const line = `${results.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`
    process.once("exit", () => console.log(line))
  }
}

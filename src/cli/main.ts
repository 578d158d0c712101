#!/usr/bin/env node
import { runCommandLine } from "./command-line"
import { Output } from "./output"

// A reader such as `head` may end before everything is written.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error
  })
}

const { env: environment, stdin: input, stdout, stderr } = process
const args = process.argv.slice(2)
const output = new Output(stdout, stderr, environment, args.includes("--no-color"))

// Not process.exit(): output to a pipe may not have arrived yet.
void runCommandLine(args, { environment, output, input }).then((code) => {
  process.exitCode = code
})

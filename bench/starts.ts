import { fork } from "node:child_process"
import { join } from "node:path"
import type { StartResult, StartTask } from "./start-main"

/**
 * Measures in so many processes, one after the other. What V8 has compiled, where memory lies and which ports are used
 * differ from one to the next, so that their results do as well.
 */
export async function measureInStarts(starts: number, task: StartTask): Promise<readonly StartResult[]> {
  const results: StartResult[] = []
  for (let number = 1; number <= starts; number++) {
    if (starts > 1) console.error(`Start ${number} of ${starts}`)
    results.push(await measureInProcess(task))
  }
  return results
}

function measureInProcess(task: StartTask): Promise<StartResult> {
  const child = fork(join(__dirname, "start-main.ts"), [], { execArgv: ["--import", "tsx"] })
  child.send(task)
  return new Promise((resolve, reject) => {
    let results: StartResult | undefined
    child.once("message", (message) => (results = message as StartResult))
    child.once("exit", (code) => {
      if (results) resolve(results)
      else reject(new Error(`A process of the bench has ended with code ${code ?? "none"}`))
    })
  })
}

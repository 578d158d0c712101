import { fork } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { messageOf } from "./message"
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

async function measureInProcess(task: StartTask): Promise<StartResult> {
  const child = fork(join(__dirname, "start-main.ts"), [], { execArgv: ["--import", "tsx"] })
  const ended = once(child, "exit")
  child.send(task)
  const results = (await messageOf(child)) as StartResult
  // Its servers end with it.
  await ended
  return results
}

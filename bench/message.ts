import type { ChildProcess } from "node:child_process"

/** Returns the next message of a process. Rejects when it ends without one. */
export const messageOf = (child: ChildProcess): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const end = (code: number | null): void => reject(new Error(`A process has ended with code ${code ?? "none"}`))
    child.once("exit", end)
    child.once("message", (message) => {
      child.off("exit", end)
      resolve(message)
    })
  })

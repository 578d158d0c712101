import { readdirSync } from "node:fs"
import { dirname, join, sep } from "node:path"

/** A route of Medusa's that is about one workflow, with its parameters as Express has them. */
export interface WorkflowRoute {
  readonly method: string
  readonly path: string
}

const METHODS: ReadonlySet<string> = new Set(["GET", "POST", "PUT", "PATCH", "DELETE"])
const WORKFLOW = "[workflow_id]"

/** As Medusa finds them itself: by their files. Of every folder, so that one which a later version adds is among them. */
export async function workflowRoutesOfMedusa(): Promise<WorkflowRoute[]> {
  const root = join(dirname(require.resolve("@medusajs/medusa/package.json")), "dist", "api")
  const files = readdirSync(root, { recursive: true, encoding: "utf8" })
  const routes = files.filter((file) => file.endsWith(`${sep}route.js`) && file.includes(WORKFLOW))
  const found = routes.map(async (file) => {
    const path = `/${dirname(file).split(sep).join("/")}`.replace(/\[(\w+)\]/g, ":$1")
    const exported = Object.keys((await import(join(root, file))) as object)
    return exported.filter((name) => METHODS.has(name)).map((method) => ({ method, path }))
  })
  return (await Promise.all(found)).flat()
}

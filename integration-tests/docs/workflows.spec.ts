import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { ROOT } from "./code-block"

const FOLDER = join(ROOT, ".github", "workflows")

interface Job {
  readonly name: string
  readonly text: string
}

const workflows = readdirSync(FOLDER).map((file) => {
  const text = readFileSync(join(FOLDER, file), "utf8")
  const [head = "", body = ""] = text.split(/^jobs:\n/m)
  return { file, text, head, jobs: jobsIn(body) }
})

/** Names are indented by two. */
function jobsIn(text: string): Job[] {
  return text
    .split(/^(?= {2}[\w-]+:$)/m)
    .filter((part) => part.trim() !== "")
    .map((part) => ({ name: /^ {2}([\w-]+):$/m.exec(part)?.[1] ?? "", text: part }))
}

const usesIn = (text: string): string[] => [...text.matchAll(/^ *(?:- )?uses: (.+)$/gm)].map(([, used = ""]) => used)

const permissionsIn = (text: string): string[] => {
  const [, block = ""] = /^ *permissions:\n((?: +(?:#.*|[\w-]+: \w+)\n)+)/m.exec(text) ?? []
  return block
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
}

/** What a job may do beyond reading the repository, and no other job. */
const PERMISSIONS: Readonly<Record<string, readonly string[]>> = {
  "codeql.yml analyze": ["contents: read", "security-events: write"],
  "scorecard.yml analysis": ["contents: read", "security-events: write", "id-token: write"],
  "release.yml pull-request": ["contents: write", "pull-requests: write"],
  "release.yml publish": ["id-token: write"],
  "release.yml github-release": ["contents: write"],
}

describe.each(workflows)("$file", ({ file, text, head, jobs }) => {
  it("names every action by its commit, with the version beside it", () => {
    for (const used of usesIn(text)) {
      expect(used).toMatch(/^(\.\/\.github\/workflows\/[\w.-]+|[\w.-]+(\/[\w.-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/)
    }
  })

  it("may only read, and each job what it needs beyond that", () => {
    expect(permissionsIn(head)).toEqual(["contents: read"])
    expect(jobs.length).toBeGreaterThan(0)
    for (const { name, text: job } of jobs) {
      expect({ job: name, permissions: permissionsIn(job) }).toEqual({
        job: name,
        permissions: PERMISSIONS[`${file} ${name}`] ?? [],
      })
    }
  })

  it("leaves no token behind in a checkout, and has no secret", () => {
    const checkouts = text.match(/uses: actions\/checkout@/g) ?? []
    expect(
      text.match(/uses: actions\/checkout@.*\n *with:\n(?: +.*\n)*? +persist-credentials: false\n/g) ?? []
    ).toHaveLength(checkouts.length)
    expect(text).not.toMatch(/\bsecrets\b/)
  })

  it("runs on no event that gives the code of strangers more than it may have", () => {
    expect(head).not.toMatch(/pull_request_target|workflow_run/)
  })

  it("puts nothing into a script that somebody else may have written", () => {
    for (const [script] of text.matchAll(/run: (?:[|>]-?\n(?: {10,}.*\n|\n)+|.*)/g)) {
      expect(script).not.toContain("${{")
    }
  })
})

describe("the release", () => {
  const release = workflows.find(({ file }) => file === "release.yml")
  const jobNamed = (name: string): string => release?.jobs.find((job) => job.name === name)?.text ?? ""

  it("runs no script of a dependency", () => {
    const installs = release?.text.match(/npm (ci|install|publish)\b.*/g) ?? []
    expect(installs.length).toBeGreaterThan(2)
    for (const install of installs) expect(install).toContain("--ignore-scripts")
  })

  it("can only be published by a job that runs nothing of the repository and nothing of a third party", () => {
    const job = jobNamed("publish")
    expect(job).toContain("npm publish ./*.tgz --provenance")
    expect(job).not.toMatch(/checkout|npm ci|npm run/)
    for (const used of usesIn(job)) expect(used).toMatch(/^actions\//)
  })

  it("comes with the list of what is in it", () => {
    expect(jobNamed("pack")).toContain("npm sbom")
    expect(jobNamed("github-release")).toContain("sbom.cdx.json")
  })
})

import { type Command, COMMON_OPTIONS } from "../command"
import { readVersions } from "../versions"
import { reportOf } from "./report"
import { OPTIONS, readRequest, USAGE } from "./request"
import { checkServer } from "./server-check"

export const check: Command = {
  summary: "whether Memcached servers can be used, and what to do if not",
  usage: USAGE,
  options: { ...OPTIONS, ...COMMON_OPTIONS },
  usageExitCode: 1,
  async run(args, { environment, output }) {
    const checks = await Promise.all(readRequest(args, environment).map(checkServer))
    output.result(reportOf(readVersions(), checks))
    return checks.every(({ error }) => error === undefined) ? 0 : 1
  },
}

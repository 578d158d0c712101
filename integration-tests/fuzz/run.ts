import { parseArgs } from "node:util"
import { printTable } from "../simulation/report"
import { countOf, runCampaign } from "./campaign"

/* npm run test:fuzz -- [--inputs 1000000] [--target entry] [--seed 1]     exit code 1 when one of them fails */

const COMMAND = "npm run test:fuzz --"

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { inputs: { type: "string" }, target: { type: "string" }, seed: { type: "string" } },
  })
  const began = Date.now()
  const seconds = (): number => Math.round((Date.now() - began) / 1000)
  const rows = await runCampaign({
    inputs: Number(values.inputs ?? 1_000_000),
    seed: Number(values.seed ?? 1),
    target: values.target ?? "",
    onRow: ({ target }) => console.log(`${seconds()} s: ${target}`),
  })
  console.log()
  printTable([
    ["target", "inputs", "exceptions", "hangs", "memory", "altered accepted", "slowest (ms CPU)", "its seed"],
    ...rows.map((row) => [
      ...[row.target, row.inputs, countOf("exception", row), countOf("hang", row), countOf("memory", row)],
      ...[countOf("accepted", row), Math.round(row.slowestMs * 10) / 10, row.slowestSeed],
    ]),
  ])
  const failures = rows.flatMap((row) => row.failures)
  const total = rows.reduce((sum, { inputs }) => sum + inputs, 0)
  console.log(`\n${total.toLocaleString("en-US")} inputs in ${seconds()} s, ${failures.length} failed`)
  for (const { kind, target, seed, what } of failures) {
    console.log(`\n${kind}: ${COMMAND} --target "${target}" --seed ${seed} --inputs 1\n  ${what}`)
  }
  process.exitCode = failures.length > 0 || total === 0 ? 1 : 0
}

void main()

import { stopChildren } from "../tools/services/child-processes"
import { startMemcached } from "../tools/services/memcached"
import { allCases } from "./cases/all-cases"
import { openMemcachedProvider } from "./contenders/memcached-provider"
import { runRounds } from "./rounds"
const median = (v: number[]) => v.sort((a, b) => a - b)[v.length >> 1] ?? NaN
async function main() {
  delete process.env.MEMCACHED_SERVERS
  const [a, b] = await Promise.all([startMemcached(), startMemcached()])
  const flip = process.argv[2] === "flip"
  const order = flip ? ["base", "head"] : ["head", "base"]
  const contenders: any[] = []
  for (const n of order) {
    const c = await openMemcachedProvider(n === "head" ? a.servers : b.servers, `/work/main/.cache/cmp-${n}.cjs`)
    contenders.push({ ...c, name: n })
  }
  const names = process.argv.slice(4)
  for (const c of allCases().filter(({ name }) => names.length === 0 || names.includes(name))) {
    const m: any = await runRounds({ ...c, needsNoTags: true } as any, contenders, { rounds: Number(process.argv[3]), warmUpRounds: 3 })
    const cpu = (n: string) => m[n].map((x: any) => (x.cpuMs * 1000) / c.operations)
    const r = m.head.map((x: any, i: number) => x.cpuMs / m.base[i].cpuMs)
    const w = m.head.map((x: any, i: number) => x.wallMs / m.base[i].wallMs)
    const q = (v: number[], p: number) => [...v].sort((x, y) => x - y)[Math.floor(v.length * p)]!.toFixed(2)
    console.log(c.name.padEnd(20), "cpu base", median(cpu("base")).toFixed(1), "head", median(cpu("head")).toFixed(1), "ratio", q(r, 0.5), `${q(r, 0.25)}–${q(r, 0.75)}`, "wall", q(w, 0.5), `${q(w, 0.25)}–${q(w, 0.75)}`)
  }
}
main().catch((e) => console.error(e)).finally(() => stopChildren()).finally(() => process.exit())

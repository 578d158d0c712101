import { Session } from "node:inspector/promises"
import { stopChildren } from "../tools/services/child-processes"
import { startMemcached } from "../tools/services/memcached"
import { allCases } from "./cases/all-cases"
import { openMemcachedProvider } from "./contenders/memcached-provider"
async function main() {
  delete process.env.MEMCACHED_SERVERS
  const a = await startMemcached()
  const [, , which, name, rounds] = process.argv
  const { cache } = await openMemcachedProvider(a.servers, `/work/main/.cache/cmp-${which}.cjs`)
  const c = allCases().find((x) => x.name === name)!
  await c.setUp?.(cache)
  for (let i = 0; i < 5; i++) { await c.prepare?.(cache, i); await c.run(cache, i) }
  const s = new Session(); s.connect()
  await s.post("Profiler.enable"); await s.post("Profiler.setSamplingInterval", { interval: 200 })
  await s.post("Profiler.start")
  for (let i = 5; i < 5 + Number(rounds); i++) { await c.prepare?.(cache, i); await c.run(cache, i); await new Promise((r) => setTimeout(r, 150)) }
  const { profile } = await s.post("Profiler.stop")
  const self = new Map<string, number>()
  const ops = c.operations * Number(rounds)
  profile.nodes.forEach((n: any) => 0)
  const byId = new Map(profile.nodes.map((n: any) => [n.id, n]))
  profile.samples!.forEach((id: number, i: number) => {
    const f: any = (byId.get(id) as any).callFrame
    const k = `${f.functionName || "(anon)"} ${f.url.split("/").pop()}:${f.lineNumber + 1}`
    self.set(k, (self.get(k) ?? 0) + profile.timeDeltas![i]!)
  })
  const rows = [...self].filter(([k]) => !k.startsWith("(idle)")).sort((x, y) => y[1] - x[1])
  console.log(which, "total", (rows.reduce((t, r) => t + r[1], 0) / ops).toFixed(2), "µs/op")
  for (const [k, v] of rows.slice(0, 45)) console.log((v / ops).toFixed(2).padStart(7), k)
}
main().catch((e) => console.error(e)).finally(() => stopChildren()).finally(() => process.exit())

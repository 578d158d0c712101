import type { MedusaRequest, MedusaResponse } from "@medusajs/framework/http"

const ONE_DAY = "public, max-age=86400"

/** The shop's pictures: drawn from their names, so that the demo needs neither files nor a network. */
export async function GET(req: MedusaRequest, res: MedusaResponse): Promise<void> {
  const name = (req.params.name ?? "").replace(/\.svg$/, "")
  res.setHeader("content-type", "image/svg+xml")
  res.setHeader("cache-control", ONE_DAY)
  res.send(drawMountains(name))
}

/** Two ridges below a sun, in the colours and at the heights that the name leads to. */
function drawMountains(name: string): string {
  const seed = [...name].reduce((sum, character) => (sum * 31 + (character.codePointAt(0) ?? 0)) >>> 0, 7)
  const hue = seed % 360
  const far = ridge(seed >>> 3, 210)
  const near = ridge(seed >>> 9, 290)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400">
<rect width="400" height="400" fill="hsl(${hue} 45% 88%)"/>
<circle cx="${80 + (seed % 240)}" cy="110" r="38" fill="hsl(${(hue + 40) % 360} 80% 70%)"/>
<path d="${far}" fill="hsl(${hue} 30% 60%)"/>
<path d="${near}" fill="hsl(${hue} 35% 35%)"/>
</svg>`
}

function ridge(seed: number, base: number): string {
  const peaks = [0, 1, 2, 3, 4, 5].map((position) => {
    const height = (seed >>> (position * 3)) % 90
    return `L${position * 80} ${base - height}`
  })
  return `M0 400 ${peaks.join(" ")} L400 400 Z`
}

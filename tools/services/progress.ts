const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"]
const FRAME_MS = 100

/** Runs a long step and shows that it runs and how long it took: a live line on a terminal, two plain lines elsewhere. */
export async function showProgress<T>(label: string, run: () => Promise<T>, started = Date.now()): Promise<T> {
  const end = process.stdout.isTTY ? liveLine(label, started) : plainLine(label)
  try {
    const result = await run()
    end(`✓ ${label} (${formatSeconds(Date.now() - started)})`)
    return result
  } catch (error) {
    end(`✗ ${label} (${formatSeconds(Date.now() - started)})`)
    throw error
  }
}

export function formatSeconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`
}

function liveLine(label: string, started: number): (text: string) => void {
  let frame = 0
  const draw = (): void => {
    frame = (frame + 1) % FRAMES.length
    const text = `${FRAMES[frame] ?? ""} ${label} ${formatSeconds(Date.now() - started)}`
    process.stdout.write(`\r\x1b[2K${text.slice(0, process.stdout.columns - 1)}`)
  }
  const timer = setInterval(draw, FRAME_MS)
  timer.unref()
  return (text) => {
    clearInterval(timer)
    process.stdout.write(`\r\x1b[2K${text}\n`)
  }
}

function plainLine(label: string): (text: string) => void {
  console.log(`… ${label}`)
  return (text) => console.log(text)
}

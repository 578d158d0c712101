import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type BrowserContext, chromium } from "playwright-core"
import { findChromium } from "../../tools/services/chromium"

/** A test runs as root in containers, and must neither update nor report anything. */
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
]

export interface BrowserOptions {
  readonly width?: number
  readonly height?: number
  readonly colorScheme?: "light" | "dark"
}

export interface RunningBrowser {
  readonly context: BrowserContext
  close(): Promise<void>
}

/** A browser with a profile of its own, which is thrown away when it is closed. */
export async function openBrowser(options: BrowserOptions = {}): Promise<RunningBrowser> {
  const profile = mkdtempSync(join(tmpdir(), "cache-browser-"))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: findChromium(),
    headless: true,
    args: ARGUMENTS,
    viewport: { width: options.width ?? 1440, height: options.height ?? 900 },
    colorScheme: options.colorScheme ?? "light",
    // Animations would make pictures and measurements depend on the moment.
    reducedMotion: "reduce",
    locale: "en-US",
    timezoneId: "UTC",
  })
  return {
    context,
    close: async () => {
      await context.close()
      rmSync(profile, { recursive: true, force: true })
    },
  }
}

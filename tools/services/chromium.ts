import { findProgram, type SystemProgram } from "./system-packages"

export const CHROMIUM: SystemProgram = {
  // As on Debian, on Ubuntu and on the machines of GitHub.
  commands: ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
  variable: "CHROMIUM_PATH",
  alternative: "CHROMIUM_PATH to the program of a Chromium or Chrome",
  packages: { "apt-get": "chromium", apk: "chromium", dnf: "chromium", brew: "chromium" },
}

/** The browser's program, from CHROMIUM_PATH or from PATH. */
export function findChromium(): string {
  return findProgram(CHROMIUM)
}

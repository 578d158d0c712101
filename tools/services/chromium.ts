import { findCommand, findOrInstall, type SystemProgram } from "./system-packages"

const CHROMIUM: SystemProgram = {
  command: "chromium",
  variable: "CHROMIUM_PATH",
  alternative: "CHROMIUM_PATH to the program of a Chromium or Chrome",
  packages: { "apt-get": "chromium", apk: "chromium", dnf: "chromium", brew: "chromium" },
}

/** Other names of the same browser, as on Ubuntu and on the machines of GitHub. */
const OTHER_NAMES = ["chromium-browser", "google-chrome", "google-chrome-stable"]

/** The browser's program: from CHROMIUM_PATH, from PATH, or installed with the system's package manager. */
export function findChromium(): string {
  const given = process.env[CHROMIUM.variable]
  if ((given === undefined || given === "") && findCommand(CHROMIUM.command) === undefined) {
    const other = OTHER_NAMES.map(findCommand).find((path) => path !== undefined)
    if (other !== undefined) return other
  }
  return findOrInstall(CHROMIUM)
}

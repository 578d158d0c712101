import type { Frame } from "./frame-walker"

const GET = 0x00
const SET = 0x01
const OK = 0x00

/** What went over the wire for entries, and for what the plugin keeps for itself. */
export class CommandCount {
  /** Asked for, found or not. */
  entriesAsked = 0
  entriesFound = 0
  entriesStored = 0
  /** Heads that took the place of another: each has one record of clears. */
  headsSwapped = 0
  ownCommands = 0

  /** A request, and the status of its response. */
  count({ opcode, key }: Frame, status: number): void {
    if (key === "") return
    // The prefix has no tilde in it, and no key of these tests.
    if (key.includes(":~")) {
      this.ownCommands++
      if (opcode === SET && status === OK && key.endsWith(":~head")) this.headsSwapped++
    } else if (opcode === GET) {
      this.entriesAsked++
      if (status === OK) this.entriesFound++
    } else if (opcode === SET && status === OK) {
      this.entriesStored++
    }
  }
}

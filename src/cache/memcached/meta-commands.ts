import type { Command } from "./server"
import type { WriteBatch } from "./write-batch"

const LINE_END = Buffer.from("\r\n")

/**
 * Encodes a command in the meta protocol (protocol.txt, "Meta Commands"): mg for get, ms for set, add and append, md for
 * delete. `c` asks for the number of the item's state, `f` for its flags, `v` for its value; `O` comes back with the
 * answer.
 */
export function addMetaCommand(batch: WriteBatch, command: Command, opaque: number): void {
  const { key } = command
  switch (command.op) {
    case "get":
      return batch.addText(`mg ${key} v f c O${opaque}\r\n`)
    case "delete":
      return batch.addText(`md ${key} O${opaque}\r\n`)
    case "append":
      batch.addText(`ms ${key} ${command.value.length} MA O${opaque}\r\n`)
      break
    case "add":
      batch.addText(`ms ${key} ${command.value.length} ME F${command.flags} T${command.expiration} c O${opaque}\r\n`)
      break
    case "set": {
      const { value, flags, expiration, cas } = command
      const swap = cas === undefined ? "" : ` C${cas.unique}`
      batch.addText(`ms ${key} ${value.length} F${flags} T${expiration}${swap} c O${opaque}\r\n`)
    }
  }
  batch.addFrame(command.value)
  batch.addFrame(LINE_END)
}

import type { Command } from "./server"
import type { WriteBatch } from "./write-batch"

/**
 * Encodes a command in the meta protocol (protocol.txt, "Meta Commands"): mg for get, ms for set, add and append, md for
 * delete. `c` asks for the number of the item's state, `f` for its flags, `v` for its value; `O` comes back with the
 * answer.
 */
export function addMetaCommand(batch: WriteBatch, command: Command, keyBytes: number, opaque: number): void {
  const line = lineOf(command, opaque)
  // Only a key has characters of more than one byte.
  batch.addText(line, line.length + keyBytes - command.key.length)
  if (command.op === "get" || command.op === "delete") return
  batch.addFrame(command.value)
  batch.addText("\r\n")
}

function lineOf(command: Command, opaque: number): string {
  const { key } = command
  switch (command.op) {
    case "get":
      return command.maxBytes === 0 ? `mg ${key} c O${opaque}\r\n` : `mg ${key} v f c O${opaque}\r\n`
    case "delete":
      return `md ${key} O${opaque}\r\n`
    case "append":
      return `ms ${key} ${command.value.length} MA O${opaque}\r\n`
    case "add":
      return `ms ${key} ${command.value.length} ME F${command.flags} T${command.expiration} c O${opaque}\r\n`
    case "set": {
      const { value, flags, expiration, cas } = command
      const swap = cas === undefined ? "" : ` C${cas.unique}`
      return `ms ${key} ${value.length} F${flags} T${expiration}${swap} c O${opaque}\r\n`
    }
  }
}

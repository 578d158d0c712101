import { accessSync, constants, statfsSync } from "node:fs"
import { freemem } from "node:os"

/** Where Linux has a file system in memory. */
const DIRECTORY = "/dev/shm"

/** What Postgres has on disk at the most while all tests run, several times. */
const ENOUGH_BYTES = 2 * 1024 ** 3

/**
 * A directory whose files are in memory, undefined on a machine that has none, or too little memory. Each test drops its
 * database and copies another, of some thousand files: ext4 takes a second for it, since it avoids inodes that were freed
 * within the last minutes, and looks at all of them for each new file.
 */
export function memoryDirectory(): string | undefined {
  try {
    accessSync(DIRECTORY, constants.W_OK)
    const { bavail, bsize } = statfsSync(DIRECTORY)
    return Math.min(bavail * bsize, freemem() / 2) >= ENOUGH_BYTES ? DIRECTORY : undefined
  } catch {
    return undefined
  }
}

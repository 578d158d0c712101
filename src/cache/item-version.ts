/**
 * Whether a JSON item was written by a later version of this plugin, which has processes running while a shop is deployed or
 * rolled back one process after the other. It must be left alone: what is in it would be lost.
 */
export function isOfLaterVersion(item: unknown, knownVersion: number): boolean {
  if (typeof item !== "object" || item === null || !("version" in item)) return false
  return typeof item.version === "number" && item.version > knownVersion
}

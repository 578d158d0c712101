const LIST_SUFFIX = ":list:*"

export interface TagName {
  /** `Product` of `Product:prod_1`; the whole tag when it has no colon. */
  readonly entity: string
  /** What stands after the entity's name: an id, or something of the shop's own. */
  readonly rest: string
  /** `Product:list:*`: every entry that holds any product carries it. */
  readonly isList: boolean
}

export function parseTag(tag: string): TagName {
  const colon = tag.indexOf(":")
  const isList = tag.endsWith(LIST_SUFFIX)
  return colon === -1
    ? { entity: tag, rest: "", isList }
    : { entity: tag.slice(0, colon), rest: tag.slice(colon + 1), isList }
}

export function tagOf(type: string, id: string): string {
  return `${type}:${id}`
}

export function listTagOf(type: string): string {
  return `${type}${LIST_SUFFIX}`
}

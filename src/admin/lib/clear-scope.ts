import type { AdminCacheClearResult, AdminCacheInvalidation, AdminCacheInvalidationRequest } from "../../types/http"
import { parseTag } from "./tags"

export type ClearScopeKind = "tags" | "key" | "entities" | "everything"

/** What somebody has chosen to clear. */
export type ClearScope =
  | { readonly kind: "tags"; readonly tags: readonly string[] }
  | { readonly kind: "key"; readonly key: string }
  | { readonly kind: "entities"; readonly type: string; readonly ids: readonly string[] }
  | { readonly kind: "everything" }

/** How sure somebody has to be. */
type Confirmation = "none" | "ask" | "type"

/** The API takes so many at once; more go through the workflow. */
const MOST_TARGETS_AT_ONCE = 100
/** More than this is asked about: each target makes some pages of the shop slower once. */
const MOST_UNASKED = 20

/** One per line, or several with commas between them. Without doubles. */
export function parseTagList(text: string): string[] {
  const parts = text
    .split(/[\n,]/)
    .map((part) => part.trim())
    .filter((part) => part !== "")
  return [...new Set(parts)]
}

/** `Product:*` stands for many tags; the `*` of `Product:list:*` is part of its name. */
export function isPattern(tag: string): boolean {
  return tag.includes("*") && !parseTag(tag).isList
}

/** As the server understands it: wildcards alone match every tag, and clear the whole prefix. */
function isEverything(scope: ClearScope): boolean {
  return scope.kind === "everything" || (scope.kind === "tags" && scope.tags.some((tag) => /^\*+$/.test(tag)))
}

export function countTargets(scope: ClearScope): number {
  switch (scope.kind) {
    case "tags":
      return scope.tags.length
    case "key":
      return scope.key === "" ? 0 : 1
    case "entities":
      return scope.ids.length
    case "everything":
      return 1
  }
}

export function confirmationFor(scope: ClearScope): Confirmation {
  if (isEverything(scope)) {
    return "type"
  }
  const isWide = scope.kind === "tags" && scope.tags.some((tag) => parseTag(tag).isList || isPattern(tag))
  return isWide || countTargets(scope) > MOST_UNASKED ? "ask" : "none"
}

/** Whether it runs as a workflow: too much for one request, or known only once the tags have been looked through. */
export function runsInBackground(scope: ClearScope): boolean {
  return (
    !isEverything(scope) &&
    (countTargets(scope) > MOST_TARGETS_AT_ONCE || (scope.kind === "tags" && scope.tags.some(isPattern)))
  )
}

/** Above this many tags the server counts the entries of the first ones only, which says too little. */
const MOST_COUNTED_TAGS = 200

interface Extent {
  /** Tags and keys. Undefined while the tags that match a pattern are not known. */
  readonly targets: number | undefined
  /** Null when they cannot be counted. */
  readonly entries: number | null
}

/** What would be cleared. `found`: what the server has said, undefined when it was not asked or has not answered. */
export function extentOf(scope: ClearScope, found: AdminCacheClearResult | undefined): Extent {
  if (found !== undefined) {
    // None that match, among tags of which not all are known.
    const isNumbered = found.targets > 0 || found.entries !== null
    return {
      targets: isNumbered ? found.targets : undefined,
      entries: found.targets > MOST_COUNTED_TAGS ? null : found.entries,
    }
  }
  const isNamed = scope.kind !== "tags" || !scope.tags.some(isPattern)
  return { targets: isNamed ? countTargets(scope) : undefined, entries: null }
}

/** Whether the server can tell at once what would be cleared: so many names fit into one request. */
export function isPreviewed(scope: ClearScope): boolean {
  const count = countTargets(scope)
  return count > 0 && count <= MOST_TARGETS_AT_ONCE
}

/** What the API takes for an address; with anything else it would refuse the key as well. */
const ADDRESS = /^(?:https?:\/\/[^/?#\s]+)?\/[^\s#]*$/

/** The body of the request. */
export function clearRequest(scope: ClearScope): AdminCacheInvalidationRequest {
  switch (scope.kind) {
    case "tags": {
      if (isEverything(scope)) {
        return { all: true }
      }
      const patterns = scope.tags.filter(isPattern)
      const tags = scope.tags.filter((tag) => !isPattern(tag))
      return {
        ...(tags.length > 0 ? { tags } : {}),
        ...(patterns.length > 0 ? { patterns } : {}),
      }
    }
    case "key":
      // A key may look like an address. Clearing both costs nothing.
      return { keys: [scope.key], ...(ADDRESS.test(scope.key) ? { urls: [scope.key] } : {}) }
    case "entities":
      return { entities: [{ type: scope.type, ids: scope.ids }] }
    case "everything":
      return { all: true }
  }
}

/** The progress of a clear in the background. */
export type ClearRun = Pick<AdminCacheInvalidation, "id" | "state" | "total" | "done" | "pending" | "message">

/** How a clear has ended, or how far it has come. */
export type ClearOutcome =
  | { readonly kind: "answered"; readonly result: AdminCacheClearResult }
  | { readonly kind: "background"; readonly run: ClearRun }
  | { readonly kind: "failed"; readonly message: string; readonly isForbidden: boolean }

type OutcomeTone = "success" | "info" | "warning" | "error"

/** What is said about an outcome: a key of the translations below `outcome`, and how serious it is. */
interface OutcomeWords {
  readonly key:
    "cleared" | "everything" | "nothing" | "pending" | "running" | "finished" | "partial" | "failed" | "forbidden"
  readonly tone: OutcomeTone
}

export function wordsFor(outcome: ClearOutcome): OutcomeWords {
  switch (outcome.kind) {
    case "background":
      return wordsForRun(outcome.run)
    case "failed":
      return { key: outcome.isForbidden ? "forbidden" : "failed", tone: "error" }
    case "answered":
      return wordsForResult(outcome.result)
  }
}

/** Whether something that was cached is gone. */
export const hasCleared = (outcome: ClearOutcome): boolean =>
  ["cleared", "everything", "finished"].includes(wordsFor(outcome).key)

function wordsForRun({ state, total }: ClearRun): OutcomeWords {
  switch (state) {
    case "running":
      return { key: "running", tone: "info" }
    case "done":
      return total === 0 ? { key: "nothing", tone: "info" } : { key: "finished", tone: "success" }
    case "partly_done":
      return { key: "partial", tone: "warning" }
    case "failed":
      return { key: "failed", tone: "error" }
  }
}

function wordsForResult({ status, all, entries }: AdminCacheClearResult): OutcomeWords {
  switch (status) {
    case "applied":
      if (all) return { key: "everything", tone: "success" }
      return entries === 0 ? { key: "nothing", tone: "info" } : { key: "cleared", tone: "success" }
    case "pending":
      // The one way in which a clear can leave old data in the shop for a while.
      return { key: "pending", tone: "warning" }
    case "nothing":
    case "dry_run":
      return { key: "nothing", tone: "info" }
  }
}

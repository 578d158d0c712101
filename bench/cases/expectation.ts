import { inspect, isDeepStrictEqual } from "node:util"
import type { Sample } from "../catalogue"
import type { Cache } from "./bench-case"

/** Cheap enough to be timed: the first field of what was stored. */
export function expectHit(answer: unknown, { data }: Pick<Sample, "data">): void {
  if (typeof answer !== "object" || answer === null || !("id" in answer) || answer.id !== data.id) {
    throw new Error(`Expected a hit with ${data.id}, got ${summaryOf(answer)}`)
  }
}

export function expectMiss(answer: unknown): void {
  if (answer !== null) throw new Error(`Expected a miss, got ${summaryOf(answer)}`)
}

export async function expectStored(cache: Cache, key: string, { data }: Pick<Sample, "data">): Promise<void> {
  const answer: unknown = await cache.get({ key })
  expectHit(answer, { data })
  if (!isDeepStrictEqual(answer, data)) throw new Error(`What was stored as ${key} has come back as something else`)
}

export async function expectGone(cache: Cache, key: string): Promise<void> {
  expectMiss(await cache.get({ key }))
}

const summaryOf = (answer: unknown): string => inspect(answer, { breakLength: Infinity }).slice(0, 100)

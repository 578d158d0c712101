import { AsyncResource } from "node:async_hooks"
import type { Sample } from "../catalogue"
import type { Cache } from "./bench-case"
import { expectMiss } from "./expectation"

const TTL_SECONDS = 3_600

type SetOptions = Parameters<Cache["set"]>[0]["options"]

/** Looks up, misses and stores, as Medusa's core does when it computes something. */
export async function load(cache: Cache, key: string, sample: Sample, options?: SetOptions): Promise<void> {
  const store = await beginLoad(cache, key, sample, options)
  await store()
}

/**
 * The first half: looks up and misses. What it returns stores, and does so in the context of the lookup, as it is in a
 * request that has computed in between.
 */
export async function beginLoad(
  cache: Cache,
  key: string,
  { data, tags }: Sample,
  options?: SetOptions
): Promise<() => Promise<void>> {
  // A context of its own, as each request has.
  await Promise.resolve()
  expectMiss(await cache.get({ key }))
  return AsyncResource.bind(() => cache.set({ key, data, ttl: TTL_SECONDS, tags: [...tags], options }))
}

import type { Capabilities } from "./capabilities"
import { ContractRunner } from "./contract-runner"
import { describeClears } from "./sections/clears"
import { describeConcurrency } from "./sections/concurrency"
import { describeInstances } from "./sections/instances"
import { describeKeys } from "./sections/keys"
import { describeLifetimes } from "./sections/lifetimes"
import { describeLookups } from "./sections/lookups"
import { describeShopPatterns } from "./sections/shop-patterns"
import { describeStaleSets } from "./sections/stale-sets"
import { describeTags } from "./sections/tags"
import { describeValues } from "./sections/values"
import type { Subject } from "./subject"

/**
 * What Medusa's Caching Module, and a shop that must not show old prices, expect of a provider. Written from the
 * behaviour of `ICachingProviderService` and of the two official providers, and against a provider rather than a
 * database: any provider can be run through it.
 */
export function describeCachingProvider(name: string, subject: Subject, capabilities: Capabilities): void {
  describe(name, () => {
    const runner = new ContractRunner(subject, capabilities)
    describe("lookups", () => describeLookups(runner))
    describe("values", () => describeValues(runner))
    describe("keys", () => describeKeys(runner))
    describe("tags", () => describeTags(runner))
    describe("clears", () => describeClears(runner))
    describe("lifetimes", () => describeLifetimes(runner))
    describe("concurrency", () => describeConcurrency(runner))
    describe("stale sets", () => describeStaleSets(runner))
    describe("what shops do", () => describeShopPatterns(runner))
    describe("instances", () => describeInstances(runner))
  })
}

import type { ICachingProviderService } from "@medusajs/framework/types"
import type { ContractRunner } from "../contract-runner"

export function describeClears(runner: ContractRunner): void {
  runner.test("clears a key and nothing else", async ({ cache }) => {
    await cache.set({ key: "1", data: { id: "1" }, ttl: 60, tags: ["t"] })
    await cache.set({ key: "2", data: { id: "2" }, ttl: 60, tags: ["t"] })
    await cache.clear({ key: "1" })
    await cache.clear({ key: "never set" })

    expect(await cache.get({ key: "1" })).toBeNull()
    expect(await cache.get({ key: "2" })).toEqual({ id: "2" })
  })

  runner.test("ignores options and tags beside a key", async ({ cache }) => {
    for (const options of [undefined, { autoInvalidate: true }, { autoInvalidate: false }, {}]) {
      await setThree(cache)
      for (const key of ["unset", "true", "false"]) await cache.clear({ key, options, tags: ["other"] })

      expect(await present(cache)).toEqual([])
      expect(await cache.get({ key: "other" })).toEqual({ id: "other" })
    }
  })

  runner.test("clears every match without options", async ({ cache }) => {
    await setThree(cache)
    await cache.clear({ tags: ["t"] })

    expect(await present(cache)).toEqual([])
    expect(await cache.get({ key: "other" })).toEqual({ id: "other" })
  })

  runner.test("clears with autoInvalidate what was stored with true or without", async ({ cache }) => {
    await setThree(cache)
    await cache.clear({ tags: ["t"], options: { autoInvalidate: true } })

    expect(await present(cache)).toEqual(["false"])
    await cache.clear({ tags: ["t"], options: { autoInvalidate: true } })
    expect(await present(cache)).toEqual(["false"])
    await cache.clear({ tags: ["t"] })
    expect(await present(cache)).toEqual([])
  })

  runner.test("takes an option that core leaves undefined for one that was not given", async ({ cache }) => {
    await cache.set({ key: "core", data: { id: "core" }, ttl: 60, tags: ["t"], options: { autoInvalidate: undefined } })
    await cache.set({ key: "empty", data: { id: "empty" }, ttl: 60, tags: ["t"], options: {} })
    await cache.clear({ tags: ["t"], options: { autoInvalidate: true } })

    expect(await cache.get({ key: "core" })).toBeNull()
    expect(await cache.get({ key: "empty" })).toBeNull()
  })

  const ineffective = { "no option": {}, false: { autoInvalidate: false }, undefined: { autoInvalidate: undefined } }
  for (const [name, options] of Object.entries(ineffective)) {
    runner.test(`clears nothing with options of which autoInvalidate is not true: ${name}`, async ({ cache }) => {
      await setThree(cache)
      await cache.clear({ tags: ["t"], options })

      expect(await present(cache)).toEqual(["false", "true", "unset"])
    })
  }

  runner.test("clears nothing with no tags", async ({ cache }) => {
    await setThree(cache)
    await cache.clear({ tags: [] })
    await cache.clear({ tags: [], options: { autoInvalidate: true } })

    expect(await present(cache)).toEqual(["false", "true", "unset"])
  })

  runner.test("clears what has any of several tags", async ({ cache }) => {
    await cache.set({ key: "1", data: { id: "1" }, ttl: 60, tags: ["a", "x"] })
    await cache.set({ key: "2", data: { id: "2" }, ttl: 60, tags: ["b"] })
    await cache.set({ key: "3", data: { id: "3" }, ttl: 60, tags: ["c"] })
    await cache.clear({ tags: ["a", "b", "nobody's"] })

    expect(await cache.get({ key: "1" })).toBeNull()
    expect(await cache.get({ key: "2" })).toBeNull()
    expect(await cache.get({ key: "3" })).toEqual({ id: "3" })
  })

  for (const options of [undefined, {}, { autoInvalidate: true }, { autoInvalidate: false }]) {
    runner.test(`clears everything with "*" and the options ${JSON.stringify(options)}`, async ({ cache }) => {
      await setThree(cache)
      await cache.set({ key: "untagged", data: { id: "untagged" }, ttl: 0 })
      await cache.clear({ tags: ["something", "*"], options })

      expect(await present(cache)).toEqual([])
      for (const key of ["other", "untagged"]) expect(await cache.get({ key })).toBeNull()
      expect(await cache.get({ tags: ["t", "u"] })).toEqual([])
    })
  }

  runner.test("takes new entries after each kind of clear", async ({ cache }) => {
    for (const clear of [{ key: "unset" }, { tags: ["t"] }, { tags: ["*"] }]) {
      await setThree(cache)
      await cache.clear(clear)
      await setThree(cache)

      expect(await present(cache)).toEqual(["false", "true", "unset"])
    }
  })

  runner.test("clears 1,000 entries of a tag with one call", async ({ cache }) => {
    const keys = Array.from({ length: 1_000 }, (_, i) => `entry-${i}`)
    await Promise.all(keys.map((key) => cache.set({ key, data: { key }, ttl: 60, tags: ["shared", `own:${key}`] })))
    await cache.set({ key: "other", data: { id: "other" }, ttl: 60, tags: ["u"] })
    expect(await cache.get({ key: "entry-999" })).toEqual({ key: "entry-999" })
    await cache.clear({ tags: ["shared"], options: { autoInvalidate: true } })

    const found = await Promise.all(keys.map((key) => cache.get({ key }) as Promise<unknown>))
    expect(found.filter((value) => value !== null)).toEqual([])
    expect(await cache.get({ key: "other" })).toEqual({ id: "other" })
  })

  runner.testOf("overwritesOptions", "forgets the options of an entry that is overwritten", async ({ cache }) => {
    await cache.set({ key: "1", data: { version: 1 }, ttl: 60, tags: ["t"], options: { autoInvalidate: false } })
    await cache.set({ key: "1", data: { version: 2 }, ttl: 60, tags: ["t"] })
    await cache.clear({ tags: ["t"], options: { autoInvalidate: true } })

    expect(await cache.get({ key: "1" })).toBeNull()
  })

  runner.test("takes the options that an entry is overwritten with", async ({ cache }) => {
    await cache.set({ key: "1", data: { version: 1 }, ttl: 60, tags: ["t"], options: { autoInvalidate: true } })
    await cache.set({ key: "1", data: { version: 2 }, ttl: 60, tags: ["t"], options: { autoInvalidate: false } })
    await cache.clear({ tags: ["t"], options: { autoInvalidate: true } })

    expect(await cache.get({ key: "1" })).toEqual({ version: 2 })
  })
}

/** One entry for each state of the option, all with the tag "t", and one that has another tag. */
async function setThree(cache: ICachingProviderService): Promise<void> {
  await cache.set({ key: "unset", data: { id: "unset" }, ttl: 60, tags: ["t"] })
  await cache.set({ key: "true", data: { id: "true" }, ttl: 60, tags: ["t"], options: { autoInvalidate: true } })
  await cache.set({ key: "false", data: { id: "false" }, ttl: 60, tags: ["t"], options: { autoInvalidate: false } })
  await cache.set({ key: "other", data: { id: "other" }, ttl: 60, tags: ["u"] })
}

async function present(cache: ICachingProviderService): Promise<string[]> {
  const found: string[] = []
  for (const key of ["false", "true", "unset"]) {
    if ((await cache.get({ key })) !== null) found.push(key)
  }
  return found
}

import { clearBody, invalidationBody } from "../../validators"

const messagesOf = (schema: typeof clearBody | typeof invalidationBody, body: unknown): string[] => {
  const result = schema.safeParse(body)
  return result.success ? [] : result.error.issues.map(({ message }) => message)
}

const tags = (count: number): string[] => Array.from({ length: count }, (_, i) => `Product:prod_${i}`)

describe("clearBody", () => {
  it("takes a hundred targets of all kinds together, and names the other route for more", () => {
    const body = { tags: tags(50), keys: ["a", "b"], entities: [{ type: "Product", ids: tags(48) }] }
    expect(messagesOf(clearBody, body)).toEqual([])
    const [message] = messagesOf(clearBody, { ...body, keys: ["a", "b", "c"] })
    expect(message).toContain("at most 100")
    expect(message).toContain("POST /admin/cache/invalidations")
  })

  it.each([{}, { tags: [] }, { all: false }, { dry_run: true }])("wants to know what to clear: %j", (body) => {
    expect(messagesOf(clearBody, body)).toEqual([expect.stringContaining("Name what to clear")])
  })

  it.each([
    [{ keys: ["menu"] }, "keys"],
    [{ all: true }, "all"],
    [{ tags: ["*"] }, "all"],
  ])("spares no entry by key or of everything: %j", (targets, field) => {
    expect(messagesOf(clearBody, { ...targets, auto_invalidate_only: true })).toEqual([
      expect.stringMatching(new RegExp(`auto_invalidate_only.*'${field}'`)),
    ])
  })

  it("spares entries when it clears tags and entities", () => {
    const body = { tags: ["Menu:main"], entities: [{ type: "Product", ids: ["prod_1"] }], auto_invalidate_only: true }
    expect(messagesOf(clearBody, body)).toEqual([])
  })

  it.each([
    { tags: [""] },
    { tags: [1] },
    { tags: "a" },
    { entities: [{ type: "Product", ids: [] }] },
    { tags: ["a"], what: 1 },
  ])("refuses %j", (body) => {
    expect(messagesOf(clearBody, body).length).toBeGreaterThan(0)
  })

  it("takes patterns to look at, and names the other route for clearing", () => {
    expect(messagesOf(clearBody, { patterns: ["Product:*"], dry_run: true })).toEqual([])
    for (const dry_run of [false, undefined]) {
      const messages = messagesOf(clearBody, { patterns: ["Product:*"], dry_run })
      expect(messages).toEqual([expect.stringContaining("POST /admin/cache/invalidations")])
    }
  })
})

describe("invalidationBody", () => {
  it("takes patterns, and more than a hundred targets", () => {
    expect(messagesOf(invalidationBody, { patterns: ["Product:*"] })).toEqual([])
    expect(messagesOf(invalidationBody, { tags: tags(1_000) })).toEqual([])
  })

  it("wants to know what to clear", () => {
    expect(messagesOf(invalidationBody, { patterns: [] })).toEqual([expect.stringContaining("'patterns'")])
  })

  it("spares no entry when the pattern is everything", () => {
    for (const pattern of ["*", "**"]) {
      expect(messagesOf(invalidationBody, { patterns: [pattern], auto_invalidate_only: true })).toHaveLength(1)
    }
  })

  it.each([
    [{ tags: Array<number>(100_000).fill(1) }, "Field 'tags[0]' is 1, but must be a non-empty string."],
    [{ tags: [...tags(5), ""] }, "Field 'tags[5]' is '', but must be a non-empty string."],
    [{ tags: 7 }, "Field 'tags' is 7, but must be a list of strings."],
    [{ keys: null }, "Field 'keys' is null, but must be a list of strings."],
    [{ entities: {} }, "Field 'entities' is {}, but must be a list of { type, ids }."],
    [{ entities: [{ type: "A", ids: [] }] }, "Field 'entities[0].ids' is [], but must be a list with an id."],
    [
      { entities: [{ type: "A", ids: ["1"], id: "1" }] },
      /^Field 'entities\[0\]' is { type: 'A'.*must be { type, ids }/,
    ],
    [{ patterns: Array<string>(101).fill("a*") }, "Field 'patterns.length' is 101, but must be at most 100."],
  ])("names the first thing that is wrong, and nothing else: %#", (body, message) => {
    expect(messagesOf(invalidationBody, body)).toEqual([
      typeof message === "string" ? message : expect.stringMatching(message),
    ])
  })
})

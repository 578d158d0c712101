import { readdirSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import translations from ".."
import { createFormat } from "../../lib/format"
import { NAMESPACE } from "../namespace"

const ADMIN = join(__dirname, "..", "..")
const PLURAL = /_(zero|one|two|few|many|other)$/

type Words = { readonly [key: string]: string | Words }

const words = Object.fromEntries(
  Object.entries(translations).map(([language, namespaces]) => [language, flatten(namespaces[NAMESPACE])])
)
const english = words.en ?? {}
const names = (language: string) => [
  ...new Set(Object.keys(words[language] ?? {}).map((key) => key.replace(PLURAL, ""))),
]

describe.each(Object.keys(words))("the translations for %s", (language) => {
  const own = words[language] ?? {}

  it("have the same keys as the English ones", () => {
    expect(names(language).sort()).toEqual(names("en").sort())
  })

  it("have every plural form of the language, and only where English has plurals", () => {
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories
    const plural = names("en").filter((name) => `${name}_other` in english)
    for (const name of plural) {
      expect(forms.filter((form) => !(`${name}_${form}` in own)).map((form) => `${name}_${form}`)).toEqual([])
    }
    const single = names("en").filter((name) => !plural.includes(name))
    expect(single.filter((name) => !(name in own))).toEqual([])
  })

  it("have plurals for every count", () => {
    const counted = Object.entries(own).filter(([key, text]) => text.includes("{{formatted}}") && !PLURAL.test(key))
    expect(counted).toEqual([])
  })

  it("put in the same values", () => {
    const valuesOf = (texts: Record<string, string>, name: string) =>
      [
        ...new Set(
          Object.entries(texts).flatMap(([key, text]) => (key.replace(PLURAL, "") === name ? valuesIn(text) : []))
        ),
      ].sort()
    for (const name of names("en")) {
      expect({ name, values: valuesOf(own, name) }).toEqual({ name, values: valuesOf(english, name) })
    }
  })

  it("end no sentence with two full stops, one of them that of a unit", () => {
    const duration = createFormat(language).duration(3_300)
    const withDurations = ["verdict.shareAndTime", "clears.rebuild"].map((name) =>
      (own[name] ?? "").replace(/\{\{(hit|build|time)\}\}/g, duration)
    )
    expect(withDurations.filter((text) => text === "" || text.includes(".."))).toEqual([])
  })

  it("leave nothing empty", () => {
    expect(Object.entries(own).filter(([, text]) => text.trim() === "")).toEqual([])
  })
})

describe("the words of the page", () => {
  /** What the dashboard itself has, in every language: i18next looks there when the namespace lacks a key. */
  const OF_THE_DASHBOARD = /^(actions|general|labels)\./
  const used = sourceFiles(ADMIN).flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/\bt\(\s*(?:[^"`()]*\?\s*)?"([a-zA-Z_.]+)"/g)].flatMap(([, key]) =>
      key === undefined ? [] : [key]
    )
  )

  it("are all translated", () => {
    const known = new Set(names("en"))
    expect(used.filter((key) => !known.has(key) && !OF_THE_DASHBOARD.test(key))).toEqual([])
  })

  it("are found in the source by this test", () => {
    expect(used.length).toBeGreaterThan(100)
  })

  it("exist in the dashboard where they are taken from there", () => {
    const dashboardRoot = dirname(require.resolve("@medusajs/dashboard/package.json"))
    const file = join(dashboardRoot, "src", "i18n", "translations", "en.json")
    const dashboard = flatten(JSON.parse(readFileSync(file, "utf8")) as Words)
    const known = new Set(Object.keys(dashboard).map((key) => key.replace(PLURAL, "")))
    const own = new Set(names("en"))
    expect(used.filter((key) => OF_THE_DASHBOARD.test(key) && !own.has(key) && !known.has(key))).toEqual([])
  })
})

function flatten(tree: Words | undefined, path = ""): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tree ?? {}).flatMap(([key, value]) =>
      typeof value === "string" ? [[path + key, value]] : Object.entries(flatten(value, `${path}${key}.`))
    )
  )
}

function valuesIn(text: string): string[] {
  return [...text.matchAll(/{{(\w+)}}/g)].map(([, name]) => name ?? "")
}

function sourceFiles(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) {
      return entry.name === "__tests__" ? [] : sourceFiles(path)
    }
    return /\.tsx?$/.test(entry.name) ? [path] : []
  })
}

/**
 * Finds out which tables an SQL statement names. It need not understand SQL, only never overlook a table: what it does
 * not understand it reports, and the answer is not stored.
 */
export interface SqlTables {
  /** The names of tables, without their schema. */
  readonly tables: readonly string[]
  /** All names in it, of columns as well. One that a table has may be that table in a clause that was not understood. */
  readonly names: readonly string[]
  /** A part of the statement that may read something else. Undefined when there is none. */
  readonly gap: string | undefined
}

/** More than any query of Medusa's has, without its values. */
export const MAX_SQL_CHARS = 100_000

/** `$7`, and `$1, $2, $3`: an `in` with a thousand values. */
const VALUES = /(?<![\w$])\$\d+(?:\s*,\s*\$\d+)*/g
/**
 * Strings, comments and quoted names, of which each may contain the beginning of another one: `it''s`, `E'it\'s'`, `$a$
 * it's $a$`, `-- don't`, `"it's"`.
 */
const LEXEMES =
  /(?<!\w)e'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|\$((?:[a-z_]\w*)?)\$[\s\S]*?\$\1\$|--[^\n]*|\/\*[\s\S]*?\*\/|"(?:[^"]|"")*"/gi
const NAMES = /"((?:[^"]|"")+)"|([a-z_\u0080-\uffff][\w$\u0080-\uffff]*)/gi
/** What a table cannot be called without quotes, of the names that tables of Medusa have. */
const RESERVED: readonly string[] = ["order", "user"]
/** They run what is not in the text. */
const OTHER_STATEMENT = /^\s*(?:call|copy|do|execute|explain|fetch)\b/i
/** `with a as (…), b as (…)`: names that are no tables. */
const LOCAL_NAMES =
  /(?:\bwith(?:\s+recursive)?|,)\s+"?(\w+)"?(?:\s*\([^()]*\))?\s+as\s+(?:not\s+)?(?:materialized\s+)?\(/gi
/** `extract(epoch from x)`, `a is distinct from b`: no clause. */
const OTHER_FROM = /\bdistinct\s+from\b|\b(?:extract|substring|trim|overlay)\s*\([^()]*\)/gi
/** What a clause with tables begins with. */
const CLAUSE = /\b(?:from|join|into|update|using|table)\b/gi
/** `only`, `lateral`, the schema, the name, and the bracket of a function. */
const SOURCE = /^\s*(?:only\s+|lateral\s+)*(?:"?\w+"?\s*\.\s*)?(?:"([^"]+)"|([a-z_]\w*))(\s*\()?/i
const OPENS_BRACKET = /^\s*(?:lateral\s*)?\(/i
/** In which there are clauses of their own, and no name at the beginning. */
const SUBSELECT = /^[\s(]*(?:select|with|values|table)\b/i
/** `extract(epoch from (a - b))`, before the bracket. */
const IN_OTHER_FROM = /\b(?:extract|substring|trim|overlay)\s*\([^()]*$/i
/** `as "x",` and `as x (a, b),` before the next one of a list. */
const NEXT_OF_LIST = /^\s*(?:(?:as\s+)?"?\w+"?\s*(?:\([^()]*\)\s*)?)?,/i
/** They make rows of what they are given, and read no table. */
const ROW_MAKERS = /^(?:unnest|generate_series|jsonb?_\w+|regexp_\w+|string_to_table)$/i
/** `on conflict do update set`, `for update of x`. */
const NO_SOURCE = /^\s*(?:set\b|of\b|nowait\b|skip\b|;|\)|$)/i

/** A list goes on after a comma, but not with one of these. */
const KEYWORD = /^(?:select|from|join|where|with|lateral|as|on|and|or|set|values|group|order|limit)$/i

/** Returns a statement with `$1` in the place of each value or list of values. It reads the same tables. */
export const withoutValues = (sql: string): string => sql.replace(VALUES, "$$1")

export function sqlTablesOf(sql: string): SqlTables {
  const short = withoutValues(sql)
  if (short.length > MAX_SQL_CHARS) return { tables: [], names: [], gap: `${short.length} characters` }
  const plain = short.replace(LEXEMES, (lexeme) =>
    lexeme.startsWith('"') ? lexeme : /^[-/]/.test(lexeme) ? " " : "''"
  )
  const text = plain.replace(OTHER_FROM, " ")
  const local = new Set([...text.matchAll(LOCAL_NAMES)].map(([, name = ""]) => name.toLowerCase()))
  const tables = new Set<string>()
  let gap = OTHER_STATEMENT.exec(text)?.[0].trim()
  for (const { index, 0: word } of text.matchAll(CLAUSE)) {
    const isList = !/^join$/i.test(word)
    const parts = [text.slice(index + word.length)]
    // What is pushed meanwhile has its turn as well.
    for (let rest of parts) {
      do {
        if (NO_SOURCE.test(rest)) break
        const opened = OPENS_BRACKET.exec(rest)?.[0]
        if (opened !== undefined) {
          if (!/^(?:from|join)$/i.test(word) || IN_OTHER_FROM.test(text.slice(0, index))) break
          const inner = rest.slice(opened.length)
          // A subselect has clauses of its own. A join in brackets begins with a name.
          if (!SUBSELECT.test(inner)) parts.push(inner)
          rest = afterBracket(inner)
          continue
        }
        const source = SOURCE.exec(rest)
        if (!source) {
          gap ??= rest.trim().slice(0, 40)
          break
        }
        const [all, quoted, bare = "", bracket] = source
        const name = quoted ?? bare.toLowerCase()
        if (quoted === undefined && KEYWORD.test(bare)) {
          gap ??= `${word} ${bare}`
          break
        }
        rest = rest.slice(all.length)
        if (bracket !== undefined && /^into$/i.test(word)) tables.add(name)
        else if (bracket !== undefined) {
          if (!ROW_MAKERS.test(name)) gap ??= `${name}()`
          rest = afterBracket(rest)
        } else if (!local.has(name.toLowerCase())) tables.add(name)
      } while (isList && NEXT_OF_LIST.test(rest) && (rest = rest.replace(NEXT_OF_LIST, "")))
    }
  }
  return { tables: [...tables], names: namesIn(plain), gap }
}

/** Returns what follows the end of a bracket that is open. Strings and comments have been taken out. */
function afterBracket(text: string): string {
  let depth = 1
  for (const { index, 0: bracket } of text.matchAll(/[()]/g)) {
    depth += bracket === "(" ? 1 : -1
    if (depth === 0) return text.slice(index + 1)
  }
  return ""
}

function namesIn(text: string): readonly string[] {
  const names = new Set<string>()
  for (const [, quoted, bare = ""] of text.matchAll(NAMES)) names.add(quoted ?? bare.toLowerCase())
  for (const name of RESERVED) if (!text.includes(`"${name}"`)) names.delete(name)
  return [...names]
}

import { sqlTablesOf, withoutValues } from "../sql-tables"

const TABLES: readonly (readonly [string, string, readonly string[]])[] = [
  ["what MikroORM writes", `select "p0"."id" from "product" as "p0" where "p0"."deleted_at" is null`, ["product"]],
  [
    "joins",
    `select * from "product_tags" as "p0" inner join "product_tag" as "p1" on "p0"."a" = "p1"."b" left join image i on true`,
    ["product_tags", "product_tag", "image"],
  ],
  ["a schema", `select 1 from "public"."region" as "r0", public.currency`, ["region", "currency"]],
  ["lists", "select a.id, b.id from price a, price_list as b, store where a.x = b.x", ["price", "price_list", "store"]],
  [
    "subselects",
    `select (select count(*) from price_rule pr where pr.price_id = price.id) from "price" where id in (select id from (select 1 from region) as x)`,
    ["price_rule", "price", "region"],
  ],
  [
    "lateral ones",
    `select 1 from "price" left join (select pl.id from price_list pl) as pl on true left join LATERAL (select 1 from price_list_rule plr) as r on true`,
    ["price", "price_list", "price_list_rule"],
  ],
  [
    "names of its own",
    "with recursive tree as (select * from product_category union all select c.* from product_category c join tree t on true), leaf as (select * from tree) select * from tree, leaf",
    ["product_category"],
  ],
  ["functions that read no table", "select * from unnest(array[1]) as x, jsonb_each(y) join store on true", ["store"]],
  [
    "from that begins no list",
    "select extract(epoch from created_at) from store where a is distinct from b",
    ["store"],
  ],
  ["writing", `insert into "store" ("id") values ($1) on conflict do update set x = 1`, ["store"]],
  ["updates and deletes", `update "store" set x = 1; delete from only region`, ["store", "region"]],
  ["rows that are locked", "select * from store for update of store skip locked", ["store"]],
  ["texts", "select 'from nothing', 'it''s from x' from store -- from comment\n where x = 'join y'", ["store"]],
  ["what is no query", "begin", []],
  ["joins in brackets", "select * from (view v join store s on true)", ["view", "store"]],
  [
    "joins in several",
    "select * from store s left join ((view v inner join region r on true)) on true",
    ["store", "view", "region"],
  ],
  ["a list after a subselect", "select * from (select id from store where x in (1)) as s, view", ["view", "store"]],
  [
    "a list after a lateral one",
    "select * from store s, lateral (select 1 from region) r, view v",
    ["store", "view", "region"],
  ],
  ["a list after a function", "select * from unnest(array[f(1)]) u, view", ["view"]],
  [
    "a list after joins in brackets",
    "select * from (store s join region r on true), view",
    ["view", "store", "region"],
  ],
  ["a moment", "select extract(epoch from (now() - created_at)), x from store", ["store"]],
]

describe("withoutValues", () => {
  it("makes one text of statements that differ by how many values they have", () => {
    const statement = (count: number): string => {
      const values = Array.from({ length: count }, (_, i) => `$${i + 1}`).join(", ")
      return `select * from price where id in (${values}) and currency_code = $${count + 1} limit $${count + 2}`
    }

    expect(withoutValues(statement(50))).toBe(withoutValues(statement(1)))
    expect(withoutValues(statement(1))).toBe("select * from price where id in ($1) and currency_code = $1 limit $1")
  })
})

describe("withoutValues", () => {
  it("leaves names alone", () => {
    expect(withoutValues('select a$2 from "part$2" where x = $2')).toBe('select a$2 from "part$2" where x = $1')
  })
})

describe("sqlTablesOf", () => {
  it.each(TABLES)("finds the tables of %s", (_, sql, tables) => {
    expect(sqlTablesOf(sql)).toMatchObject({ tables, gap: undefined })
  })

  it.each([
    "select * from store -- don't\n join region on a = 'y'",
    "select * from store /* it's */ join region on true where x = 'z'",
    "select E'it\\'s' from store, region where y = 'z'",
    "select $$ it's $$ from store, region where x = 'y'",
    "select $a$ it's $$ $a$ from store join region on x = 'y'",
    `select "it's" from store join region on a = 'x'`,
    `select "a--b" from store join region on true`,
    "with store as (select * from store), x as (select 1 from region) select * from store, x",
    "select * from (store s join region r on true)",
    "select * from store as s (a, b), region",
    "select * from store tablesample system (10), region",
    "select * from generate_series(1, 2), store join region on true",
    "select * from unnest(a) as u(x), store, region",
    "select * from product using (id), store, region",
    "select * from medusa.public.store, medusa.public.region",
    "select * from only (store), region",
  ])("overlooks no name: %s", (sql) => {
    expect(sqlTablesOf(sql).names).toEqual(expect.arrayContaining(["store", "region"]))
  })

  it("takes no keyword for a table, and no text for a name", () => {
    expect(sqlTablesOf("select 'region' from store order by id -- currency").names).toEqual([
      "select",
      "from",
      "store",
      "by",
      "id",
    ])
    expect(sqlTablesOf('select * from "order" order by id').names).toContain("order")
  })

  it.each(["call do_it()", "execute plan(1)", "copy store to stdout"])("tells that %s may do anything", (sql) => {
    expect(sqlTablesOf(sql).gap).toBeDefined()
  })

  it("tells a function that may read anything", () => {
    expect(sqlTablesOf("select * from best_sellers(10) as b").gap).toBe("best_sellers()")
  })

  it("tells what it does not understand", () => {
    expect(sqlTablesOf("select * from $1").gap).toBe("$1")
  })

  it("counts the values of a list for nothing", () => {
    const values = Array.from({ length: 30_000 }, (_, i) => `$${i + 1}`).join(", ")
    expect(sqlTablesOf(`select * from store where id in (${values})`)).toMatchObject({
      tables: ["store"],
      gap: undefined,
    })
    expect(sqlTablesOf(`select * from store where id in (${"'a', ".repeat(30_000)}'b')`).gap).toMatch(/characters$/)
  })
})

import { sqlTablesOf } from "../reads/sql-tables"

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
]

describe("sqlTablesOf", () => {
  it.each(TABLES)("finds the tables of %s", (_, sql, tables) => {
    expect(sqlTablesOf(sql)).toEqual({ tables, gap: undefined })
  })

  it("tells a function that may read anything", () => {
    expect(sqlTablesOf("select * from best_sellers(10) as b").gap).toBe("best_sellers()")
  })

  it("tells what it does not understand", () => {
    expect(sqlTablesOf("select * from $1").gap).toBe("$1")
  })

  it("counts the values of a list for nothing", () => {
    const values = Array.from({ length: 30_000 }, (_, i) => `$${i + 1}`).join(", ")
    expect(sqlTablesOf(`select * from store where id in (${values})`)).toEqual({ tables: ["store"], gap: undefined })
    expect(sqlTablesOf(`select * from store where id in (${"'a', ".repeat(30_000)}'b')`).gap).toMatch(/characters$/)
  })
})

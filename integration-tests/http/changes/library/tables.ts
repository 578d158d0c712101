import type { MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import type { LibraryService } from "./index"

const TIMES =
  "created_at timestamptz not null default now(), updated_at timestamptz not null default now(), deleted_at timestamptz null"

/** The tables of the module, in the order in which they can be created. */
const TABLES: readonly string[] = [
  `create table author (id text primary key, name text not null, ${TIMES})`,
  `create table book (id text primary key, title text not null, author_id text not null references author(id) on update cascade on delete cascade, ${TIMES})`,
  `create table label (id text primary key, name text not null, ${TIMES})`,
  "create table book_labels (book_id text not null references book(id) on delete cascade, label_id text not null references label(id) on delete cascade, primary key (book_id, label_id))",
  `create table room (id text primary key, place text not null, ${TIMES})`,
  `create table note (id text primary key, text text not null, product_id text not null, ${TIMES})`,
  `create table edition (isbn text primary key, year text not null, ${TIMES})`,
  `create table product_author (id text not null, product_id text not null, author_id text not null, ${TIMES}, primary key (product_id, author_id))`,
  `create table product_edition (id text not null, product_id text not null, edition_isbn text not null, ${TIMES}, primary key (product_id, edition_isbn))`,
]

/** Creates the tables, and returns the module's service. */
export async function openLibrary(container: MedusaContainer): Promise<LibraryService> {
  const knex = container.resolve(ContainerRegistrationKeys.PG_CONNECTION)
  for (const table of TABLES) await knex.raw(table)
  return container.resolve("library")
}

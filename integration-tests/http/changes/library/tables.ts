const TIMES =
  "created_at timestamptz not null default now(), updated_at timestamptz not null default now(), deleted_at timestamptz null"

/** The tables of the module, in the order in which they can be created. */
export const TABLES: readonly string[] = [
  `create table author (id text primary key, name text not null, ${TIMES})`,
  `create table book (id text primary key, title text not null, author_id text not null references author(id) on update cascade on delete cascade, ${TIMES})`,
  `create table label (id text primary key, name text not null, ${TIMES})`,
  "create table book_labels (book_id text not null references book(id) on delete cascade, label_id text not null references label(id) on delete cascade, primary key (book_id, label_id))",
]

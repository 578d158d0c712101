import { model } from "@medusajs/framework/utils"

export const Author = model
  .define("author", {
    id: model.id({ prefix: "libauth" }).primaryKey(),
    name: model.text(),
    books: model.hasMany(() => Book, { mappedBy: "author" }),
  })
  .cascades({ delete: ["books"] })

export const Book = model.define("book", {
  id: model.id({ prefix: "libbook" }).primaryKey(),
  title: model.text().translatable(),
  author: model.belongsTo(() => Author, { mappedBy: "books" }),
  labels: model.manyToMany(() => Label, { mappedBy: "books" }),
})

export const Label = model.define("label", {
  id: model.id({ prefix: "liblabel" }).primaryKey(),
  name: model.text(),
  books: model.manyToMany(() => Book, { mappedBy: "labels" }),
})

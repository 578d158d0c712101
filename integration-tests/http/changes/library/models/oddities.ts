import { model } from "@medusajs/framework/utils"

/** Its ids have no prefix, so that Medusa takes its records for those of another type. */
export const Room = model.define("room", {
  id: model.id().primaryKey(),
  place: model.text(),
})

/** A note on a product, by the product's id, which only the note has. */
export const Note = model.define("note", {
  id: model.id({ prefix: "libnote" }).primaryKey(),
  text: model.text(),
  product_id: model.text(),
})

/** It has no id. */
export const Edition = model.define("edition", {
  isbn: model.text().primaryKey(),
  year: model.text(),
})

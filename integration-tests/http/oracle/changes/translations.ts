import { type Change, type Created, firstOf, nth } from "./change"

interface Settings {
  readonly translation_settings: Readonly<Record<string, Created>>
}

/** With the feature flag for translations only. */
export const TRANSLATION_CHANGES: readonly Change[] = [
  {
    by: "POST /admin/translations/batch",
    isSampled: true,
    make: async (w, notes) => {
      const { created } = await w.post<{ created: Created[] }>("/translations/batch", {
        create: [
          { reference: "product", reference_id: firstOf(w).id, title: "Hemd" },
          { reference: "product_category", reference_id: w.catalogue.categoryId, name: "Oberteile" },
          { reference: "product_tag", reference_id: w.tagId, value: "neu" },
          { reference: "product_variant", reference_id: firstOf(w).variantId, title: "Klein" },
        ].map(({ reference, reference_id, ...translations }) => ({
          ...{ reference, reference_id, translations },
          locale_code: "de-DE",
        })),
      })
      notes.set("translation", nth(created, 0).id)
    },
  },
  {
    by: "POST /admin/translations/batch, which deletes one",
    make: (w, notes) => w.post("/translations/batch", { delete: [notes.get("translation")] }),
  },
  {
    by: "POST /admin/translations/settings/batch",
    make: async (w) => {
      const { translation_settings: settings } = await w.get<Settings>("/translations/settings")
      const id = settings.product_tag?.id
      await w.post("/translations/settings/batch", { update: [{ id, entity_type: "product_tag", is_active: false }] })
    },
  },
]

/** Something that is edited again and again. */
export interface Subject {
  readonly id: string
  /** Where the dashboard edits it. */
  readonly path: string
  /** The field that counts the edits. */
  readonly field: "title" | "name"
}

export type Subjects = Readonly<Record<"product" | "variant" | "category" | "region", Subject>>

/** A request, and where its response shows a subject. */
export interface Reader {
  readonly path: string
  readonly subject: Subject
  /** Returns the records that the response has, or undefined when it is the response to another request. */
  readonly recordsIn: (body: Body) => readonly Shown[] | undefined
}

export interface Shown {
  readonly id?: string
  readonly title?: string
  readonly name?: string
}

export type Body = Readonly<Record<string, Shown & readonly Shown[] & number>>

/** Requests to several routes, with different queries, each of which shows one of the subjects. */
export function readersOf({ product, variant, category, region }: Subjects): readonly Reader[] {
  // Nothing of the other subjects: each edit then makes one response and no other.
  const list = "/store/products?order=created_at&fields=title,handle,variants.calculated_price.*"
  return [
    ...[4, 8, 12].map((limit) => ({
      path: `${list}&region_id=${region.id}&limit=${limit}`,
      subject: product,
      recordsIn: (body: Body) => (body["limit"] === limit ? body["products"] : undefined),
    })),
    ...[false, true].map((hasHandle) => ({
      path: `/store/products/${product.id}?fields=title${hasHandle ? ",handle" : ""}`,
      subject: product,
      recordsIn: ({ product: shown }: Body) => (shown && "handle" in shown === hasHandle ? [shown] : undefined),
    })),
    { path: "/store/product-variants?limit=50", subject: variant, recordsIn: ({ variants }: Body) => variants },
    {
      path: `/store/product-variants/${variant.id}`,
      subject: variant,
      recordsIn: ({ variant: shown }: Body) => shown && [shown],
    },
    {
      path: "/store/product-categories",
      subject: category,
      recordsIn: ({ product_categories: categories }: Body) => categories,
    },
    {
      path: `/store/product-categories/${category.id}`,
      subject: category,
      recordsIn: ({ product_category: shown }: Body) => shown && [shown],
    },
    { path: "/store/regions", subject: region, recordsIn: ({ regions }: Body) => regions },
    { path: `/store/regions/${region.id}`, subject: region, recordsIn: ({ region: shown }: Body) => shown && [shown] },
  ]
}

import type { Product } from "./shop-client"

const EDITION = / \(edition (\d+)\)$/

/**
 * What the administrator has been told is saved. A read that starts afterwards must not show an older title.
 *
 * Each edit counts up the edition in the product's title, so that one look at a title says how old it is.
 */
export class Editions {
  #acknowledged: ReadonlyMap<string, number> = new Map()
  #begun = 0
  #ended = 0

  /** What a read that starts now has to show at least. */
  snapshot(): ReadonlyMap<string, number> {
    return this.#acknowledged
  }

  /** Now, as far as edits make a difference. Not a number while one is under way. */
  get moment(): number {
    return this.#begun === this.#ended ? this.#begun : NaN
  }

  /** Whether no edit was under way since then. */
  isQuietSince(moment: number): boolean {
    return this.moment === moment
  }

  /** Notes an edit until it ends, whatever becomes of it. */
  async during(edit: Promise<void>): Promise<void> {
    this.#begun++
    try {
      await edit
    } finally {
      this.#ended++
    }
  }

  acknowledge(product: Product): void {
    // A new map: the reads that are under way keep theirs.
    this.#acknowledged = new Map(this.#acknowledged).set(product.id, editionOf(product.title))
  }
}

export function countStale(products: readonly Product[], atLeast: ReadonlyMap<string, number>): number {
  return products.filter(({ id, title }) => editionOf(title) < (atLeast.get(id) ?? 0)).length
}

export function nextEdition({ id, title }: Product): Product {
  return { id, title: `${withoutEdition(title)} (edition ${editionOf(title) + 1})` }
}

export function withoutEdition(title: string): string {
  return title.replace(EDITION, "")
}

function editionOf(title: string): number {
  return Number(EDITION.exec(title)?.[1] ?? 0)
}

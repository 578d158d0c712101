import type { World } from "../world"

/** What changes remember for those after them: ids, by a name. */
export class Notes {
  readonly #values = new Map<string, string>()

  set(name: string, value: string): void {
    this.#values.set(name, value)
  }

  get(name: string): string {
    const value = this.#values.get(name)
    if (value === undefined) throw new Error(`No change before this one has noted ${name}`)
    return value
  }
}

/** A change of the shop. They are made in their order, on one database. */
export interface Change {
  /** The route that makes it, as in mutations.txt, or what else does. */
  readonly by: string
  /** Whether it is among those that every run makes: about one of each kind of thing that an answer is made of. */
  readonly isSampled?: true
  readonly make: (world: World, notes: Notes) => Promise<unknown>
}

export interface Created {
  readonly id: string
}

export const firstOf = ({ catalogue }: World) => nth(catalogue.products, 0)
export const secondOf = ({ catalogue }: World) => nth(catalogue.products, 1)
export const thirdOf = ({ catalogue }: World) => nth(catalogue.products, 2)

export function nth<T>(list: readonly T[], at: number): T {
  const item = list[at]
  if (item === undefined) throw new Error(`There is no item ${at}`)
  return item
}

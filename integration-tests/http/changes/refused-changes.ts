import type { LinkDefinition, MedusaContainer } from "@medusajs/framework/types"
import { Modules } from "@medusajs/framework/utils"
import { createStep, StepResponse } from "@medusajs/framework/workflows-sdk"
import {
  createProductsWorkflow,
  deleteProductsStep,
  dismissRemoteLinkStep,
  updateProductsStep,
  updateProductsWorkflow,
  upsertVariantPricesWorkflow,
} from "@medusajs/medusa/core-flows"
import { type Catalogue, newProduct } from "../catalogue"
import { laterRefusedWorkflow, refusedWorkflow } from "./refused-workflow"

interface Titles {
  readonly products: { id: string; title: string }[]
}

const updateByIds = refusedWorkflow<Titles>("update-by-ids", (input) => void updateProductsStep(input))

const updateLater = laterRefusedWorkflow<Titles>("update-later", (input) => void updateProductsStep(input))

const updateBySelector = refusedWorkflow<{ selector: { id: string[] }; update: { title: string } }>(
  "update-by-selector",
  (input) => void updateProductsStep(input)
)

const brokenUndoStep = createStep(
  "cannot-be-undone",
  async () => new StepResponse(undefined, "something"),
  () => Promise.reject(new Error("Cannot be undone"))
)
const updateForGood = refusedWorkflow<Titles>("update-for-good", (input) => {
  updateProductsStep(input)
  brokenUndoStep()
})

/** Changes no row but the one that joins the two. */
const leaveCategoryStep = createStep(
  "leave-category",
  async ({ id, categoryId }: { id: string; categoryId: string }, { container }) => {
    await container.resolve(Modules.PRODUCT).updateProducts(id, { category_ids: [] })
    return new StepResponse(undefined, { id, categoryId })
  },
  async (left, { container }) => {
    if (left) await container.resolve(Modules.PRODUCT).updateProducts(left.id, { category_ids: [left.categoryId] })
  }
)
const leaveCategory = refusedWorkflow<{ id: string; categoryId: string }>(
  "leave-category-in-vain",
  (input) => void leaveCategoryStep(input)
)

const deleteProducts = refusedWorkflow<string[]>("delete", (ids) => void deleteProductsStep(ids))

const createProducts = refusedWorkflow<{ products: ReturnType<typeof newProduct>[] }>(
  "create",
  (input) => void createProductsWorkflow.runAsStep({ input })
)

interface Prices {
  readonly variantPrices: {
    variant_id: string
    product_id: string
    prices: { amount: number; currency_code: string }[]
  }[]
  readonly previousVariantIds: string[]
}
const changePrice = refusedWorkflow<Prices>(
  "change-price",
  (input) => void upsertVariantPricesWorkflow.runAsStep({ input })
)

const unlink = refusedWorkflow<LinkDefinition[]>("unlink", (links) => void dismissRemoteLinkStep(links))

/** Changes something in the shop, calls `look`, and takes it back. */
type Attempt = (container: MedusaContainer, catalogue: Catalogue, look: () => Promise<void>) => Promise<void>

const TITLE = "Never final"

const firstOf = ({ products }: Catalogue): { id: string; variantId: string } => products[0] ?? { id: "", variantId: "" }

export const changeTitle: Attempt = (container, catalogue, look) =>
  updateByIds(container, { products: [{ id: firstOf(catalogue).id, title: TITLE }] }, look)

export const REFUSED_CHANGES: readonly (readonly [string, Attempt])[] = [
  ["a title, changed by ids", changeTitle],
  [
    "a title, changed by a selector",
    (container, catalogue, look) =>
      updateBySelector(container, { selector: { id: [firstOf(catalogue).id] }, update: { title: TITLE } }, look),
  ],
  [
    "a title, in a workflow that goes on in the background",
    (container, catalogue, look) =>
      updateLater(container, { products: [{ id: firstOf(catalogue).id, title: TITLE }] }, look),
  ],
  [
    "a title, beside a step that cannot be undone",
    (container, catalogue, look) =>
      updateForGood(container, { products: [{ id: firstOf(catalogue).id, title: TITLE }] }, look),
  ],
  [
    "a title, in a workflow that has ended and is cancelled",
    async (container, catalogue, look) => {
      const input = { products: [{ id: firstOf(catalogue).id, title: TITLE }] }
      const { transaction } = await updateProductsWorkflow(container).run({ input })
      await look()
      await updateProductsWorkflow(container).cancel({ transaction })
    },
  ],
  [
    "a product's categories",
    (container, catalogue, look) =>
      leaveCategory(container, { id: firstOf(catalogue).id, categoryId: catalogue.categoryId }, look),
  ],
  [
    "a product's sales channel",
    (container, catalogue, look) =>
      unlink(
        container,
        [
          {
            [Modules.PRODUCT]: { product_id: firstOf(catalogue).id },
            [Modules.SALES_CHANNEL]: { sales_channel_id: catalogue.salesChannelId },
          },
        ],
        look
      ),
  ],
  ["a deletion", (container, catalogue, look) => deleteProducts(container, [firstOf(catalogue).id], look)],
  [
    "a new product",
    (container, { salesChannelId }, look) =>
      createProducts(container, { products: [newProduct(TITLE, salesChannelId)] }, look),
  ],
  [
    "a price",
    (container, catalogue, look) => {
      const { id, variantId } = firstOf(catalogue)
      const prices = [{ amount: 1, currency_code: "eur" }]
      const input = {
        variantPrices: [{ variant_id: variantId, product_id: id, prices }],
        previousVariantIds: [variantId],
      }
      return changePrice(container, input, look)
    },
  ],
]

import { Modules } from "@medusajs/framework/utils"
import {
  createStep,
  createWorkflow,
  StepResponse,
  type WorkflowData,
  WorkflowResponse,
} from "@medusajs/framework/workflows-sdk"
import { updateProductsStep, updateProductsWorkflow } from "@medusajs/medusa/core-flows"
import { eventually } from "../../../../testing/eventually"
import { runScript } from "../../changes/medusa-exec"
import { REFUSED_CHANGES } from "../../changes/refused-changes"
import { buyInVain, fillCart } from "../../changes/stock"
import type { World } from "../world"
import { type Change, firstOf, secondOf, thirdOf } from "./change"

const PATIENCE_MS = 60_000
const ENDED = ["not_started", "done", "reverted", "failed"]

/** Resolves when no workflow goes on in the background. */
const untilWorkflowsEnd = ({ container }: World): Promise<unknown> => {
  const engine = container.resolve(Modules.WORKFLOW_ENGINE)
  return eventually(
    () => engine.listWorkflowExecutions({ state: { $nin: ENDED } }),
    (running) => running.length === 0,
    PATIENCE_MS
  )
}

/** Waits for somebody outside to say how it has ended. */
const askOutsideStep = createStep({ name: "ask-outside", async: true }, () => Promise.resolve())
const afterwardsStep = createStep("afterwards", () => Promise.resolve(new StepResponse({})))
const askOutside = createWorkflow("ask-outside-workflow", (input: WorkflowData<{ id: string; title: string }[]>) => {
  updateProductsStep({ products: input })
  askOutsideStep()
  afterwardsStep()
  return new WorkflowResponse({})
})

const endOutside = async (w: World, outcome: "success" | "failure"): Promise<void> => {
  const transactionId = `ask-outside-${outcome}`
  await askOutside(w.container).run({
    input: [{ id: thirdOf(w).id, title: `Before ${outcome}` }],
    context: { transactionId },
  })
  await w.post(`/workflows-executions/ask-outside-workflow/steps/${outcome}`, {
    transaction_id: transactionId,
    step_id: "ask-outside",
    ...(outcome === "success" && { response: {} }),
  })
  await untilWorkflowsEnd(w)
}

/** A payment provider says that somebody has paid, who has closed the browser. */
async function payFromAfar(w: World): Promise<void> {
  interface Cart {
    readonly payment_collection: { readonly amount: number; readonly payment_sessions: readonly { id: string }[] }
    readonly completed_at: string | null
  }
  const id = await fillCart(w.http, w.catalogue)
  const cartOf = async (): Promise<Cart> => {
    const { data } = await w.http.get<{ cart: Cart }>(`/store/carts/${id}`, {
      headers: { "x-publishable-api-key": w.catalogue.publishableKey },
      params: { fields: "completed_at,payment_collection.amount,*payment_collection.payment_sessions" },
    })
    return data.cart
  }
  const { payment_collection: payment } = await cartOf()
  const data = { session_id: payment.payment_sessions[0]?.id ?? "", amount: payment.amount }
  const spy = jest
    .spyOn(w.container.resolve(Modules.PAYMENT), "getWebhookActionAndData")
    .mockResolvedValue({ action: "authorized", data })
  await w.http.post("/hooks/payment/system_default", {})
  await eventually(cartOf, ({ completed_at: at }) => at !== null, PATIENCE_MS)
  await untilWorkflowsEnd(w)
  spy.mockRestore()
}

const table = (title: string): Blob =>
  new Blob(
    [
      [
        "Product Handle,Product Title,Product Status,Product Sales Channel 1,Variant Title,Variant Option 1 Name,Variant Option 1 Value,Variant Price EUR",
        `${title.toLowerCase()},${title},published,Web shop,One,Size,One,5`,
      ].join("\n"),
    ],
    { type: "text/csv" }
  )

/** Changes that no route makes, or that go on when its answer has been sent. */
export const CODE_CHANGES: readonly Change[] = [
  { by: "a payment that is declined", make: (w) => buyInVain(w.http, w.container, w.catalogue, w.look) },
  { by: "POST /hooks/payment/:provider", make: payFromAfar },
  {
    by: "updateProductsWorkflow",
    make: (w) =>
      updateProductsWorkflow(w.container).run({ input: { products: [{ id: firstOf(w).id, title: "By a workflow" }] } }),
  },
  {
    by: "a module's service",
    isSampled: true,
    make: (w) => w.container.resolve(Modules.PRODUCT).updateProducts(secondOf(w).id, { title: "By a service" }),
  },
  {
    by: "a workflow in another process",
    make: (w) => w.other.call("rename", firstOf(w).id, "By another process"),
  },
  {
    by: "medusa exec",
    make: (w) => runScript({ DATABASE_URL: w.databaseUrl }, "module", firstOf(w).id, "By a script"),
  },
  ...REFUSED_CHANGES.map(([what, attempt], i): Change => ({
    by: `a workflow that fails: ${what}`,
    ...(i === 0 && { isSampled: true as const }),
    // Visitors look while it is done, and before it is taken back.
    make: (w) => attempt(w.container, w.catalogue, w.look),
  })),
  {
    by: "POST /admin/workflows-executions/:workflow_id/run",
    make: (w) =>
      w.post("/workflows-executions/update-products/run", {
        input: { products: [{ id: firstOf(w).id, title: "By a workflow that was asked for" }] },
      }),
  },
  {
    by: "POST /admin/workflows-executions/:workflow_id/steps/success",
    make: (w) => endOutside(w, "success"),
  },
  {
    by: "POST /admin/workflows-executions/:workflow_id/steps/failure",
    make: (w) => endOutside(w, "failure"),
  },
  {
    by: "POST /admin/products/import/:transaction_id/confirm",
    make: async (w) => {
      const form = new FormData()
      form.append("file", table("Imported"), "products.csv")
      const { transaction_id: id } = await w.post<{ transaction_id: string }>("/products/import", form)
      await w.post(`/products/import/${id}/confirm`, {})
      await untilWorkflowsEnd(w)
    },
  },
  {
    by: "POST /admin/products/imports/:transaction_id/confirm",
    make: async (w) => {
      const form = new FormData()
      form.append("files", table("Imported-in-parts"), "products.csv")
      const { files } = await w.post<{ files: { id: string }[] }>("/uploads", form)
      const { transaction_id: id } = await w.post<{ transaction_id: string }>("/products/imports", {
        file_key: files[0]?.id,
        originalname: "products.csv",
        extension: "csv",
        size: 300,
        mime_type: "text/csv",
      })
      await w.post(`/products/imports/${id}/confirm`, {})
      await untilWorkflowsEnd(w)
    },
  },
]

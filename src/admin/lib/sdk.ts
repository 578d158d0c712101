import Medusa from "@medusajs/js-sdk"

/** Talks to the same backend, and authenticates in the same way, as the dashboard that this is bundled into. */
export const sdk = new Medusa({
  baseUrl: __BACKEND_URL__ ?? "/",
  auth: {
    type: __AUTH_TYPE__ ?? "session",
    jwtTokenStorageKey: __JWT_TOKEN_STORAGE_KEY__ === "" ? undefined : __JWT_TOKEN_STORAGE_KEY__,
  },
})

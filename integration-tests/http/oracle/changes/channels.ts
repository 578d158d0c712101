import { type Change, type Created, secondOf } from "./change"

interface Key extends Created {
  readonly token: string
}

/** Who sees what: publishable keys, sales channels, and the locations that these sell from. */
export const CHANNEL_CHANGES: readonly Change[] = [
  {
    by: "POST /admin/sales-channels/:id/products",
    isSampled: true,
    make: (w) => w.post(`/sales-channels/${w.otherChannelId}/products`, { add: [secondOf(w).id] }),
  },
  {
    by: "POST /admin/sales-channels",
    make: async (w, notes) => {
      const { sales_channel: channel } = await w.post<{ sales_channel: Created }>("/sales-channels", { name: "Fair" })
      notes.set("channel", channel.id)
      await w.post(`/sales-channels/${channel.id}/products`, { add: [secondOf(w).id] })
    },
  },
  {
    by: "POST /admin/api-keys/:id/sales-channels",
    make: (w, notes) => w.post(`/api-keys/${w.otherKeyId}/sales-channels`, { add: [notes.get("channel")] }),
  },
  {
    by: "POST /admin/sales-channels/:id",
    make: (w, notes) => w.post(`/sales-channels/${notes.get("channel")}`, { is_disabled: true }),
  },
  { by: "DELETE /admin/sales-channels/:id", make: (w, notes) => w.remove(`/sales-channels/${notes.get("channel")}`) },
  {
    by: "POST /admin/api-keys",
    make: async (w, notes) => {
      const { api_key: key } = await w.post<{ api_key: Key }>("/api-keys", { title: "App", type: "publishable" })
      notes.set("key", key.id)
    },
  },
  { by: "POST /admin/api-keys/:id", make: (w) => w.post(`/api-keys/${w.otherKeyId}`, { title: "Factory outlet" }) },
  { by: "POST /admin/api-keys/:id/revoke", make: (w, notes) => w.post(`/api-keys/${notes.get("key")}/revoke`, {}) },
  { by: "DELETE /admin/api-keys/:id", make: (w, notes) => w.remove(`/api-keys/${notes.get("key")}`) },
  {
    by: "POST /admin/stock-locations/:id/sales-channels",
    make: (w) => w.post(`/stock-locations/${w.locationId}/sales-channels`, { remove: [w.catalogue.salesChannelId] }),
  },
]

/** The last ones: with them, what the others need is gone. */
export const LAST_CHANGES: readonly Change[] = [
  {
    by: "POST /admin/api-keys/:id/revoke, of a key that visitors have",
    isSampled: true,
    make: (w) => w.post(`/api-keys/${w.otherKeyId}/revoke`, {}),
  },
]

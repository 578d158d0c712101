const CARTS = "promotions are for carts"
const CUSTOMERS = "nothing is stored for customers, and nobody else's answer has anything of them"
const SHIPPING = "the ways of shipping are for carts, and no answer that is stored has them"
const REASONS = "the reasons have a route of their own, which is not stored"
const LABELS = "labels are for the dashboard"

/** Routes of mutations.txt that somebody may see, though not in an answer that is stored, and why. */
export const UNAFFECTED: Readonly<Record<string, string>> = {
  "POST /admin/campaigns/:id/promotions": CARTS,
  "POST /admin/promotions": CARTS,
  "DELETE /admin/promotions/:id": CARTS,
  "POST /admin/promotions/:id": CARTS,
  "POST /admin/customer-groups": CUSTOMERS,
  "DELETE /admin/customer-groups/:id": CUSTOMERS,
  "POST /admin/customer-groups/:id": CUSTOMERS,
  "POST /admin/customers": CUSTOMERS,
  "DELETE /admin/customers/:id": CUSTOMERS,
  "POST /admin/customers/:id": CUSTOMERS,
  "POST /store/customers": CUSTOMERS,
  "POST /store/customers/me": CUSTOMERS,
  "POST /store/carts": "a cart belongs to one visitor, and takes nothing from the stock before it is completed",
  "POST /admin/draft-orders": "a draft takes nothing from the stock before it becomes an order",
  "POST /admin/orders/:id/transfer/guest": CUSTOMERS,
  "DELETE /admin/fulfillment-sets/:id": SHIPPING,
  "POST /admin/fulfillment-sets/:id/service-zones": SHIPPING,
  "DELETE /admin/fulfillment-sets/:id/service-zones/:zone_id": SHIPPING,
  "POST /admin/fulfillment-sets/:id/service-zones/:zone_id": SHIPPING,
  "POST /admin/shipping-option-types": SHIPPING,
  "DELETE /admin/shipping-option-types/:id": SHIPPING,
  "POST /admin/shipping-option-types/:id": SHIPPING,
  "POST /admin/shipping-options": SHIPPING,
  "DELETE /admin/shipping-options/:id": SHIPPING,
  "POST /admin/shipping-options/:id": SHIPPING,
  "POST /admin/shipping-options/:id/rules/batch": SHIPPING,
  "POST /admin/stock-locations/:id/fulfillment-sets": SHIPPING,
  "POST /admin/property-labels": LABELS,
  "DELETE /admin/property-labels/:id": LABELS,
  "POST /admin/property-labels/:id": LABELS,
  "POST /admin/property-labels/batch": LABELS,
  "POST /admin/refund-reasons": REASONS,
  "DELETE /admin/refund-reasons/:id": REASONS,
  "POST /admin/refund-reasons/:id": REASONS,
  "POST /admin/return-reasons": REASONS,
  "DELETE /admin/return-reasons/:id": REASONS,
  "POST /admin/return-reasons/:id": REASONS,
}

/** Why a shop could not be asked, and what to do, in one or two lines. */
export class ShopError extends Error {}

/** The translations live in a namespace of their own: those of all plugins are merged, and the last one wins. */
export const NAMESPACE = "memcached"

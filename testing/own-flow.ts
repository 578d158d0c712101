import { AsyncResource } from "node:async_hooks"

/** Runs it in an asynchronous context that nothing before shares: as each request, job and subscriber of a shop has one. */
export const inOwnFlow = <T>(act: () => T): T => new AsyncResource("flow").runInAsyncScope(act)

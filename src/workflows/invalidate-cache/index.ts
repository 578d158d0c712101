export { type InvalidateCacheInput } from "./input"
export { type InvalidateCacheResult } from "./result"
export { invalidateCacheWorkflow, invalidateCacheWorkflowId } from "./workflow"

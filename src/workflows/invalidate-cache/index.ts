export { type InvalidateCacheResult } from "../../modules/cache-monitor/carry-out"
export { type InvalidateCacheInput } from "./input"
export { invalidateCacheWorkflow, invalidateCacheWorkflowId } from "./workflow"

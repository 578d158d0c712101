export { observeCaches } from "./cache-metrics"
export { type CacheCalls, ObservedCache } from "./observed-cache"
export { findTelemetry } from "./telemetry"

import { createRequire } from "node:module"
import {
  createNoopMeter,
  type Meter,
  metrics,
  ProxyTracerProvider,
  trace,
  type Tracer,
} from "@medusajs/framework/opentelemetry/api"

/** The instrumentation scope of everything that is exported. */
const SCOPE = "medusa-plugin-memcached"

/** The parts of OpenTelemetry that the shop has registered. */
export interface Telemetry {
  readonly tracer: Tracer | undefined
  readonly meter: Meter | undefined
}

/**
 * Returns undefined unless the shop has enabled it in Medusa's own way: an `instrumentation.ts` that calls
 * `registerOtel` with `instrument: { cache: true }`. Medusa runs that file before it loads any module. So this is
 * decided once, when the provider is loaded, and telemetry that is off costs nothing afterwards.
 */
export function findTelemetry(): Telemetry | undefined {
  const telemetry = { tracer: registeredTracer(), meter: registeredMeter() }
  if (!telemetry.tracer && !telemetry.meter) return undefined
  return isCacheInstrumented() ? telemetry : undefined
}

function registeredTracer(): Tracer | undefined {
  const provider = trace.getTracerProvider()
  return provider instanceof ProxyTracerProvider ? provider.getDelegateTracer(SCOPE) : provider.getTracer(SCOPE)
}

function registeredMeter(): Meter | undefined {
  const meter = metrics.getMeterProvider().getMeter(SCOPE)
  return meter === createNoopMeter() ? undefined : meter
}

/** Detects what `registerOtel` does with `cache: true`: it sets hooks on the class of the Caching Module. */
function isCacheInstrumented(): boolean {
  try {
    // Not imported, because @medusajs/medusa is an optional peer. When a shop loads a provider, it is there.
    const { default: caching } = createRequire(__filename)("@medusajs/medusa/caching") as CachingModule
    return caching.service.traceGet !== undefined
  } catch {
    return false
  }
}

interface CachingModule {
  readonly default: { readonly service: { readonly traceGet?: unknown } }
}

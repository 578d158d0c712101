import { metrics, tracing } from "@medusajs/framework/opentelemetry/sdk-node"
import { FeatureFlag } from "@medusajs/framework/utils"
import { registerOtel } from "@medusajs/medusa"

/** What a shop's `instrumentation.ts` exports, with exporters that a test can read. */
export class ShopInstrumentation {
  readonly #exporter = new tracing.InMemorySpanExporter()
  readonly #metricExporter = new metrics.InMemoryMetricExporter(metrics.AggregationTemporality.CUMULATIVE)
  readonly #reader = new metrics.PeriodicExportingMetricReader({
    exporter: this.#metricExporter,
    // By hand.
    exportIntervalMillis: 3_600_000,
  })
  #sdk: { shutdown(): Promise<void> } | undefined

  register(instrument: { http?: boolean; query?: boolean; cache: boolean } = { cache: true }): void {
    // As medusa-config.ts does, which is read before.
    FeatureFlag.setFlag("caching", true)
    this.#sdk = registerOtel({
      serviceName: "shop",
      exporter: this.#exporter,
      metricReaders: [this.#reader],
      autoDetectResources: false,
      instrument,
    }) as { shutdown(): Promise<void> }
  }

  get spans(): tracing.ReadableSpan[] {
    return this.#exporter.getFinishedSpans()
  }

  forgetSpans(): void {
    this.#exporter.reset()
  }

  /** The plugin's metrics as they are now, by name. */
  async collect(): Promise<Map<string, metrics.MetricData>> {
    this.#metricExporter.reset()
    await this.#reader.forceFlush()
    const scopes = this.#metricExporter.getMetrics().flatMap((resource) => resource.scopeMetrics)
    const own = scopes.filter(({ scope }) => scope.name === "medusa-plugin-memcached")
    return new Map(own.flatMap((scope) => scope.metrics.map((metric) => [metric.descriptor.name, metric])))
  }

  async shutdown(): Promise<void> {
    await this.#sdk?.shutdown()
  }
}

import { useMemcached } from "../memcached-of-the-app"
import { testFailedWorkflows } from "./failed-workflows"

jest.setTimeout(180_000)

useMemcached("failed-workflows-redis", () => ({
  EVENT_BUS_REDIS_URL: process.env.REDIS_URL ?? "redis://127.0.0.1:6379",
}))

describe("a workflow that fails, with the event bus on Redis, leaves nothing behind of", testFailedWorkflows)

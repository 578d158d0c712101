import { useMemcached } from "../memcached-of-the-app"
import { describeChanges } from "./describe-changes"
import { describeFailedWorkflows } from "./failed-workflows"

jest.setTimeout(180_000)

const memcached = useMemcached("failed-workflows-redis", () => ({
  EVENT_BUS_REDIS_URL: process.env.REDIS_URL ?? "redis://127.0.0.1:6379",
}))

describeChanges(memcached, [describeFailedWorkflows("on Redis")])

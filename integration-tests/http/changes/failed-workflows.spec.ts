import { useMemcached } from "../memcached-of-the-app"
import { testFailedWorkflows } from "./failed-workflows"

jest.setTimeout(180_000)

useMemcached("failed-workflows")

describe("a workflow that fails, with the local event bus, leaves nothing behind of", testFailedWorkflows)

import { useMemcached } from "../memcached-of-the-app"
import { shopTestRunner } from "../shop-test-runner"
import { describePermissions } from "./permissions"
import { describeWorkflowRoutes } from "./workflow-routes"

jest.setTimeout(300_000)

useMemcached("rbac", () => ({ MEDUSA_FF_RBAC: "true" }))

shopTestRunner({
  testSuite: (shop) => {
    describePermissions(shop)
    describeWorkflowRoutes(shop)
  },
})

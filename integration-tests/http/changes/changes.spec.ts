import { useMemcached } from "../memcached-of-the-app"
import { describeAnswers } from "./answered"
import { describeChanges } from "./describe-changes"
import { describeElsewhere } from "./elsewhere"
import { describeFailedWorkflows } from "./failed-workflows"
import { describeScripts } from "./scripts"

jest.setTimeout(300_000)

describeChanges(useMemcached("changes"), [
  describeElsewhere,
  describeAnswers,
  describeScripts,
  describeFailedWorkflows("in memory"),
])

import { stopChildren } from "../../tools/services/child-processes"
import { dropTemplate } from "./template-database"

export default async function stopServices(): Promise<void> {
  await dropTemplate()
  await stopChildren()
}

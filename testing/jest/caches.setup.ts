import { startCaches } from "./services"

export default startCaches

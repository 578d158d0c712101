// Medusa defines its MikroORM entities anew for every boot: without this, the second boot in a process finds them twice.
const { MetadataStorage } = require("@medusajs/framework/mikro-orm/core")

MetadataStorage.clear()

import { DatabaseArchive } from "../../src/modules/cache-monitor/statistics-archive"
import { useModuleDatabase } from "./module-database"

const connection = useModuleDatabase()

const archiveOf = (providerId: string) => new DatabaseArchive(connection, providerId)
const bucket = (number: number) => ({ bucketSeconds: 60, number, id: `bucket-${number}`, item: { of: number } })
const numbersIn = async (archive: DatabaseArchive): Promise<number[]> =>
  (await archive.read(60, 0, [])).map(({ number }) => number)

describe("copies of statistics", () => {
  it("are each provider's own", async () => {
    await archiveOf("one").save([bucket(1)])
    await archiveOf("another").save([bucket(2)])
    expect(await numbersIn(archiveOf("one"))).toEqual([1])
  })

  it("are forgotten when they are old, also those of a provider that the shop has no more, or has renamed", async () => {
    await archiveOf("former").save([bucket(1), bucket(7)])
    await archiveOf("renamed").save([bucket(1), bucket(8)])
    await archiveOf("renamed").prune(60, 7)
    expect(await numbersIn(archiveOf("renamed"))).toEqual([8])
    expect(await numbersIn(archiveOf("former"))).toEqual([7])
  })
})

import { Flights } from "../flights"

describe("Flights", () => {
  it("gives everybody who waits what the first one has made", async () => {
    const flights = new Flights<string>()
    const land = flights.lead("a")
    expect(flights.lead("a")).toBeUndefined()
    const waiting = [flights.wait("a"), flights.wait("a")]
    land?.("made")
    expect(await Promise.all(waiting)).toEqual(["made", "made"])
    expect(flights.size).toBe(0)
    expect(flights.lead("a")).toBeDefined()
  })

  it("tells those who wait when there will be nothing", async () => {
    const flights = new Flights<string>()
    const land = flights.lead("a")
    const waiting = flights.wait("a")
    land?.(undefined)
    expect(await waiting).toBeUndefined()
  })

  it("lets nobody wait longer than five seconds", async () => {
    jest.useFakeTimers()
    const flights = new Flights<string>()
    flights.lead("a")
    const waiting = flights.wait("a")
    await jest.advanceTimersByTimeAsync(5_000)
    expect(await waiting).toBeUndefined()
    jest.useRealTimers()
  })

  it("has nothing to wait for when nobody makes it", async () => {
    expect(await new Flights<string>().wait("a")).toBeUndefined()
  })
})

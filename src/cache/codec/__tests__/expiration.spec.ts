import fc from "fast-check"
import { expirationOf } from "../expiration"

const DAY = 86_400
const NOW_MS = 1_767_225_600_000
const NOW_SECONDS = NOW_MS / 1000
const NEVER = { wire: 0, atMs: 0 }
const LAST_SECOND = 0x7fff_ffff

describe("the expiration of an entry", () => {
  it("is relative up to 30 days, and a UNIX time beyond, as Memcached reads it", () => {
    expect(expirationOf(30 * DAY, NOW_MS, 0)).toEqual({ wire: 30 * DAY, atMs: NOW_MS + 30 * DAY * 1000 })
    expect(expirationOf(30 * DAY + 1, NOW_MS, 0)?.wire).toBe(NOW_SECONDS + 30 * DAY + 1)
    expect(expirationOf(30 * DAY - 0.5, NOW_MS, 0)?.wire).toBe(30 * DAY)
    expect(expirationOf(30 * DAY + 0.5, NOW_MS, 0)?.wire).toBe(NOW_SECONDS + 30 * DAY + 1)
  })

  it("of a fraction of a second is not 0, which would be for ever", () => {
    expect(expirationOf(0.4, NOW_MS, 0)).toEqual({ wire: 1, atMs: NOW_MS + 1000 })
    expect(expirationOf(Number.MIN_VALUE, NOW_MS, 0)?.wire).toBe(1)
    expect(expirationOf(59.01, NOW_MS, 0)?.wire).toBe(60)
  })

  it("of 0 is never", () => {
    expect(expirationOf(0, NOW_MS, 0)).toEqual(NEVER)
    expect(expirationOf(-0, NOW_MS, 0)).toEqual(NEVER)
    expect(expirationOf(Infinity, NOW_MS, 0)).toEqual(NEVER)
  })

  it.each([-1, -0.001, -Infinity, NaN])("of %d is none: it must not be stored", (ttl) => {
    expect(expirationOf(ttl, NOW_MS, 0)).toBeUndefined()
    expect(expirationOf(ttl, NOW_MS, 60)).toBeUndefined()
  })

  it("is capped, also where the caller wants it to be never", () => {
    expect(expirationOf(0, NOW_MS, 60)?.wire).toBe(60)
    expect(expirationOf(Infinity, NOW_MS, 60)?.wire).toBe(60)
    expect(expirationOf(61, NOW_MS, 60)?.wire).toBe(60)
    expect(expirationOf(59, NOW_MS, 60)?.wire).toBe(59)
    expect(expirationOf(0, NOW_MS, 31 * DAY)?.wire).toBe(NOW_SECONDS + 31 * DAY)
  })

  it("goes to the last second that 32 bits can tell, in 2106, and beyond it is never", () => {
    expect(expirationOf(LAST_SECOND - NOW_SECONDS, NOW_MS, 0)?.wire).toBe(LAST_SECOND)
    expect(expirationOf(LAST_SECOND - NOW_SECONDS + 1, NOW_MS, 0)).toEqual(NEVER)
  })

  it("is for any TTL a number that fits on the wire, and neither earlier nor more than a second later than asked", () => {
    const anyTtl = fc.oneof(
      fc.double({ min: 0, max: 40 * DAY, noNaN: true }),
      fc.integer({ min: 30 * DAY - 5, max: 30 * DAY + 5 }),
      fc.double({ noNaN: true }),
      fc.integer()
    )
    const anyNow = fc.double({ min: NOW_MS, max: NOW_MS + 1e9, noNaN: true })
    fc.assert(
      fc.property(anyTtl, anyNow, fc.nat({ max: 90 * DAY }), (ttl, nowMs, cap) => {
        const expiration = expirationOf(ttl, nowMs, cap)
        if (ttl < 0) return expect(expiration).toBeUndefined()
        const wire = expiration?.wire ?? NaN
        expect(Number.isInteger(wire) && wire >= 0 && wire <= LAST_SECOND).toBe(true)
        if (wire === 0) {
          expect(cap === 0 && (ttl === 0 || ttl > LAST_SECOND - NOW_SECONDS - 2e6)).toBe(true)
          return
        }
        const wanted = Math.min(ttl === 0 ? Infinity : ttl, cap === 0 ? Infinity : cap)
        const lives = wire > 30 * DAY ? wire - nowMs / 1000 : wire
        expect(lives).toBeGreaterThanOrEqual(wanted - 1e-3)
        expect(lives).toBeLessThan(wanted + 2)
        expect(Number.isInteger(expiration?.atMs)).toBe(true)
        expect(Math.abs((expiration?.atMs ?? 0) - (nowMs + lives * 1000))).toBeLessThanOrEqual(1001)
      }),
      { numRuns: 2_000 }
    )
  })
})

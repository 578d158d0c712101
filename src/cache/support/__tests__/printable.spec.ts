import fc from "fast-check"
import { printable } from "../logger"

describe("printable", () => {
  it.each([
    ["memcached 1.6.18", "memcached 1.6.18"],
    ["größer 😀", "größer 😀"],
    ["\u001b[31mred\u001b[0m", "?[31mred?[0m"],
    ["\u001b]0;title\u0007", "?]0;title?"],
    ["a\r\nb\tc", "a??b?c"],
    ["\u009b31m", "?31m"],
    ["\u2028\u2029", "??"],
    ["\u202eevil\u2066", "?evil?"],
    ["\ud800x", "?x"],
    ["", ""],
  ])("shows %j as %j", (text, shown) => {
    expect(printable(text, 100)).toBe(shown)
  })

  it("is one line of bounded length without control characters, whatever it is given", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        const shown = printable(text, 100)
        expect(shown).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Surrogate}]/u)
        expect(shown.length).toBeLessThanOrEqual(101)
      })
    )
  })
})

import { CacheError, type CacheErrorCode } from "../../support/errors"
import { moreTelling } from "../connection-error"

describe("of two errors, in the preferred protocol and in the other one, the more telling", () => {
  const cases: readonly [CacheErrorCode, CacheErrorCode, "first" | "second"][] = [
    ["unreachable", "unreachable", "first"],
    ["unreachable", "server_error", "second"],
    ["unreachable", "foreign_protocol", "second"],
    ["unreachable", "authentication_failed", "second"],
    ["server_error", "unreachable", "first"],
    ["server_error", "foreign_protocol", "second"],
    ["foreign_protocol", "unreachable", "first"],
    ["foreign_protocol", "server_error", "first"],
    ["foreign_protocol", "foreign_protocol", "first"],
    ["foreign_protocol", "authentication_failed", "second"],
    ["authentication_failed", "unreachable", "first"],
    ["authentication_failed", "foreign_protocol", "first"],
    ["authentication_failed", "authentication_failed", "second"],
  ]
  it.each(cases)("of %s and %s is the %s", (first, second, expected) => {
    const errors = { first: new CacheError(first, "first"), second: new CacheError(second, "second") }

    expect(moreTelling(errors.first, errors.second)).toBe(errors[expected])
    expect(moreTelling(undefined, errors.second)).toBe(errors.second)
  })
})

import { Output } from "../output"

function open({ isTTY = false, environment = {}, noColor = false }) {
  const written: string[] = []
  const stream = { isTTY, write: (text: string) => written.push(text) > 0 }
  return { written, output: new Output(stream, stream, environment, noColor) }
}

const RED = "\u001b[31mred\u001b[0m"

describe("Output", () => {
  it.each([
    ["a terminal", { isTTY: true }, RED],
    ["a terminal, with an empty NO_COLOR", { isTTY: true, environment: { NO_COLOR: "" } }, RED],
    ["no terminal", {}, "red"],
    ["NO_COLOR", { isTTY: true, environment: { NO_COLOR: "1" } }, "red"],
    ["--no-color", { isTTY: true, noColor: true }, "red"],
    ["a terminal without colours", { isTTY: true, environment: { TERM: "dumb" } }, "red"],
  ])("paints or not: %s", (_, setting, painted) => {
    expect(open(setting).output.paint("red", "red")).toBe(painted)
  })

  it("takes secrets out of results, notes and progress", () => {
    const { output, written } = open({})
    output.hide("sk_secret", "c2tfc2VjcmV0")
    output.result("a sk_secret b")
    output.note("c2tfc2VjcmV0sk_secret")
    output.progress("sk_secret")
    expect(written.join("")).toBe("a [API key] b\n[API key][API key]\n[API key]\n")
  })

  it("replaces progress on a terminal, and erases it before anything else", () => {
    const { output, written } = open({ isTTY: true })
    output.progress("1 of 3")
    output.progress("1 of 3")
    output.progress("2 of 3")
    output.result("done")
    expect(written).toEqual(["\r\u001b[K1 of 3", "\r\u001b[K2 of 3", "\r\u001b[K", "done\n"])
  })

  it("shows progress elsewhere on a line of its own, every five seconds", () => {
    const { output, written } = open({})
    output.progress("1 of 3", 0)
    output.progress("2 of 3", 4_999)
    output.progress("3 of 3", 5_000)
    output.progress("3 of 3", 20_000)
    expect(written).toEqual(["1 of 3\n", "3 of 3\n"])
  })
})

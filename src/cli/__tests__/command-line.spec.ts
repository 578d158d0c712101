import { captureCommand } from "../../../testing/captured-command"
import manifest from "../../../package.json"

const KEY = "sk_0123456789abcdef"
const COMMANDS = ["check", "stats", "explain", "clear"]

describe("medusa-memcached", () => {
  it.each([[["--help"]], [["-h"]], [["help"]]])("names its commands with %j", async (args) => {
    const { exitCode, output, notes } = await captureCommand(args)
    for (const name of COMMANDS) expect(output).toMatch(new RegExp(`^ {2}${name} +\\S`, "m"))
    expect(notes).toBe("")
    expect(exitCode).toBe(0)
  })

  it("names them as a complaint without arguments", async () => {
    const { exitCode, output, notes } = await captureCommand([])
    expect(notes).toContain("medusa-memcached <command>")
    expect(output).toBe("")
    expect(exitCode).toBe(2)
  })

  it.each([
    ["chekc", 'There is no command "chekc". Did you mean check?'],
    ["stat", "Did you mean stats?"],
    ["flush", 'There is no command "flush".'],
    ["127.0.0.1:11211", "medusa-memcached check 127.0.0.1:11211"],
    ["constructor", 'There is no command "constructor".'],
  ])("knows no command %s, and says so", async (name, message) => {
    const { exitCode, notes } = await captureCommand([name])
    expect(notes).toContain(message)
    expect(exitCode).toBe(2)
  })

  it("does not repeat what may be a key in the place of a command", async () => {
    expect((await captureCommand([KEY])).text).not.toContain(KEY)
  })

  it.each(COMMANDS)("%s has a help that names each of its options, and a version", async (name) => {
    const { exitCode, output } = await captureCommand([name, "--help"])
    expect(exitCode).toBe(0)
    expect(output).toMatch(new RegExp(`^medusa-memcached ${name}`))
    expect(output).toContain("The exit code is 0 if")
    for (const option of ["no-color", "version", "help", "timeout"]) expect(output).toContain(`--${option} `)
    expect(await captureCommand([name, "--version"])).toMatchObject({
      exitCode: 0,
      output: `medusa-plugin-memcached ${manifest.version}\n`,
    })
  })
})

describe("arguments that make no sense", () => {
  const environment = { MEDUSA_API_KEY: KEY }

  it.each([
    ["stats --rage 1h", "Unknown option '--rage'. Did you mean --range?"],
    ["stats --prov x", "Unknown option '--prov'. Did you mean --provider?"],
    ["clear --entities Product:1", "Unknown option '--entities'. Did you mean --entity?"],
    ["clear --tags a", "Unknown option '--tags'. Did you mean --tag?"],
    ["clear --dryrun", "Unknown option '--dryrun'. Did you mean --dry-run?"],
    ["explain --something", "Unknown option '--something'."],
    ["stats --apiKey x", "MEDUSA_API_KEY"],
    ["stats --range", "'--range <value>' argument missing"],
    ["stats --json=1", "does not take an argument"],
    ["stats --range 2h", "--range must be one of 1h, 6h, 24h, 7d"],
    ["stats menu", "stats takes options only"],
    ["stats --timeout 0", "--timeout must be 1 to 600000 milliseconds"],
    ["stats --url shop.example.com", "--url must be an address"],
    ["stats --url http://shop.example.com?a=1", "--url must end before"],
    ["stats --api-key-file /missing", "cannot be read (ENOENT)"],
    ["explain", "explain needs a key"],
    ["explain a b", "explain takes one key"],
    ["clear", "Say what to clear"],
    ["clear menu", "clear takes options only"],
    ["clear --everything --tag a", "omit them"],
    ["clear --entity Product", "--entity needs a type and an id"],
    ["clear --entity :1", "--entity needs a type and an id"],
    ["clear --tag=", "must not be empty"],
  ])("%s", async (line, message) => {
    const { exitCode, output, notes } = await captureCommand(line.split(" "), { environment })
    expect(notes).toContain(message)
    expect(notes).toContain("See --help.")
    expect(output).toBe("")
    expect(exitCode).toBe(2)
  })

  it.each([
    [{}, "There is no API key"],
    [{ MEDUSA_API_KEY: " " }, "There is no API key"],
    [{ MEDUSA_API_KEY: "pk_0123456789abcdef" }, "holds a publishable API key"],
    [{ MEDUSA_API_KEY: "0123456789abcdef" }, "holds something else"],
    [{ MEDUSA_API_KEY: "sk_0123456789abcdef\r\nx-other: 1" }, "holds something else"],
    [{ MEDUSA_API_KEY: KEY, MEDUSA_BACKEND_URL: "nowhere" }, "MEDUSA_BACKEND_URL must be an address"],
  ])("variables: %j", async (variables, message) => {
    const { exitCode, text } = await captureCommand(["stats"], { environment: variables })
    expect(text).toContain(message)
    expect(text).not.toContain("0123456789abcdef")
    expect(exitCode).toBe(2)
  })
})

describe("clear --everything", () => {
  // Nothing listens there.
  const environment = { MEDUSA_API_KEY: KEY, MEDUSA_BACKEND_URL: "http://127.0.0.1:1" }

  it.each(["no\n", "y\n", "\n", ""])("asks at a terminal, and does nothing after %j", async (typed) => {
    const { exitCode, notes } = await captureCommand(["clear", "--everything"], { environment, typed })
    expect(notes).toContain("This clears every entry of the shop at http://127.0.0.1:1")
    expect(notes).toMatch(/Nothing was cleared\.\n$/)
    expect(exitCode).toBe(1)
  })

  it.each([
    ["after yes", ["--everything"], "yes\n"],
    ["without a question with --yes", ["--everything", "--yes"], ""],
    ["without a question in a dry run", ["--everything", "--dry-run"], ""],
  ])("asks the shop %s", async (_when, options, typed) => {
    const { exitCode, notes } = await captureCommand(["clear", ...options], { environment, typed })
    expect(notes).toContain("http://127.0.0.1:1 could not be asked")
    expect(notes).not.toContain("Nothing was cleared")
    expect(exitCode).toBe(1)
  })
})

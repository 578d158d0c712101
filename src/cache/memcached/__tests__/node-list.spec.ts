import { parseNodeList } from "../node-list"

/** As ElastiCache answers `config get cluster`. */
const answerOf = (body: string, size = body.length): Buffer =>
  Buffer.from(`CONFIG cluster 0 ${size}\r\n${body}\r\nEND\r\n`, "latin1")

const NODES = "12\na.cfg.cache.amazonaws.com|10.82.235.120|11211 b.cfg.cache.amazonaws.com|10.80.249.27|11212\n"

describe("a list of nodes", () => {
  it("has a version, and the name and the port of each node", () => {
    expect(parseNodeList(answerOf(NODES))).toEqual({
      version: 12,
      nodes: [
        { host: "a.cfg.cache.amazonaws.com", port: 11211 },
        { host: "b.cfg.cache.amazonaws.com", port: 11212 },
      ],
    })
  })

  it.each([
    ["a node without a name has its address", "1\n|10.0.0.1|11211\n", "10.0.0.1"],
    ["a node without an address has its name", "1\nonly.name||11211\n", "only.name"],
    ["an IPv6 address is one", "1\n|fd00::1|11211\n", "fd00::1"],
    ["a node that is listed twice is one", "1\na|10.0.0.1|11211 a|10.0.0.2|11211\n", "a"],
    ["the last line may end or not", "1\nonly.name||11211", "only.name"],
  ])("%s", (_, body, host) => {
    expect(parseNodeList(answerOf(body))?.nodes).toEqual([{ host, port: 11211 }])
  })

  it.each([
    ["an error", Buffer.from("ERROR\r\n")],
    ["no nodes", answerOf("12\n\n")],
    ["no version", answerOf("a||11211\n")],
    ["a port that is none", answerOf("1\na||0\n")],
    ["a port that is too high", answerOf("1\na||70000\n")],
    ["a node with a part too many", answerOf("1\na||11211|x\n")],
    ["a host that is none", answerOf("1\nuser:pw@a||11211\n")],
    ["a second node that is none", answerOf("1\na||11211 b\n")],
    ["another size", answerOf(NODES, NODES.length - 5)],
    [
      "more nodes than a cluster has",
      answerOf(`1\n${Array.from({ length: 65 }, (_, i) => `a||${i + 1}`).join(" ")}\n`),
    ],
    ["the end is missing", answerOf(NODES).subarray(0, -5)],
  ])("is none: %s", (_, answer) => {
    expect(parseNodeList(answer)).toBeUndefined()
  })
})

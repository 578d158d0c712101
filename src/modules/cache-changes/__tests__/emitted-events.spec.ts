import type { IEventBusModuleService, Message } from "@medusajs/framework/types"
import type { Change, ChangeClears } from "../change-clears"
import { watchEvents } from "../emitted-events"

describe("watchEvents", () => {
  let calls: unknown[][]
  let cleared: Change[][]
  let bus: IEventBusModuleService

  beforeEach(() => {
    calls = []
    cleared = []
    const note = async (...call: unknown[]) => void calls.push(call)
    bus = {
      emit: (...input: unknown[]) => note("emit", ...input),
      // As both of Medusa's buses do.
      releaseGroupedEvents: async (id: string) => {
        await note("release", id)
        await bus.clearGroupedEvents(id)
      },
      clearGroupedEvents: (...input: unknown[]) => note("clear", ...input),
    } as unknown as IEventBusModuleService
    const clears = {
      clear: async (changes: readonly Change[]) => {
        if (changes.length > 0) cleared.push([...changes])
      },
    } as unknown as ChangeClears
    watchEvents(bus, clears)
  })

  const event = (name: string, data: unknown, eventGroupId?: string): Message => ({
    name,
    data,
    ...(eventGroupId === undefined ? {} : { metadata: { eventGroupId } }),
  })
  const menu = (...ids: string[]): Change => ({ type: "Menu", ids, operation: "updated" })

  it("clears what an event tells of, and hands it on as it is", async () => {
    const told = event("menu.updated", { id: "main" })
    await bus.emit(told, { delay: 5 })
    expect(calls).toEqual([["emit", told, { delay: 5 }]])
    expect(cleared).toEqual([[menu("main")]])
  })

  it("reads events as the Caching Module does", async () => {
    await bus.emit([
      event("cms.menu-entry.created", [{ id: ["a", "b"] }, { id: "c" }]),
      event("menu.deleted", { of: "nothing" }),
      event("menu.updated", undefined),
      event("menu.updated", "main"),
    ])
    expect(cleared).toEqual([
      [
        { type: "MenuEntry", ids: ["a", "b", "c"], operation: "created" },
        { type: "Menu", ids: [undefined], operation: "deleted" },
      ],
    ])
  })

  it("leaves out what modules tell of their rows", async () => {
    await bus.emit(event("product.product.updated", { id: "prod_1" }), { internal: true })
    expect(calls).toHaveLength(1)
    expect(cleared).toEqual([])
  })

  it("clears what a group tells of when it is released, once", async () => {
    await bus.emit(event("menu.updated", { id: "main" }, "group"))
    await bus.emit(event("menu.updated", { id: "other" }, "group"))
    expect(cleared).toEqual([])
    await bus.releaseGroupedEvents("group")
    expect(cleared).toEqual([[menu("main", "other")]])
  })

  it("clears what a group tells of when it is dropped, with what has been dropped of it before", async () => {
    await bus.emit(event("menu.updated", { id: "main" }, "group"))
    await bus.clearGroupedEvents("group", { eventNames: ["menu.updated"] })
    expect(cleared).toEqual([])
    await bus.clearGroupedEvents("group")
    await bus.clearGroupedEvents("group")
    expect(cleared).toEqual([[menu("main")]])
    expect(calls.slice(1)).toEqual([
      ["clear", "group", { eventNames: ["menu.updated"] }],
      ["clear", "group", undefined],
      ["clear", "group", undefined],
    ])
  })

  it("keeps a thousand groups of which it does not hear the end", async () => {
    for (let i = 0; i < 1_001; i++) await bus.emit(event("menu.updated", { id: String(i) }, `group ${i}`))
    for (let i = 0; i < 1_001; i++) await bus.clearGroupedEvents(`group ${i}`)
    expect(cleared).toHaveLength(1_000)
    expect(cleared[0]).toEqual([menu("1")])
  })

  it("keeps a hundred thousand records of groups of which it does not hear the end", async () => {
    const many = (group: number) => Array.from({ length: 1_000 }, (_, i) => ({ id: `${group} ${i}` }))
    for (let i = 0; i < 150; i++) await bus.emit(event("menu.updated", many(i), `group ${i}`))
    for (let i = 0; i < 150; i++) await bus.clearGroupedEvents(`group ${i}`)
    expect(cleared).toHaveLength(100)
    expect(cleared[0]?.[0]?.ids[0]).toBe("50 0")
  })

  it("keeps the last group whole, whatever it tells of, in a time that grows with it", async () => {
    const records = Array.from({ length: 150_000 }, (_, i) => event("menu.updated", { id: String(i) }, "group"))
    await bus.emit(records)
    await bus.releaseGroupedEvents("group")
    expect(cleared[0]?.[0]?.ids).toHaveLength(150_000)
  }, 5_000)

  it("hands on a message that has no name of text, and skips it", async () => {
    await bus.emit({ name: Symbol("menu"), data: { id: "main" } } as unknown as Message)
    expect(calls).toHaveLength(1)
    expect(cleared).toEqual([])
  })

  it("passes on what the bus says", async () => {
    const failing = { emit: () => Promise.reject(new Error("Redis is away")) } as unknown as IEventBusModuleService
    const noop = { ...failing, releaseGroupedEvents: async () => undefined, clearGroupedEvents: async () => undefined }
    const broken = noop as unknown as IEventBusModuleService
    watchEvents(broken, { clear: async () => undefined } as unknown as ChangeClears)
    await expect(broken.emit(event("menu.updated", { id: "main" }))).rejects.toThrow("Redis is away")
  })
})

describe("a group that ends in another process than the one in which its events were emitted", () => {
  let staged: { name: string; data: { data: unknown }; opts?: { internal?: boolean } }[]
  let cleared: Change[][]
  let emitting: IEventBusModuleService
  let ending: IEventBusModuleService

  /** Two processes with one Redis. */
  beforeEach(() => {
    staged = []
    cleared = []
    const open = (): IEventBusModuleService => {
      const bus = {
        emit: async (message: Message, options: object) =>
          void staged.push({ name: message.name, data: { data: message.data }, opts: options }),
        getGroupedEvents: async () => staged,
        releaseGroupedEvents: (id: string) => bus.clearGroupedEvents(id),
        clearGroupedEvents: async (_: string, { eventNames }: { eventNames?: string[] } = {}) =>
          void (staged = staged.filter(({ name }) => eventNames && !eventNames.includes(name))),
      } as unknown as IEventBusModuleService
      const clears = {
        clear: async (changes: readonly Change[]) => {
          if (changes.length > 0) cleared.push([...changes])
        },
      } as unknown as ChangeClears
      watchEvents(bus, clears)
      return bus
    }
    emitting = open()
    ending = open()
  })

  const updated = (id: string) => ({ name: "menu.updated", data: { id }, metadata: { eventGroupId: "group" } })
  const menu = (...ids: string[]): Change => ({ type: "Menu", ids, operation: "updated" })

  it.each(["releaseGroupedEvents", "clearGroupedEvents"] as const)("is cleared, once: %s", async (end) => {
    await emitting.emit(updated("main"), {})
    await emitting.emit({ ...updated("prod_1"), name: "product.product.updated" }, { internal: true })
    await ending[end]("group")
    expect(cleared).toEqual([[menu("main")]])
    expect(staged).toEqual([])
  })

  it("is cleared with what was emitted there as well", async () => {
    await emitting.emit(updated("main"), {})
    await ending.emit(updated("other"), {})
    await ending.releaseGroupedEvents("group")
    expect(cleared).toEqual([[menu("other")], [menu("other", "main")]])
  })

  it("is cleared with what has been dropped of it before", async () => {
    await emitting.emit(updated("main"), {})
    await ending.clearGroupedEvents("group", { eventNames: ["menu.updated"] })
    expect([cleared, staged]).toEqual([[], []])
    await ending.clearGroupedEvents("group")
    expect(cleared).toEqual([[menu("main")]])
  })

  it("is cleared once if it ends where it has begun", async () => {
    await ending.emit(updated("main"), {})
    await ending.releaseGroupedEvents("group")
    expect(cleared).toEqual([[menu("main")]])
  })

  it("ends when Redis does not tell what is in it", async () => {
    Object.assign(ending, { getGroupedEvents: () => Promise.reject(new Error("Redis is away")) })
    await ending.emit(updated("main"), {})
    await ending.clearGroupedEvents("group")
    expect(cleared).toEqual([[menu("main")]])
  })
})

describe("those who are told of a change", () => {
  it.each(["emit", "release"])("are told when its clear has arrived: %s", async (way) => {
    let arrive: () => void = () => undefined
    const told: string[] = []
    const bus = {
      emit: async (message: Message) => void (message.metadata ?? told.push("emit")),
      releaseGroupedEvents: async () => void told.push("release"),
      clearGroupedEvents: async () => undefined,
    } as unknown as IEventBusModuleService
    const clear = (changes: readonly Change[]): Promise<void> =>
      changes.length === 0 ? Promise.resolve() : new Promise((resolve) => (arrive = resolve))
    watchEvents(bus, { clear } as unknown as ChangeClears)
    const metadata = way === "release" ? { metadata: { eventGroupId: "group" } } : {}
    const emitted = bus.emit({ name: "menu.updated", data: { id: "main" }, ...metadata })
    if (way === "release") await emitted
    const released = way === "release" ? bus.releaseGroupedEvents("group") : emitted

    await new Promise(setImmediate)
    expect(told).toEqual([])
    arrive()
    await released
    expect(told).toEqual([way])
  })
})

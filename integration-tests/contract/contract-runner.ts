import { randomBytes } from "node:crypto"
import type { Capabilities, Capability } from "./capabilities"
import type { ContractTest, OpenInstance, Subject } from "./subject"

/** Registers the tests of one section for one provider. */
export class ContractRunner {
  readonly #subject: Subject
  readonly #capabilities: Capabilities

  constructor(subject: Subject, capabilities: Capabilities) {
    this.#subject = subject
    this.#capabilities = capabilities
  }

  /** A test that every provider has to pass. */
  test(name: string, body: ContractTest): void {
    it(name, () => this.#run(body))
  }

  /** A test that a provider with the capability has to pass, and one without it has to fail. */
  testOf(capability: Capability, name: string, body: ContractTest): void {
    const stated = this.#capabilities[capability]
    if (stated === true) {
      it(name, () => this.#run(body))
      return
    }
    const { because, error } = typeof stated === "string" ? { because: stated, error: undefined } : stated
    it(`${name} - lacking as stated: ${because}`, async () => {
      const failure: unknown = await this.#run(body).then(
        () => undefined,
        (reason: unknown) => reason
      )
      // It does what the test says is wrong, and did not break on the way to it.
      if (error === undefined) expect(failure).toMatchObject({ matcherResult: { pass: false } })
      else expect(failure).toMatchObject({ message: expect.stringContaining(error) as string })
    })
  }

  async #run(body: ContractTest): Promise<void> {
    const instances: OpenInstance[] = []
    const prefix = `contract-${randomBytes(6).toString("hex")}`
    const open = async (otherPrefix = prefix) => {
      const instance = await this.#subject.open(otherPrefix)
      instances.push(instance)
      return instance.cache
    }
    try {
      const cache = await open()
      await body({ cache, prefix, open, takesPrefix: this.#subject.takesPrefix ?? (() => true) })
    } finally {
      await Promise.all(instances.map((instance) => instance.close()))
    }
  }
}

/** What chaos is let loose on. */
export interface ChaosSubject {
  get(key: string): Promise<unknown>
  set(key: string, data: object, tags: string[]): Promise<unknown>
  /** Whether the clear has been applied. */
  clear(tags: string[]): Promise<boolean>
  close(): Promise<unknown>
}

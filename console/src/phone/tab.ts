/** Of several tabs of this browser one has the telephone: whoever holds the lock of this name. */
const LOCK = "callcenter.phone"
const LOOK_MS = 2_000

export type Tab = "asking" | "here" | "elsewhere"
export type Locks = Pick<LockManager, "request" | "query">

/** Follows who has the telephone; a tab that has none takes it once nobody has had it twice. */
export class OneTab {
  private tab: Tab = "asking"
  private free = 0
  private timer = 0
  private letGo = (): void => undefined

  constructor(
    private readonly changed: (tab: Tab) => void,
    private readonly locks: Locks = navigator.locks,
  ) {}

  /** `hadIt`: this very tab had the telephone and was loaded anew; its old page may linger. */
  async start(hadIt = false): Promise<void> {
    await this.ask(hadIt ? { steal: true } : { ifAvailable: true })
    this.timer = window.setInterval(() => void this.look(), LOOK_MS)
  }

  stop(): void {
    window.clearInterval(this.timer)
    this.letGo()
    this.tab = "asking"
  }

  /** This tab has it from now on; the other is told so by the browser. */
  take(): Promise<void> {
    return this.ask({ steal: true })
  }

  /** For tests and the timer: a tab that was loaded anew is not overtaken while it loads. */
  async look(): Promise<void> {
    if (this.tab === "here") return
    const { held } = await this.locks.query()
    this.free = held?.some((lock) => lock.name === LOCK) ? 0 : this.free + 1
    if (this.free > 1) await this.ask({ ifAvailable: true })
  }

  private ask(how: LockOptions): Promise<void> {
    return new Promise((known) => {
      const held = this.locks.request(LOCK, how, (lock) => {
        this.set(lock ? "here" : "elsewhere")
        known()
        if (!lock) return undefined
        return new Promise<void>((done) => {
          this.letGo = done
        })
      })
      Promise.resolve(held).catch(() => this.set("elsewhere")) // stolen
    })
  }

  private set(tab: Tab): void {
    this.free = 0
    if (tab === this.tab) return
    this.tab = tab
    this.changed(tab)
  }
}

/**
 * The seat's telephone as the page has it: asks the API how it stands, keeps the line registered
 * while the seat is this page's, and carries out what a person does. No Vue.
 */
import { Problem } from "@/api/client"
import { type Fault, faultOf } from "@/faults"
import { type Kept, hadIt, keep, kept, noteTab } from "./kept"
import { IDLE, type LineState, PhoneLine, jssip } from "./line"
import * as orders from "./orders"
import { Ear, type MicFault, micFault, voiceOf } from "./sound"
import { OneTab, type Tab } from "./tab"
import { type Deed, type Seen, deedsOf } from "./view"

const CALM_MS = 3_000
const BUSY_MS = 1_000
const IDLE_MS = 30_000 // of who is no agent
const SOON_MS = 250

export interface PhoneState extends Seen {
  readonly mic: MicFault | null
  readonly fault: Fault | null
  readonly number: string | null // the whole one, once asked for
  readonly server: "here" | "away"
  readonly microphone: string
  readonly speaker: string
}

export class Phone {
  readonly ear = new Ear()
  private state: PhoneState
  private readonly line: PhoneLine
  private readonly tab: OneTab
  private timer = 0
  private ended = false
  private registers = false
  private doubted = false // the line's socket, since the server did not answer

  constructor(private readonly changed: (state: PhoneState) => void) {
    this.state = {
      picture: null, line: IDLE, tab: "asking", voice: kept("voice") === "desk" ? "desk" : "browser",
      consults: false, mic: null, fault: null, number: null, server: "here",
      microphone: kept("microphone"), speaker: kept("speaker"),
    } // prettier-ignore
    this.ear.speaker = this.state.speaker
    this.line = new PhoneLine({
      changed: (line) => this.lineMoved(line),
      voice: () => this.voice(),
      heard: (stream) => this.ear.hear(stream),
      noVoice: (error) => this.set({ mic: micFault(error) }),
    })
    this.tab = new OneTab((tab) => this.tabMoved(tab))
  }

  start(): void {
    window.addEventListener("online", this.renew)
    if (kept("seat")) void jssip() // it is on its way while the API is asked
    void this.tab.start(hadIt())
    void this.look()
  }

  /** The person leaves the console; a call goes on as one whose page is gone. */
  stop(): void {
    this.ended = true
    window.removeEventListener("online", this.renew)
    window.clearTimeout(this.timer)
    this.ear.ring(false)
    this.line.stop()
    this.tab.stop()
  }

  /** Carries out an order, says what went wrong, and looks again. */
  async order(run: (picture: orders.Picture) => Promise<unknown>): Promise<boolean> {
    const { picture } = this.state
    if (!picture) return false
    try {
      await run(picture)
      this.set({ fault: null })
      return true
    } catch (error) {
      this.set({ fault: faultOf(error, "phone") })
      return false
    } finally {
      await this.look()
      this.later(SOON_MS)
    }
  }

  /** A deed that needs no more words. Those that do (sign in, pause, transfer) have a form. */
  async do(deed: Deed): Promise<void> {
    if (!deedsOf(this.state).includes(deed)) return
    const here: Partial<Record<Deed, () => unknown>> = {
      answer: () => this.line.answer(),
      refuse: () => this.line.refuse(),
      mute: () => this.line.mute(true),
      unmute: () => this.line.mute(false),
      takeHere: () => this.takeHere(),
      hangUp: () => (this.state.line.call === "talking" ? this.line.hangUp() : this.call(orders.hangUp)),
      hold: () => this.call(orders.hold),
      resume: () => this.call(orders.resume),
      complete: () => this.call(orders.complete),
      threeWay: () => this.call(orders.threeWay),
      ready: () => this.agent(orders.ready),
      extend: () => this.agent(orders.extendWrapUp),
      endWrapUp: () => this.agent(orders.endWrapUp),
      signOut: () => this.agent(orders.signOut),
    }
    await here[deed]?.()
  }

  /** The citizen goes to, or the seat asks, somebody else. */
  async pass(how: "transfer" | "consult", kind: orders.TargetKind, to: string): Promise<boolean> {
    const done = await this.call((call, seat) => orders[how](call, seat, kind, to))
    if (done && how === "consult") this.set({ consults: true })
    return done
  }

  async toPolice(form: "direct" | "three_way"): Promise<boolean> {
    const done = await this.call((call, seat) => orders.handOver(call, seat, "110", form))
    if (done && form === "three_way") this.set({ consults: true })
    return done
  }

  /** Shows the whole number, which the audit then has. */
  async showNumber(): Promise<void> {
    const call = this.state.picture?.call
    if (!call) return
    await this.order(async () => this.set({ number: (await orders.wholeNumber(call)).number ?? null }))
  }

  /** This page has the telephone from now on. */
  async takeHere(): Promise<void> {
    if (this.state.tab !== "here") await this.tab.take()
    else await this.register()
  }

  async choose(what: Exclude<Kept, "seat">, value: string): Promise<void> {
    keep(what, value)
    this.set({ [what]: value })
    if (what === "speaker") await this.ear.use(value)
    if (what === "voice") this.keepLine()
    if (what === "microphone" && this.state.line.call === "talking") {
      await this.line.speakFrom(await this.voice())
    }
  }

  /** The microphone's voice; what was wrong with it is over where it comes. */
  async voice(): Promise<MediaStream> {
    try {
      const stream = await voiceOf(this.state.microphone)
      this.set({ mic: null })
      return stream
    } catch (error) {
      this.set({ mic: micFault(error) })
      throw error
    }
  }

  private call(run: (call: orders.Call, seat: string) => Promise<unknown>): Promise<boolean> {
    return this.order(async ({ call, seat }) => call && seat && run(call, seat.name))
  }

  private agent(run: (agent: orders.Agent) => Promise<unknown>): Promise<boolean> {
    return this.order(async ({ agent }) => agent && run(agent))
  }

  private readonly renew = (): void => this.line.renew()

  private async look(): Promise<void> {
    window.clearTimeout(this.timer)
    try {
      this.seen(await orders.look())
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      if (error.status !== 0 && error.status < 500) return
      if (this.state.server === "here") this.doubted = true
      this.set({ server: "away" })
    } finally {
      this.later(this.pace())
    }
  }

  private seen(picture: orders.Picture): void {
    const before = this.state
    const { same, isBack } = orders.changeOf(before.picture, picture)
    this.set({
      picture,
      server: "here",
      number: same ? before.number : null,
      consults: before.consults && same && !isBack,
    })
    if (this.doubted) this.renew() // one that came back by itself talks already
    this.doubted = false
    if (!same && picture.call?.line === "110") void this.showNumber()
    this.keepLine()
  }

  private pace(): number {
    const { picture, line, server } = this.state
    if (server === "here" && !picture?.agent) return IDLE_MS
    return picture?.call || line.call !== "none" || server === "away" ? BUSY_MS : CALM_MS
  }

  private later(ms: number): void {
    window.clearTimeout(this.timer)
    if (!this.ended) this.timer = window.setTimeout(() => void this.look(), ms)
  }

  /** The line is registered while the seat's voice is here, and not otherwise. */
  private keepLine(): void {
    const { link, letGo } = this.state.line
    const wants = this.wantsLine()
    if (!wants && link !== "off") this.line.stop()
    if (wants && link === "off" && letGo !== "taken") void this.register()
  }

  private wantsLine(): boolean {
    const { picture, tab, voice } = this.state
    return Boolean(picture?.seat) && tab === "here" && voice === "browser"
  }

  private async register(): Promise<void> {
    if (this.registers) return // two lines of one seat would put each other out
    this.registers = true
    await this.order(async () => this.line.start(await orders.account()))
    this.registers = false
  }

  private tabMoved(tab: Tab): void {
    this.set({ tab })
    noteTab(tab)
    if (tab === "elsewhere") this.line.stop()
    this.keepLine()
  }

  private lineMoved(line: LineState): void {
    const before = this.state.line
    this.set({ line })
    if (line.link !== "ready") this.doubted = false
    if (before.call === line.call && before.link === line.link) return
    this.ear.ring(line.call === "ringing")
    this.later(SOON_MS)
  }

  private set(change: Partial<PhoneState>): void {
    this.state = { ...this.state, ...change }
    if (!this.ended) this.changed(this.state)
  }
}

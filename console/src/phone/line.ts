/**
 * The telephone itself: JsSIP registered as the seat's browser, and the one call it may have.
 * Ends with the page. What the call is to the centre (hold, transfer, wrap-up) the API tells.
 */
import type { UA } from "jssip"
import type { RTCSession } from "jssip/lib/RTCSession"
import type { IncomingRTCSessionEvent, RTCSessionEvent } from "jssip/lib/UA"
import type { Schemas } from "@/api/client"
import { type LetGo, SipSocket } from "./socket"

export type Account = Schemas["PhoneAccount"]
export type Link = "off" | "connecting" | "ready" | "away"

export interface LineState {
  readonly link: Link
  readonly letGo: LetGo | null
  readonly call: "none" | "ringing" | "answering" | "talking"
  readonly from: string // as Asterisk shows who rings; a colleague's seat when consulted
  readonly muted: boolean
}

export const IDLE: LineState = { link: "off", letGo: null, call: "none", from: "", muted: false }

const AGAIN = "X-Callcenter-Again" // asterisk-config/extensions.conf, context returning
const BUSY = 486
const REGISTER_SECONDS = 60
const RECONNECT_SECONDS = 1 // JsSIP's least
const AGAIN_MS = 3_000 // after a registration that was refused

/** The library, fetched at first need. */
export const jssip = () => import("jssip")

/** What the line needs of the page. */
export interface Around {
  changed: (state: LineState) => void
  /** A microphone's voice, for a call. @throws what getUserMedia throws */
  voice: () => Promise<MediaStream>
  /** The citizen's voice has come, or is over. */
  heard: (stream: MediaStream | null) => void
  /** The microphone could not be had for an answer. */
  noVoice: (error: unknown) => void
}

export class PhoneLine {
  private state = IDLE
  private ua: UA | null = null
  private session: RTCSession | null = null
  private mine: MediaStream | null = null
  private socket: SipSocket | null = null

  constructor(private readonly around: Around) {}

  /** Registers as this seat's browser and stays so. */
  async start(account: Account): Promise<void> {
    if (this.state.link !== "off") return
    this.set({ ...IDLE, link: "connecting" })
    const { default: JsSIP } = await jssip()
    if (this.isOff()) return // it was let go meanwhile
    this.socket = new SipSocket(() => this.session?.isEstablished() ?? false, (why) => this.lose(why))
    const ua = new JsSIP.UA({
      sockets: [this.socket],
      uri: `sip:${account.username}@asterisk.invalid`,
      contact_uri: `sip:${account.username}@seat.invalid;transport=ws`, // what rang at the page before rings here
      realm: account.realm,
      ha1: account.ha1,
      register_expires: REGISTER_SECONDS,
      connection_recovery_min_interval: RECONNECT_SECONDS,
      connection_recovery_max_interval: RECONNECT_SECONDS,
      session_timers: false,
      user_agent: "callcenter console",
    })
    this.ua = ua
    const ours = <T>(run: (told: T) => void) => (told: T) => {
      if (this.ua === ua) run(told)
    }
    ua.on("registered", ours(() => this.back()))
    ua.on("registrationFailed", ours(() => this.away(ua)))
    ua.on("disconnected", ours(() => this.set({ link: "away" })))
    ua.on("newRTCSession", ours((event: RTCSessionEvent) => this.offered(event)))
    ua.start()
  }

  /** Lets the telephone go, without a word to whoever talks: another page takes the call over. */
  stop(): void {
    this.socket?.disconnect()
    this.session?.connection?.close()
    this.over(null)
    const ua = this.ua
    this.ua = this.socket = null
    ua?.stop()
    this.set({ ...IDLE, letGo: this.state.letGo })
  }

  async answer(): Promise<void> {
    if (this.session && this.state.call === "ringing") await this.pickUp(this.session)
  }

  /** A microphone that cannot be had leaves it ringing. */
  private async pickUp(session: RTCSession): Promise<void> {
    this.set({ call: "answering" })
    try {
      this.mine = await this.around.voice()
    } catch (error) {
      this.around.noVoice(error)
      if (this.session === session) this.set({ call: "ringing" })
      return
    }
    if (this.session !== session || session.isEnded()) return this.silence()
    session.answer({ mediaStream: this.mine, pcConfig: { bundlePolicy: "max-bundle" } })
  }

  refuse(): void {
    if (this.state.call === "ringing") this.session?.terminate({ status_code: BUSY })
  }

  hangUp(): void {
    if (this.session && !this.session.isEnded()) this.session.terminate()
  }

  mute(muted: boolean): void {
    if (this.state.call !== "talking") return
    if (muted) this.session?.mute({ audio: true })
    else this.session?.unmute({ audio: true })
    this.set({ muted })
  }

  /** Another network: the socket anew, and then the voice's way, too. */
  renew(): void {
    this.socket?.renew()
  }

  /** Another microphone, in mid-call as well. */
  async speakFrom(stream: MediaStream): Promise<void> {
    const track = stream.getAudioTracks()[0]
    const sender = this.session?.connection?.getSenders()[0]
    if (!track || !sender) return
    await sender.replaceTrack(track)
    track.enabled = !this.state.muted
    this.silence()
    this.mine = stream
  }

  private back(): void {
    this.set({ link: "ready" })
    if (!this.session?.isEstablished()) return
    // Asterisk is to know the new socket, and the voice to find its way over another network.
    this.session.renegotiate({ rtcOfferConstraints: { iceRestart: true } })
  }

  private readonly isOff = (): boolean => this.state.link === "off"

  private away(ua: UA): void {
    this.set({ link: "away" })
    window.setTimeout(() => {
      if (this.ua === ua && ua.isConnected()) ua.register()
    }, AGAIN_MS)
  }

  private offered(event: RTCSessionEvent): void {
    const { session } = event
    if (this.session && !this.session.isEnded()) return session.terminate({ status_code: BUSY })
    this.session = session
    session.on("peerconnection", ({ peerconnection }) => {
      peerconnection.addEventListener("track", (one) => this.around.heard(one.streams[0] ?? null))
    })
    session.on("confirmed", () => this.set({ call: "talking" }))
    session.on("ended", () => this.over(session))
    session.on("failed", () => this.over(session))
    const again = (event as IncomingRTCSessionEvent).request.getHeader(AGAIN)
    const from = session.remote_identity.uri.user ?? ""
    this.set({ call: again ? "answering" : "ringing", from, muted: false })
    if (again) void this.pickUp(session)
  }

  private over(session: RTCSession | null): void {
    if (session && session !== this.session) return
    this.session = null
    this.silence()
    this.around.heard(null)
    this.set({ call: "none", from: "", muted: false })
  }

  private silence(): void {
    for (const track of this.mine?.getTracks() ?? []) track.stop()
    this.mine = null
  }

  private lose(why: LetGo): void {
    this.state = { ...this.state, letGo: why }
    this.stop()
  }

  private set(change: Partial<LineState>): void {
    this.state = { ...this.state, ...change }
    this.around.changed(this.state)
  }
}

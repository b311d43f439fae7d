/** JsSIP's way out: a WebSocket of this origin that says whether this page has a call's voice. */

/** Why the server let the telephone go; JsSIP is then not to come back by itself. */
export type LetGo = "noSeat" | "taken"

const LET_GO: Readonly<Record<number, LetGo>> = { 4403: "noSeat", 4409: "taken", 4422: "noSeat" }

/** What a close code says, where it is a word of the server's. */
export const letGoBy = (code: number): LetGo | null => LET_GO[code] ?? null

/** The address, which tells whether a call's voice is here. */
export function placeOf(page: Pick<Location, "protocol" | "host">, holds: boolean): string {
  const scheme = page.protocol === "https:" ? "wss" : "ws"
  return `${scheme}://${page.host}/api/v1/phone/sip?holds=${holds}`
}

/** As JsSIP wants a socket to be; `holds` is asked at each connect. */
export class SipSocket {
  via_transport = window.location.protocol === "https:" ? "WSS" : "WS"
  readonly sip_uri = "sip:asterisk.invalid;transport=ws"
  onconnect = (): void => undefined
  ondisconnect: (error: boolean, code?: number, reason?: string) => void = () => undefined
  ondata: <T>(event: T) => void = () => undefined
  private socket: WebSocket | null = null

  constructor(
    private readonly holds: () => boolean,
    private readonly letGo: (why: LetGo) => void,
  ) {}

  get url(): string {
    return placeOf(window.location, this.holds())
  }

  connect(): void {
    if (this.socket) return
    const socket = new WebSocket(this.url, "sip")
    this.socket = socket
    socket.onopen = () => this.onconnect()
    socket.onmessage = (event: MessageEvent<string>) => this.ondata(event.data)
    socket.onclose = (event) => this.closed(event.code)
  }

  disconnect(): void {
    this.forget()
  }

  /** The network is another one: what is open may be dead and not know it. */
  renew(): void {
    if (!this.isConnected()) return
    this.forget()
    this.ondisconnect(true)
  }

  send(message: string | ArrayBufferLike | Blob | ArrayBufferView): boolean {
    if (typeof message !== "string" || !this.isConnected()) return false
    this.socket?.send(message)
    return true
  }

  isConnected = (): boolean => this.socket?.readyState === WebSocket.OPEN
  isConnecting = (): boolean => this.socket?.readyState === WebSocket.CONNECTING

  private closed(code: number): void {
    this.socket = null
    const why = letGoBy(code)
    if (why) this.letGo(why)
    else this.ondisconnect(true, code)
  }

  private forget(): void {
    const socket = this.socket
    this.socket = null
    if (!socket) return
    socket.onopen = socket.onmessage = socket.onclose = null
    socket.close()
  }
}

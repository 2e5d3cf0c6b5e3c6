/// <reference lib="esnext.disposable" />

/**
 * Upstream in a box, for tests: a server on a free port of this machine that answers as GREEN-API does, keeps an account,
 * remembers what it received, and fails when it is told to.
 *
 * ```js
 * import { PartnerClient } from 'greenapi_partner'
 * import { MockServer } from 'greenapi_partner/testing'
 *
 * const mock = await MockServer.start()
 * const partner = new PartnerClient({ partnerToken: mock.partnerToken, partnerApiUrl: mock.url })
 * await mock.faults('createInstance', { named: 'no_capacity' })
 * await partner.createInstance({ name: 'shop-42' }) // NoCapacityError
 * mock.close()
 * ```
 *
 * @packageDocumentation
 */

/** How a mock starts and behaves. The defaults are what upstream is documented to do today. */
export interface MockOptions {
  /** The port to listen on, always of 127.0.0.1. Defaults to 0: a free one. Fixed at the start. */
  port?: number | undefined
  /** The partner token that is accepted. Defaults to a new one. Fixed at the start. */
  partnerToken?: string | undefined
  /** Which fields a list's items have. Defaults to `current`. */
  listFormat?: 'current' | '2022' | 'both' | undefined
  /** Whether `createInstance` refuses a body without any known setting. Defaults to false. */
  strictCreate?: boolean | undefined
  /** Whether an answer of 1 KB and more is compressed for a client that accepts gzip. Defaults to false. */
  gzip?: boolean | undefined
  /** How many live instances the account may have; more are refused with code 100. Defaults to no limit. */
  capacity?: number | null | undefined
  /** What else the mock can be told; its README lists it. */
  [option: string]: unknown
}

/** How the next request of a method fails. All keys are optional, and combine. */
export interface Fault {
  /** A ready-made failure. */
  named?:
    | 'rate_limited'
    | 'no_capacity'
    | 'save_error'
    | 'unauthorized'
    | 'not_found'
    | 'garbage'
    | 'html_502'
    | 'empty'
    | 'nest_404'
    | 'redirect'
    | undefined
  /** The HTTP status of the answer. */
  status?: number | undefined
  /** Headers of the answer; null removes one. */
  headers?: { [name: string]: string | null } | undefined
  /** The answer's body, sent as minified JSON. */
  body?: unknown
  /** The answer's body, sent as it is. */
  text?: string | undefined
  /** The answer's body, as base64. */
  bodyBase64?: string | undefined
  /** The answer's content type. */
  contentType?: string | undefined
  /** The answer's `Retry-After`. */
  retryAfter?: string | undefined
  /** Milliseconds before the answer begins. */
  delayMs?: number | undefined
  /** The answer comes in so many pieces, with a delay before each. */
  drip?: { chunks: number; delayMs: number } | undefined
  /** Where the connection is closed. With `after_action` the request has taken effect. */
  cut?: 'before_request' | 'reading_request' | 'after_request' | 'after_action' | 'truncated_body' | undefined
  /** Whether the request takes effect although another answer is given. Defaults to false. */
  act?: boolean | undefined
  /** The request is not answered until {@link MockServer.release}, or until the client hangs up. */
  hold?: boolean | undefined
  /** Only for a request on a connection that has already served one. */
  reusedConnection?: boolean | undefined
  /** How many requests it is for; -1 for all. Defaults to 1. */
  times?: number | undefined
}

/** A request that the mock received. */
export interface ReceivedRequest {
  method: string
  verb: string
  path: string
  /** With names in lower case. */
  headers: { [name: string]: string }
  /** JSON, or text, or null. */
  body: unknown
  /** Equal for requests on one connection. */
  connection: number
  http: string
  outcome: 'answered' | 'cut' | 'held' | 'hung_up'
  status: number | null
}

/** Which requests to wait for. */
export interface RequestsToWaitFor {
  /** Upstream's method. Defaults to any. */
  method?: string | undefined
  /** How many of them. Defaults to 1. */
  count?: number | undefined
  /** How they ended. Defaults to any. */
  outcome?: ReceivedRequest['outcome'] | undefined
}

/** An instance's id. */
export type InstanceId = number | bigint | string

/** What the mock knows of an instance: the truth, tokens included. */
export interface MockInstance {
  idInstance: number
  apiTokenInstance: string
  /** The authorization state; null while it is being created. */
  state: string | null
  /** The linked phone. */
  phone: string | null
  /** How many sockets are open. */
  sockets: number
  /** What a phone reads in its QR code. */
  qrPayload: string | null
  /** The code of `getAuthorizationCode`. */
  phoneCode: string | null
  [field: string]: unknown
}

/** Months of history, made up from a seed. */
export interface MockSimulation {
  /** Where chance begins. Defaults to 1. */
  seed?: number | undefined
  /** Over how many days before today the instances come. Defaults to 100. */
  days?: number | undefined
  /** How many come, deleted ones included. Defaults to 40. */
  instances?: number | undefined
  /** What the names begin with: `shop-1`. Defaults to `shop`, `agency` and `demo`. */
  prefixes?: string[] | undefined
}

/** The days that upstream would charge; each is one of UTC+3: `2026-11-22`. */
export interface MockCharges {
  /** How many charges there were in all. */
  total: number
  /** Each instance that was charged: all days from the first to the last. */
  instances: {
    idInstance: number
    name: string
    tariff: string
    firstDay: string
    lastDay: string
    days: number
  }[]
  /** How many instances were charged on a day. */
  days: { [day: string]: number }
}

/** A message that comes in; each field has a default. */
export interface IncomingMessage {
  chatId?: string | undefined
  text?: string | undefined
  sender?: string | undefined
  senderName?: string | undefined
  chatName?: string | undefined
  [field: string]: unknown
}

/** A message that was sent. */
export interface SentMessage {
  messageID: string
  type: string
  body: { [field: string]: unknown }
}

/** A monthly quota of a method, or of `correspondents`: chats. */
export interface MockQuota {
  method: string
  used: number
  total: number
}

/** GREEN-API's partner service in this process, on a thread of its own. It keeps no process alive. */
export class MockServer implements Disposable, AsyncDisposable {
  private constructor()

  /**
   * Starts a mock.
   *
   * @throws {ConfigurationError} The port is taken, or an option is wrong.
   */
  static start(options?: MockOptions): Promise<MockServer>

  /** Where it listens, for `partnerApiUrl`. */
  get url(): string
  /** The token that it accepts. */
  get partnerToken(): string

  /** What it received, in order of arrival: all of it, or of one method (`createInstance`). */
  requests(method?: string): Promise<ReceivedRequest[]>
  /** Waits until so many requests were seen, for at most 30 seconds, and gives them. */
  waitForRequests(wanted?: RequestsToWaitFor): Promise<ReceivedRequest[]>
  /** Waits until exactly so many connections of clients are open, for at most 30 seconds. */
  waitForConnections(open: number): Promise<{ open: number; accepted: number }>
  /** Makes the next requests of a method fail, one fault each; `*` is any method. */
  faults(method: string, ...faults: Fault[]): Promise<void>
  /**
   * Sets what requests of a method get by chance: each fault has its share of them, from 0 to 1, and what is left of 1 is
   * answered as usual. The same seed gives the same sequence to requests that come one after another. `*` is for methods
   * that have no weather of their own; without shares, there is none.
   */
  weather(method: string, seed: number, ...shares: [share: number, fault: Fault][]): Promise<void>
  /** Forgets the scripted faults, and the weather. */
  clearFaults(): Promise<void>
  /** Answers the requests that are held. */
  release(): Promise<void>
  /** What the account holds: the truth, tokens included. */
  instances(): Promise<{ [field: string]: unknown }[]>
  /**
   * Fills the account with months of history: instances that were created, linked, left and deleted. The same seed at the
   * same moment, in an empty account, makes the same account; for that, set the clock first.
   */
  simulate(simulation?: MockSimulation): Promise<void>
  /** The days that upstream would charge until now, for all instances that the account ever had. */
  charges(): Promise<MockCharges>
  /** Puts so many instances into the account. */
  addInstances(count: number): Promise<void>
  /** Puts one instance into the account, with these fields. */
  addInstance(fields: { [field: string]: unknown }): Promise<void>
  /** All that is known of one instance: its state, its phone, its open sockets, its QR code. */
  instance(id: InstanceId): Promise<MockInstance>
  /** A phone scans the QR code: the instance is linked, or waits for the account's password. */
  scan(id: InstanceId, phone?: string | number): Promise<MockInstance>
  /** The customer confirms the passkey that was asked for after a scan; with the option `passkey`. */
  confirmPasskey(id: InstanceId): Promise<MockInstance>
  /** The customer types the code of `getAuthorizationCode` into the phone. */
  enterPhoneCode(id: InstanceId): Promise<MockInstance>
  /** Shows an error on the open sockets. */
  failScan(id: InstanceId, message?: string): Promise<void>
  /** Ends the scan window of the open sockets. */
  expireQr(id: InstanceId): Promise<void>
  /** Makes a new QR code now, and gives what a phone reads in it. */
  refreshQr(id: InstanceId): Promise<string>
  /** The customer removes the device in the phone. */
  unlink(id: InstanceId): Promise<void>
  /** Puts it into a state of any name; null is an instance that is still being created. */
  setState(id: InstanceId, state: string | null): Promise<void>
  /** Gives it a new token behind the client's back, and gives that. */
  rotateToken(id: InstanceId): Promise<string>
  /** Ends the sockets' connections without a word. */
  dropSockets(id: InstanceId): Promise<void>
  /** Sends anything on the open sockets. */
  sendFrame(id: InstanceId, text: string): Promise<void>
  /** Waits until exactly so many sockets of it are open, one unless told, for at most 30 seconds. */
  waitForSockets(id: InstanceId, open?: number): Promise<void>
  /** Queues a notification with this body. */
  notify(id: InstanceId, body: { [field: string]: unknown }): Promise<void>
  /** A message comes in. Fields besides these go into the notification as they are. */
  receiveMessage(id: InstanceId, message?: IncomingMessage): Promise<void>
  /** Sets a monthly quota, and how much of it is used. */
  setQuota(id: InstanceId, quota: MockQuota): Promise<void>
  /** What was sent through it. */
  messages(id: InstanceId): Promise<SentMessage[]>
  /** What waits in its queue. */
  notifications(id: InstanceId): Promise<{ receiptId: number; body: { [field: string]: unknown } }[]>
  /** Sets the mock's clock, and gives its time. */
  setClock(time: Date | string | number): Promise<Date>
  /** Moves the mock's clock, and gives its time. */
  advanceClock(seconds: number): Promise<Date>
  /** Changes options while it runs. */
  options(changes: MockOptions): Promise<void>
  /**
   * Forgets faults, requests, instances, the clock and changed options. Take a new client too: it remembers what it has
   * created and deleted.
   */
  reset(): Promise<void>
  /** One request of its control API, under `/_mock/`. */
  control(verb: string, path: string, body?: unknown): Promise<unknown>
  /** Stops it, and closes its connections. A second time does nothing. */
  close(): void

  /** For `using`: {@link MockServer.close}. */
  [Symbol.dispose](): void
  /** For `await using`: {@link MockServer.close}. */
  [Symbol.asyncDispose](): Promise<void>
}

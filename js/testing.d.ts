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

/**
 * How a mock starts and behaves. The defaults are what upstream is documented to do today; the evidence for each, and all
 * faults and controls, are on the page "The mock" of the documentation.
 */
export interface MockOptions {
  // --- generated: options of the mock ---
  /** The port, fixed at the start. Defaults to 0. */
  port?: number | undefined
  /** The token, fixed at the start: `gac.` and 46 hexadecimal digits. Defaults to a new one. */
  partnerToken?: string | null | undefined
  /** `current`: with `isFree`, `isPartner` and `messenger`; `2022`: the twelve captured fields; `both`: items of both kinds in turn. Defaults to `current`. */
  listFormat?: 'current' | '2022' | 'both' | undefined
  /** `documented`, or `sorted` by name. Defaults to `documented`. */
  keyOrder?: 'documented' | 'sorted' | undefined
  /** Type of new instances: `whatsapp`, `telegram`, `v3` (MAX). Defaults to `whatsapp`. */
  typeInstance?: string | undefined
  /** Tariff of new instances. Defaults to `PARTNER_23`. */
  tariff?: string | undefined
  /** First four digits of new ids. Defaults to 1101. */
  pool?: number | undefined
  /** Digits of new ids. Defaults to 10. */
  idDigits?: number | undefined
  /** Refuses a create without a known setting. Defaults to false. */
  strictCreate?: boolean | undefined
  /** Refuses longer names. Defaults to none. */
  maxNameLength?: number | null | undefined
  /** Stores no more than so many characters of a name, without a word. Defaults to none. */
  cutsNamesAt?: number | null | undefined
  /** Stores names without white space around them, and with one blank for several. Defaults to false. */
  trimsNames?: boolean | undefined
  /** How far a list is behind what createInstance and deleteInstanceAccount have done. Defaults to 0. */
  listLagMs?: number | undefined
  /** More live instances are refused with code 100. Defaults to none. */
  capacity?: number | null | undefined
  /** `apiUrl` and `mediaUrl` in createInstance's reply. Defaults to false. */
  hostsInReply?: boolean | undefined
  /** `daily`, or `fixed`: a day after the creation for good. Defaults to `daily`. */
  expiration?: 'daily' | 'fixed' | undefined
  /** On which side of the nightly charge the second of 00:00 UTC+3 is: `after` it, what is deleted in that second has paid the new day; `before` it, what is created in it pays the old day too. Defaults to `after`. */
  midnight?: 'after' | 'before' | undefined
  /** Failures as 200 with `{code, description}`; `2022`: 400 with the text. Defaults to `current`. */
  failureFormat?: 'current' | '2022' | undefined
  /** Any other status answers a wrong token without a body. Defaults to 200. */
  unauthorizedStatus?: number | undefined
  /** `{"burst": 20, "perSecond": 10, "retryAfter": null}` answers 429 above that, by the mock's clock. Defaults to none. */
  rateLimit?: { [field: string]: unknown } | null | undefined
  /** The headers captured in 2022. Defaults to true. */
  capturedHeaders?: boolean | undefined
  /** `ETag`, and 304. Defaults to true. */
  etag?: boolean | undefined
  /** Compresses 1 KB and more for a client that accepts it. Defaults to false. */
  gzip?: boolean | undefined
  /** What a new instance goes through: stages `null`, `unauthorized`, `expired`, `starting`, each so many `answers` or `ms` long. Defaults to `[{"stage": "null", "answers": 1}]`. */
  warmUp?: { [field: string]: unknown }[] | undefined
  /** How many answers tell `starting` after a reboot, one by setSettings too. Defaults to 1. */
  rebootAnswers?: number | undefined
  /** How long a reboot takes, instead. Defaults to none. */
  rebootMs?: number | null | undefined
  /** Status for an id that the account does not have. Defaults to 403. */
  unknownInstanceStatus?: number | undefined
  /** 400 `Instance is deleted`; or `starting`, for good. Defaults to `refused`. */
  deletedInstances?: 'refused' | 'starting' | undefined
  /** How long a QR code stays the same. Defaults to 20000. */
  qrRefreshMs?: number | undefined
  /** The socket for QR codes; without it, a 404. Defaults to true. */
  socket?: boolean | undefined
  /** After how many frames a socket falls silent, and stays open. Defaults to none. */
  socketFrames?: number | null | undefined
  /** After how long the socket gives up. Defaults to 100000. */
  scanWindowMs?: number | undefined
  /** `timeout`, or `timeoutExpired`, with a `message`. Defaults to `timeout`. */
  timeoutSpelling?: 'timeout' | 'timeoutExpired' | undefined
  /** `wid`, `pushname` and `webhookUrl` in the socket's `accountData`. Defaults to true. */
  accountDataFields?: boolean | undefined
  /** What Telegram and MAX accounts ask for after a scan or a code. Defaults to none. */
  password?: string | null | undefined
  /** A WhatsApp account asks for a passkey after a scan: `passkeyRequired`, from `qr` and the socket, until the control confirms it. Defaults to false. */
  passkey?: boolean | undefined
  /** Names of settings that are confirmed, and in force only after a reboot that is asked for and setSettings again, be it empty. Defaults to none. */
  lostSettings?: string[] | undefined
  /** Names of settings that are confirmed and never in force. Defaults to none. */
  ignoredSettings?: string[] | undefined
  /** How long a code for a phone is good, instead of 150000 (WhatsApp) or 300000. Defaults to none. */
  phoneCodeMs?: number | null | undefined
  /** After how many wrong passwords `rate_limit_exceeded` is the answer. Defaults to 5. */
  passwordAttempts?: number | undefined
  /** A logout without a phone is `true`; or `false`, or `refused` with 400. Defaults to `done`. */
  unlinkedLogout?: 'done' | 'false' | 'refused' | undefined
  /** `2026`: more fields in getWaSettings, and `phone` as a number. Defaults to `current`. */
  waSettingsFormat?: 'current' | '2026' | undefined
  /** 429 above the documented rates, per instance and method. Defaults to true. */
  instanceRateLimits?: boolean | undefined
  /** Messages without a phone wait a day; or `refused` with 400. Defaults to `queued`. */
  unlinkedSends?: 'queued' | 'refused' | undefined
  /** `wrapped`, or `bare`: an answer 466 without its `invokeStatus`. Defaults to `wrapped`. */
  quotaFormat?: 'wrapped' | 'bare' | undefined
  /** Status for a checkAccount above its quota; 200 has `{"status": false, "reason"}`. Defaults to 469. */
  contactLimitStatus?: number | undefined
  /** Numbers that checkWhatsapp and checkAccount do not find, and whose messages get `noAccount`. Defaults to `[]`. */
  phonesWithoutAccount?: number[] | undefined
  /** `{"phone": "79001234567", "scansAfterMs": 1000, "replies": "Hello yourself"}`: a customer scans what is shown, types in codes and answers each message, so that a demo runs to its end. Defaults to none. */
  customer?: { [field: string]: unknown } | null | undefined
  /** How long receiveNotification waits, instead of what it is asked for. Defaults to none. */
  receiveTimeoutMs?: number | null | undefined
  /** How long a notification waits that was not acknowledged. Defaults to 60000. */
  webhookPauseMs?: number | undefined
  /** How long the answer to a webhook is waited for. Defaults to 180000. */
  webhookTimeoutMs?: number | undefined
  /** Serves upstream's methods below a path. Defaults to none. */
  pathPrefix?: string | undefined
  /** How many requests are remembered. Defaults to 10000. */
  keepRequests?: number | undefined
  // --- end of what is generated ---
  /** What a newer mock can be told. */
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

/// <reference lib="esnext.disposable" />

/**
 * Client for GREEN-API partners: create, list and delete messenger instances, and never pay for one twice.
 *
 * ```js
 * import { PartnerClient } from 'greenapi_partner'
 *
 * const partner = new PartnerClient() // GREENAPI_PARTNER_TOKEN
 * const created = await partner.createInstance({ name: 'shop-42', incomingWebhook: true })
 * console.log(created.idInstance)
 * ```
 *
 * Every method of upstream has upstream's name here. Times of ours (`timeout`, `retryAfter`, `settle`) are in
 * milliseconds. Every failure is a {@link GreenApiError}, and its `code` says what to do.
 *
 * @packageDocumentation
 */

/** The options of a {@link PartnerClient}. Every one may be left out; `null` and `undefined` are "not given". */
export interface PartnerClientOptions {
  /** The partner token, as support@green-api.com issues it. Defaults to the environment's `GREENAPI_PARTNER_TOKEN`. */
  partnerToken?: string | null | undefined
  /**
   * The partner host, with its path prefix if it has one: upstream's `partnerApiUrl`. Plain http is refused unless the
   * host is loopback. Defaults to the environment's `GREENAPI_PARTNER_API_URL`, then to `https://api.green-api.com`.
   */
  partnerApiUrl?: string | null | undefined
  /** The time of a whole call with its retries, in milliseconds. Defaults to 60 000. */
  timeout?: number | null | undefined
  /** How many times one call may be sent again, where that is safe. Defaults to 3. */
  maxRetries?: number | null | undefined
  /**
   * An `http`, `https`, `socks5` or `socks5h` proxy for every call, credentials included. Loopback is never proxied.
   * Defaults to the environment's `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`.
   */
  proxy?: string | null | undefined
  /** A PEM file with certificates to trust besides the system's. Defaults to none. */
  caFile?: string | null | undefined
}

/** The options of one call. */
export interface CallOptions {
  /** The time of this call with its retries, in milliseconds. Defaults to the client's. */
  timeout?: number | null | undefined
  /**
   * Ends the call at once, and frees its connection; the promise rejects with `signal.reason`. A creation that had been
   * sent may have taken effect: a warning says so (see {@link diagnosticsChannel}). Look before you repeat it.
   */
  signal?: AbortSignal | null | undefined
}

/** The options of {@link PartnerClient.ensureInstance}. */
export interface EnsureOptions extends CallOptions {
  /** How long to look for an instance whose creation got no answer, in milliseconds; 0: not at all. Defaults to 60 000. */
  settle?: number | null | undefined
}

/** The messenger of an instance: `v3` is MAX. One that this version does not know survives as its text. */
export type TypeInstance = 'whatsapp' | 'telegram' | 'v3' | (string & {})

/** An instance's id, exact: a number up to 2^53-1, a bigint, or decimal text. */
export type IdInstance = number | bigint | string

/**
 * The settings of a new instance: at least one. What is not given (`undefined`, `null`) is not sent, and stays switched
 * off.
 */
export interface InstanceSettings {
  /** The name that the console shows. Defaults to `Instance <id>`. */
  name?: string | null | undefined
  /** The URL that upstream posts notifications to. Defaults to none. */
  webhookUrl?: string | null | undefined
  /** What upstream puts into the `Authorization` header of a notification. Secret. Defaults to none. */
  webhookUrlToken?: string | null | undefined
  /** Milliseconds between two messages sent, 500 to 600000. Upstream's pages name 500 or 3000 as default. */
  delaySendMessagesMilliseconds?: number | null | undefined
  /** Mark incoming messages as read. Ignored where `markIncomingMessagesReadedOnReply` is on. Off by default. */
  markIncomingMessagesReaded?: boolean | null | undefined
  /** Mark incoming messages as read when one is answered. Off by default. */
  markIncomingMessagesReadedOnReply?: boolean | null | undefined
  /** Notify of the status of sent messages. Off by default. */
  outgoingWebhook?: boolean | null | undefined
  /** Notify of messages sent from the phone. Off by default. */
  outgoingMessageWebhook?: boolean | null | undefined
  /** Notify of messages sent through the API. Off by default. */
  outgoingAPIMessageWebhook?: boolean | null | undefined
  /** Notify of changes of the authorization state. Off by default. */
  stateWebhook?: boolean | null | undefined
  /** Notify of incoming messages and files. Off by default. */
  incomingWebhook?: boolean | null | undefined
  /** Notify of the phone's state. Upstream says that this is temporarily not working. Off by default. */
  deviceWebhook?: boolean | null | undefined
  /** Show the account as online; the phone then makes no notification sounds. Off by default. */
  keepOnlineStatus?: boolean | null | undefined
  /** Notify of polls. Off by default. */
  pollMessageWebhook?: boolean | null | undefined
  /** Notify of chats that block the account. Upstream says that this is temporarily not working. Off by default. */
  incomingBlockWebhook?: boolean | null | undefined
  /** Notify of calls; needs `incomingWebhook` too. Off by default. */
  incomingCallWebhook?: boolean | null | undefined
  /** Notify of edited messages. Off by default. */
  editedMessageWebhook?: boolean | null | undefined
  /** Notify of deleted messages. Off by default. */
  deletedMessageWebhook?: boolean | null | undefined
  /** Fields that upstream learned before this library did, sent as they are. */
  extra?: { [field: string]: unknown } | null | undefined
}

/** Settings with the name that {@link PartnerClient.ensureInstance} looks for. */
export interface NamedInstanceSettings extends InstanceSettings {
  /** The name that the console shows, and that the instance is known by. */
  name: string
}

/**
 * A partner's client: one pool of connections, one budget of retries. Make one per token, and keep it.
 *
 * Nothing keeps the process alive between calls, so closing is optional. Works in worker threads, each with a client of
 * its own. `util.inspect` shows no token.
 *
 * ```js
 * const partner = new PartnerClient({ partnerToken: 'gac.…', timeout: 30_000 })
 * ```
 */
export class PartnerClient implements Disposable, AsyncDisposable {
  /**
   * @param options Every one has a default; see {@link PartnerClientOptions}.
   * @throws {ConfigurationError} No token or a malformed one, a URL that will not do, an unreadable CA file, an option
   *   that does not exist or is of another type.
   */
  constructor(options?: PartnerClientOptions | null)

  /**
   * --- createInstance (from core) ---
   * Creates an instance. Its first day is charged at once, each further one at 00:00 UTC+3 until it is deleted.
   *
   * Give at least one setting; what is not given is not sent and stays switched off. Settings belong here rather than into a later call: changing them afterwards restarts the instance. A new instance takes up to 5 minutes until it answers.
   *
   * Sent at most once: a request that may have reached upstream is never repeated, because upstream has no idempotency keys and each instance is billed. If no usable answer comes, the error is `outcome_unknown`: list the instances and look for the name before you create again, or use `ensureInstance`, which does that.
   *
   * Errors: `invalid_request` (no setting, an unknown one, a delay outside 500 to 600000 ms), `no_capacity` (nothing was created; try later), `outcome_unknown`, `unauthorized`, `rate_limited`, `unavailable` and `timeout` (nothing was sent).
   * --- end ---
   *
   * ```js
   * const created = await partner.createInstance({ name: 'shop-42', webhookUrl: 'https://shop.example/hook', incomingWebhook: true })
   * await save(created.idInstance, created.apiTokenInstance)
   * ```
   *
   * @param settings At least one; see {@link InstanceSettings}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/partners/createInstance/
   */
  createInstance(settings: InstanceSettings, options?: CallOptions | null): Promise<CreatedInstance>

  /**
   * --- getInstances (from core) ---
   * Lists all instances of the account, deleted ones of the last three months included.
   *
   * The list stays in Rust as one compact value, and an item is made when it is touched. Times are aware: upstream's zone-less times are UTC+3. Fields that this version does not know are kept in `extra`. An unchanged list costs no parsing: its `ETag` is remembered and sent.
   *
   * Safe to repeat: it is sent again after a lost connection, a cut answer, 5xx, or 429 (after the wait that upstream asks for).
   *
   * Errors: `unauthorized`, `rate_limited`, `unavailable`, `timeout`, `protocol` (an answer that is no list), `refused`.
   * --- end ---
   *
   * ```js
   * for (const instance of (await partner.getInstances()).live) console.log(instance.idInstance, instance.name)
   * ```
   *
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/partners/getInstances/
   */
  getInstances(options?: CallOptions | null): Promise<Instances>

  /**
   * --- getInstance (from core) ---
   * Finds one instance by its id in the list of `getInstances`; upstream has no method for one. A deleted instance is found too, as long as upstream lists it: look at `deleted`.
   *
   * Errors: `not_found` (the list lacks it), `invalid_request` (an id that cannot be one), and those of `getInstances`.
   * --- end ---
   *
   * ```js
   * const instance = await partner.getInstance(1101728004)
   * if (instance.deleted) console.log('gone since', instance.timeDeleted)
   * ```
   *
   * @param idInstance The id: a number, a bigint, or decimal text.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/partners/getInstances/
   */
  getInstance(idInstance: IdInstance, options?: CallOptions | null): Promise<Instance>

  /**
   * --- deleteInstanceAccount (from core) ---
   * Deletes an instance; it is not charged from the next 00:00 UTC+3 on. There is no way back.
   *
   * Returns nothing: anything but upstream's `true` is an error. Safe to repeat: it is sent again after a lost connection, a cut answer or 5xx, and if upstream then says that there is no such instance, the earlier try has worked and the call succeeds.
   *
   * Errors: `not_found` (there is no such instance, or it was deleted before), `invalid_request` (an id that cannot be one), `refused` (upstream's `false`), `unauthorized`, `rate_limited`, `unavailable`, `timeout`.
   * --- end ---
   *
   * ```js
   * await partner.deleteInstanceAccount(created.idInstance)
   * ```
   *
   * @param idInstance The id: a number, a bigint, or decimal text.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/partners/deleteInstanceAccount/
   */
  deleteInstanceAccount(idInstance: IdInstance, options?: CallOptions | null): Promise<undefined>

  /**
   * --- ensureInstance (from core) ---
   * Gives the live instance of that name, or creates one: the call to make when a repeated one must not bill twice.
   *
   * It lists first, and creates at most once per call. If the creation gets no usable answer, it looks into the list (after 1, 2, 4 … s) for as long as `settle` says, 60 s unless told, or until the call's time is up; still absent, the error is `outcome_unknown`, never a second creation. The creation gets at most half of the call's time, so that some is left to look. Of several live instances with that name the oldest is given, with a warning in the log. The settings are used only where it creates; those of an existing instance are neither compared nor changed. Of a new instance only id, name, messenger and token are known until the next list.
   *
   * Two callers at once can still create two, and so can a creation that takes effect after `settle`: upstream knows no unique names.
   *
   * Errors: `invalid_request` (no name), and those of `getInstances` and `createInstance`.
   * --- end ---
   *
   * ```js
   * const instance = await partner.ensureInstance({ name: 'shop-42', incomingWebhook: true })
   * ```
   *
   * @param settings `name`, and what {@link PartnerClient.createInstance} takes.
   * @param options `settle` and `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/partners/createInstance/
   */
  ensureInstance(settings: NamedInstanceSettings, options?: EnsureOptions | null): Promise<Instance>

  /** Ends the client: later calls fail with `configuration`, calls in flight finish. A second time does nothing. */
  close(): void

  /** Whether {@link PartnerClient.close} was called. */
  get closed(): boolean

  /** The partner host that this client talks to. */
  get partnerApiUrl(): string

  /** For `using`: {@link PartnerClient.close}. */
  [Symbol.dispose](): void

  /** For `await using`: {@link PartnerClient.close}. */
  [Symbol.asyncDispose](): Promise<void>
}

/** What `toJSON` may be told. */
export interface ToJsonOptions {
  /** Whether tokens are in it. Defaults to false, so `JSON.stringify` never writes one. */
  includeTokens?: boolean | undefined
}

/** A model as plain data: upstream's names, times as RFC 3339 text in UTC, an id above 2^53-1 as text. */
export interface PlainInstance {
  [field: string]: unknown
}

/** What every model has. */
declare class Model {
  protected constructor()

  /**
   * The instance's id.
   *
   * @throws {ProtocolError} It is above 2^53-1, so that a number would round it; read `idInstanceText` then.
   */
  get idInstance(): number
  /** The instance's id as decimal text, always exact. */
  get idInstanceText(): string
  /** The instance's token. Secret: a plain string when read here, and absent from `util.inspect` and `JSON.stringify`. */
  get apiTokenInstance(): string | null
  /** The messenger: `whatsapp`, `telegram` or `v3` (MAX). */
  get typeInstance(): TypeInstance | null
  /** The fields that this version does not know, and a known one whose value could not be read. */
  get extra(): { [field: string]: unknown }
  /** Plain data, without tokens unless they are asked for. */
  toJSON(options?: ToJsonOptions | string): PlainInstance
}

/** A new instance: its id and its token, to be kept together. */
export class CreatedInstance extends Model {
  private constructor()

  /** The instance's token. Secret: a plain string when read here, and absent from `util.inspect` and `JSON.stringify`. */
  get apiTokenInstance(): string
  /** The instance's API host, if upstream ever sends it. */
  get apiUrl(): string | null
  /** The instance's upload host, if upstream ever sends it. */
  get mediaUrl(): string | null
}

/** One instance of a list: a light view, whose fields are read together when the first of them is touched. */
export class Instance extends Model {
  private constructor()

  /** The name that the console shows; `Instance <id>` unless one was given. */
  get name(): string | null
  /** The messenger again, in the newest lists. */
  get messenger(): TypeInstance | null
  /** Deprecated by upstream; empty. */
  get typeAccount(): string | null
  /** Deprecated by upstream; empty. */
  get partnerUserUiid(): string | null
  /** When it was created. */
  get timeCreated(): Date | null
  /** When it was deleted; null while it lives. */
  get timeDeleted(): Date | null
  /** Whether it is deleted. Such a one stays listed for three months. */
  get deleted(): boolean
  /** The plan, such as `PARTNER_23`. */
  get tariff(): string | null
  /** Whether it is on the free plan (Developer). */
  get isFree(): boolean | null
  /** Whether it is on the Partner plan. */
  get isPartner(): boolean | null
  /** When its day ends; a partner's instance renews by itself. */
  get expirationDate(): Date | null
  /** Whether it is unpaid. */
  get isExpired(): boolean
}

/**
 * A list of instances, in upstream's order. It stays in Rust as one compact value; an item is made when it is touched,
 * so two reads of one position are two objects. `util.inspect` shows the first ones as a table, without tokens.
 */
export class Instances implements Iterable<Instance> {
  private constructor()

  /** How many there are. */
  get length(): number
  /** The instance at a position; a negative one counts from the end. */
  at(index: number): Instance | undefined
  /** The instance of that id, deleted or not. */
  find(idInstance: IdInstance): Instance | undefined
  /** A part of the list, positions as in `Array.prototype.slice`. */
  slice(start?: number, end?: number): Instances
  /** Those that are not deleted. */
  get live(): Instances
  /** Those that are deleted; upstream lists them for three months. */
  get deleted(): Instances
  /** All of them, made at once. */
  toArray(): Instance[]
  /** Plain data, without tokens unless they are asked for. */
  toJSON(options?: ToJsonOptions | string): PlainInstance[]
  [Symbol.iterator](): IterableIterator<Instance>
}

/** What to do about an error. The same codes in every language. */
export type ErrorCode =
  | 'configuration'
  | 'invalid_request'
  | 'unauthorized'
  | 'not_found'
  | 'not_ready'
  | 'not_authorized'
  | 'already_authorized'
  | 'suspended'
  | 'expired'
  | 'no_capacity'
  | 'refused'
  | 'rate_limited'
  | 'quota_exceeded'
  | 'limit_exceeded'
  | 'unavailable'
  | 'timeout'
  | 'outcome_unknown'
  | 'qr_expired'
  | 'protocol'

/** The fields of a {@link GreenApiError}, for those who make one: in a test, say. */
export interface GreenApiErrorFields {
  code?: ErrorCode | undefined
  operation?: string | null | undefined
  status?: number | null | undefined
  description?: string | null | undefined
  retryable?: boolean | undefined
  retryAfter?: number | null | undefined
  cause?: unknown
}

/**
 * The base of every error of this package. `code` is the one thing to decide by.
 *
 * ```js
 * try {
 *   await partner.createInstance({ name: 'shop-42' })
 * } catch (error) {
 *   if (!(error instanceof GreenApiError)) throw error
 *   if (error.code === 'outcome_unknown') await lookBeforeRepeating()
 *   else if (error.retryable) await later(error.retryAfter ?? 60_000)
 *   else throw error
 * }
 * ```
 */
export class GreenApiError extends Error {
  constructor(message?: string, fields?: GreenApiErrorFields)

  /** What to do, as one word. */
  readonly code: ErrorCode
  /** The upstream method that failed, in upstream's word: `createInstance`. */
  readonly operation: string | null
  /** The HTTP status of the answer, if there was one. Upstream also refuses with 200. */
  readonly status: number | null
  /** Upstream's own words, if it had any. */
  readonly description: string | null
  /** Whether the same call may simply be made again later. */
  readonly retryable: boolean
  /** How long upstream asks to wait before the next try, in milliseconds. */
  readonly retryAfter: number | null
  /** The fields, and the messages of the chain of causes, as plain data. No token is in it. */
  toJSON(): {
    name: string
    message: string
    code: ErrorCode
    operation: string | null
    status: number | null
    description: string | null
    retryable: boolean
    retryAfter: number | null
    causes: string[]
  }
}

/** `configuration`: no token, a bad URL, plain http to a host that is not loopback, a closed client, a redirect. What to do: fix the set-up. */
export class ConfigurationError extends GreenApiError {
  readonly code: 'configuration'
}
/** `invalid_request`: refused before sending, or by upstream with 400. What to do: fix the arguments. */
export class InvalidRequestError extends GreenApiError {
  readonly code: 'invalid_request'
}
/** `unauthorized`: upstream knows no such token, or not for this URL. What to do: fix the token, the id or the URL. */
export class UnauthorizedError extends GreenApiError {
  readonly code: 'unauthorized'
}
/** `not_found`: there is no such instance, or it is already deleted. What to do: stop. */
export class NotFoundError extends GreenApiError {
  readonly code: 'not_found'
}
/** `not_ready`: the instance is still being created, starting or rebooting. What to do: wait. */
export class NotReadyError extends GreenApiError {
  readonly code: 'not_ready'
}
/** `not_authorized`: no phone is linked. What to do: show a QR code. */
export class NotAuthorizedError extends GreenApiError {
  readonly code: 'not_authorized'
}
/** `already_authorized`: a QR code was asked of a linked instance. What to do: log out first. */
export class AlreadyAuthorizedError extends GreenApiError {
  readonly code: 'already_authorized'
}
/** `suspended`: the account is suspended, blocked or has a yellow card. What to do: look at the account. */
export class SuspendedError extends GreenApiError {
  readonly code: 'suspended'
}
/** `expired`: the instance is unpaid. What to do: renew it. */
export class ExpiredError extends GreenApiError {
  readonly code: 'expired'
}
/** `no_capacity`: upstream has no free instances just now; nothing was created. What to do: try later. */
export class NoCapacityError extends GreenApiError {
  readonly code: 'no_capacity'
}
/** `refused`: upstream understood and said no. What to do: read the description. */
export class RefusedError extends GreenApiError {
  readonly code: 'refused'
}
/** `rate_limited`: too many requests, also after the retries. What to do: wait as long as `retryAfter` says. */
export class RateLimitedError extends GreenApiError {
  readonly code: 'rate_limited'
}
/** `quota_exceeded`: the plan's monthly quota is used up. What to do: change the plan. */
export class QuotaExceededError extends GreenApiError {
  readonly code: 'quota_exceeded'
}
/** `limit_exceeded`: a guard that the caller had set. What to do: look at the plan. */
export class LimitExceededError extends GreenApiError {
  readonly code: 'limit_exceeded'
}
/** `unavailable`: could not connect, or 5xx or a cut reply, also after the retries; repeating is safe. What to do: try later. */
export class UnavailableError extends GreenApiError {
  readonly code: 'unavailable'
}
/** `timeout`: the call's time is up; repeating is safe. What to do: try again. */
export class RequestTimeoutError extends GreenApiError {
  readonly code: 'timeout'
}
/** `outcome_unknown`: sent, but no usable answer came, and repeating it could bill, send or rotate twice. What to do: look, then decide. */
export class OutcomeUnknownError extends GreenApiError {
  readonly code: 'outcome_unknown'
}
/** `qr_expired`: the window closed before the code was scanned. What to do: ask again. */
export class QrExpiredError extends GreenApiError {
  readonly code: 'qr_expired'
}
/** `protocol`: an answer that no document describes. What to do: report it. */
export class ProtocolError extends GreenApiError {
  readonly code: 'protocol'
}

/**
 * The name of the `node:diagnostics_channel` with what happens inside calls: `greenapi_partner`. A call that began while
 * nobody was subscribed makes no records, but for warnings: those become process warnings (`process.on('warning')`).
 *
 * ```js
 * import { subscribe } from 'node:diagnostics_channel'
 * import { diagnosticsChannel } from 'greenapi_partner'
 *
 * subscribe(diagnosticsChannel, (record) => console.error(record))
 * ```
 */
export const diagnosticsChannel: 'greenapi_partner'

/** A message of the channel {@link diagnosticsChannel}. No token is in it: `path` is the template. */
export interface DiagnosticsRecord {
  level: 'debug' | 'info' | 'warning' | 'error'
  message: string
  /** Upstream's method: `createInstance`. */
  operation: string | null
  /** The path's template: `/partner/createInstance/{partnerToken}`. */
  path: string | null
  /** The HTTP status, where there was an answer. */
  status: number | null
  /** Which try of the call, from 1. */
  attempt: number | null
  /** How long it took. */
  milliseconds: number | null
}

/** The version of this package. */
export const version: string

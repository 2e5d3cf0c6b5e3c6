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
 * Every method of upstream has upstream's name here. Times of ours (`timeout`, `retryAfter`, `settle`,
 * `interval`, `rebootAfter`) are in milliseconds. Every failure is a {@link GreenApiError}, and its `code` says what to do.
 *
 * @packageDocumentation
 */

/** The options of a {@link PartnerClient}. Every one may be left out; `null` and `undefined` are "not given". */
export interface PartnerClientOptions extends ClientOptions {
  // --- generated: options of a partner's client ---
  /** The partner token, as support@green-api.com issues it; trimmed. Secret. Defaults to `GREENAPI_PARTNER_TOKEN`. */
  partnerToken?: string | null | undefined
  /** The partner host, upstream's `partnerApiUrl`: https, or http to this machine; a path in front is kept. Defaults to `GREENAPI_PARTNER_API_URL`, then `https://api.green-api.com`. */
  partnerApiUrl?: string | null | undefined
  /** A store, or the path or `postgresql://` URL of one: a name is then created once, whichever of all processes that share it asks. Defaults to none: a name is unique within this client. */
  store?: Store | string | null | undefined
  // --- end of what is generated ---
}

/** The options of an {@link InstanceClient}: its id and its token, and what has defaults. */
export interface InstanceClientOptions extends ClientOptions {
  /** The instance's id: a number, a bigint, or decimal text. */
  idInstance: IdInstance
  /** The instance's token. Secret. */
  apiTokenInstance: string
}

/** The options that every client has. Every one may be left out; `null` and `undefined` are "not given". */
export interface ClientOptions {
  // --- generated: options of every client ---
  /** The host of instance calls, upstream's `apiUrl`; a path in front is kept. Defaults to `GREENAPI_API_URL`, then to the instance's own. */
  apiUrl?: string | null | undefined
  /** The host of uploads, upstream's `mediaUrl`. Defaults to `GREENAPI_MEDIA_URL`, then to the instance's own. */
  mediaUrl?: string | null | undefined
  /** Milliseconds for a whole call, with its retries. Defaults to 60000; where that is left as it is, `qr` may take 90000 and a call with a file 300000. */
  timeout?: number | null | undefined
  /** How many times one call may be sent again, where that is safe. Defaults to 3. */
  maxRetries?: number | null | undefined
  /** The largest answer that is read, in bytes, counted after it was unpacked; a larger one is an error at once: `outcome_unknown` where repeating could bill, send or rotate twice, `protocol` elsewhere. Defaults to 268435456 (256 MiB). */
  maxResponseSize?: number | null | undefined
  /** A proxy for every call, `http`, `https`, `socks5` or `socks5h`, credentials included: `http://user:password@host:port`. Defaults to `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`. This machine is never reached through one. */
  proxy?: string | null | undefined
  /** A PEM file with certificates to trust besides the system's, or a folder of such files. Those that `SSL_CERT_FILE`, `SSL_CERT_DIR` and `NODE_EXTRA_CA_CERTS` name when the client is made are trusted as well. Defaults to none. */
  caFile?: string | null | undefined
  /** Whether instance calls keep to upstream's documented rates, per instance and method; switched off, upstream's 429 is what slows them. Defaults to true. */
  pacing?: boolean | null | undefined
  // --- end of what is generated ---
}

/** The hosts of one instance. */
export interface InstanceHosts {
  /** The host of its calls: upstream's `apiUrl`. Defaults to the client's, then to the instance's own. */
  apiUrl?: string | null | undefined
  /** The host of its uploads: upstream's `mediaUrl`. Defaults to the client's, then to the instance's own. */
  mediaUrl?: string | null | undefined
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

/** The options that every run over many instances has. Every one may be left out. */
export interface RunOptions {
  /** The time of each call with its retries, in milliseconds. Defaults to the client's. */
  timeout?: number | null | undefined
  /**
   * Stops the run, as leaving the loop does: nothing more is begun, and whoever waits for the next result gets
   * `signal.reason`. Defaults to none.
   */
  signal?: AbortSignal | null | undefined
}

// --- generated: options of a partner's operations ---
/** What {@link PartnerClient.deliver} takes. */
export interface DeliverArguments {
  /** The receiver's address. May hold a secret, so that only its host is shown. */
  url: string
  /** What is signed with: `whsec_` and the base64 of 24 to 64 bytes; several, with spaces between them. Secret. */
  secret: string
}

/** Options of {@link PartnerClient.ensureInstance}. Every one may be left out. */
export interface EnsureOptions extends CallOptions {
  /** How long to look for an instance whose creation got no answer; 0: not at all. Defaults to 60000 milliseconds. */
  settle?: number | null | undefined
  /** Whether to ask for the settings of an instance that was there before, and to warn where they are not those that were given. Defaults to false. */
  compareSettings?: boolean | null | undefined
  /** With a store: whether to create an instance although an earlier creation of the name was sent, nobody knows what came of it, and the list does not show it. Defaults to false. */
  retryUnknown?: boolean | null | undefined
}

/** Options of {@link PartnerClient.onboard}. Every one may be left out. */
export interface OnboardOptions extends AuthorizeOptions {
  /** Whether to look, beside the linking, whether the settings of a new instance come into force. Defaults to true. */
  verifySettings?: boolean | null | undefined
  /** How long to look for them, before and again after they are set once more. Defaults to 300000 milliseconds. */
  verifyTimeout?: number | null | undefined
}

/** Options of {@link PartnerClient.inspect}. Every one may be left out. */
export interface InspectOptions extends RunOptions {
  /** Which ones: ids, or whatever has one, or a list. Defaults to all that are live. */
  ids?: InstanceIds | null | undefined
  /** Whether to ask linked ones for their phone. Defaults to true. */
  phone?: boolean | null | undefined
  /** Whether to ask for the settings. Defaults to false. */
  settings?: boolean | null | undefined
  /** Whether to ask for the last changes of the state: fills `everLinked` and `lastLinkedAt`. Defaults to false. */
  history?: boolean | null | undefined
  /** Of how many minutes, up to now, linked ones are asked for their messages: fills `incomingMessages`, `outgoingMessages` and `silent`. Defaults to none: they are not asked. */
  messageMinutes?: number | null | undefined
  /** How many calls may be under way at once. Defaults to 64. */
  concurrency?: number | null | undefined
}

/** Options of {@link PartnerClient.createInstances}. Every one may be left out. */
export interface CreateInstancesOptions extends BulkOptions {
  /** How many may be created, at most: above that nothing is sent. Defaults to no limit. */
  maxNew?: number | null | undefined
  /** What the creations may cost, at most, at `pricePerDay`, exact: above that nothing is sent. Defaults to no limit. */
  maxCost?: Amount | null | undefined
  /** What an instance costs a day, exact; upstream publishes no prices. A creation is charged one day at once. Defaults to none. */
  pricePerDay?: Amount | null | undefined
  /** How long to look for an instance whose creation got no answer. Defaults to 60000 milliseconds. */
  settle?: number | null | undefined
  /** Whether to send again what an earlier run of the journal has sent and could not settle: you have looked, and it has not taken effect. Defaults to false. */
  retryUnknown?: boolean | null | undefined
}

/** Options of {@link PartnerClient.deleteInstanceAccounts}. Every one may be left out. */
export interface DeleteInstanceAccountsOptions extends BulkOptions {
  /** Whether to log the phone out first. Defaults to true. */
  logout?: boolean | null | undefined
  /** How many may be deleted, at most: above that nothing is sent. Defaults to no limit. */
  maxDeleted?: number | null | undefined
  /** How many are to be deleted, with those that an earlier run of the journal has deleted: if there are more or fewer, nothing is sent. Defaults to any number. */
  expect?: number | null | undefined
  /** Whether every live instance of the account may be deleted, where there is more than one. If not, nothing is sent then. Defaults to false. */
  deleteAll?: boolean | null | undefined
}

/** Options of {@link PartnerClient.setInstancesSettings}. Every one may be left out. */
export interface SetInstancesSettingsOptions extends BulkOptions {
  /** Whether to look for the settings until they show. Defaults to false. */
  verify?: boolean | null | undefined
  /** How long to look for them, before and again after they are set once more. Defaults to 300000 milliseconds. */
  verifyTimeout?: number | null | undefined
}

/** Options of {@link PartnerClient.rebootInstances}. Every one may be left out. */
export interface RebootInstancesOptions extends BulkOptions {
  /** Whether to send again what an earlier run of the journal has sent and could not settle: you have looked, and it has not taken effect. Defaults to false. */
  retryUnknown?: boolean | null | undefined
}

/** Options of a run that changes many instances. */
export interface BulkOptions extends RunOptions {
  /** What says what was sent, so that the same run can be taken up again after a crash with nothing done twice: a `Journal` of a store, or the path of a file, which is made where there is none, on a local file system. Defaults to none. */
  journal?: Journal | string | null | undefined
  /** Whether to say only what would be sent. Defaults to false. */
  dryRun?: boolean | null | undefined
  /** How many may be under way at once, at least 1. Defaults to 8 for partner methods (create, delete) and to 32 for those of instances. */
  concurrency?: number | null | undefined
}

/** Options of {@link PartnerClient.findDuplicates}. Every one may be left out. */
export interface FindDuplicatesOptions extends RunOptions {
  /** What a day costs, exact, or what it costs by tariff. Defaults to no prices: days are counted. */
  pricePerDay?: Amount | { [tariff: string]: Amount } | null | undefined
  /** How many calls may be under way at once. Defaults to 64. */
  concurrency?: number | null | undefined
}

/** Options of {@link PartnerClient.deleteDuplicates}. Every one may be left out. */
export interface DeleteDuplicatesOptions extends RunOptions {
  /** Whether to say only what would be deleted. Nothing is deleted unless this is false. Defaults to true. */
  dryRun?: boolean | null | undefined
  /** Whether to clean up names of which no instance is linked, too: the one that was linked last is kept then, or else the oldest. Defaults to false. */
  includeUnlinked?: boolean | null | undefined
  /** How many may be deleted, at most: above that nothing is deleted. Defaults to no limit. */
  maxDeleted?: number | null | undefined
  /** How many are to be deleted: if there are more or fewer, nothing is. Defaults to any number. */
  expect?: number | null | undefined
  /** How many may be under way at once, at least 1. Defaults to 64 for looking and to 8 for deleting. */
  concurrency?: number | null | undefined
}

/** Options of {@link PartnerClient.watch}. Every one may be left out. */
export interface WatchOptions {
  /** From the beginning of one look to that of the next. Defaults to 60000 milliseconds. */
  interval?: number | null | undefined
  /** The `snapshot()` of an earlier watch: what is different from it is told first. Defaults to none. */
  since?: string | null | undefined
  /** Where to remember what was told. Without `since`, what is different from it is told first. Defaults to none. */
  ledger?: Ledger | null | undefined
  /** Whether, of all watches of the account that are exclusive, one tells, and another takes over from it. Needs the client's store. Defaults to false. */
  exclusive?: boolean | null | undefined
  /** Whether to ask every live instance for its state. Defaults to false. */
  states?: boolean | null | undefined
  /** Whether a new state is told only once the next look shows it too, so that one that lasts for a single look never is. Defaults to false. */
  settle?: boolean | null | undefined
  /** How many may be asked at once. Defaults to 64. */
  concurrency?: number | null | undefined
  /** Ends it at once; whoever waits for it gets `signal.reason`. */
  signal?: AbortSignal | null | undefined
}

/** Options of {@link PartnerClient.deliver}. Every one may be left out. */
export interface DeliverOptions extends RunOptions {
  /** The file that keeps what is known and what waits, made where there is none, on a local file system. Defaults to the client's store. */
  spool?: string | null | undefined
  /** Which delivery it is, of several in the client's store. Defaults to `events`. */
  name?: string | null | undefined
  /** From the beginning of one look to that of the next. Defaults to 60000 milliseconds. */
  interval?: number | null | undefined
  /** Whether to ask every live instance for its state. Defaults to false. */
  states?: boolean | null | undefined
  /** Whether a new state is told only once the next look shows it too, so that one that lasts for a single look never is. Defaults to false. */
  settle?: boolean | null | undefined
  /** How many may be asked at once. Defaults to 64. */
  concurrency?: number | null | undefined
  /** How long the receiver may take for one event. Defaults to 15000 milliseconds. */
  timeout?: number | null | undefined
  /** Whether a receiver beyond this machine may be posted to without TLS. Defaults to false. */
  plainHttp?: boolean | null | undefined
}

/** Options of {@link Instances.billing} and {@link Ledger.billing}. Every one may be left out. */
export interface BillingOptions {
  /** What a day costs, exact, or what it costs by tariff. Defaults to no prices: days are counted. */
  pricePerDay?: Amount | { [tariff: string]: Amount } | null | undefined
  /** The first day of UTC+3 that counts. Defaults to as far back as is known. */
  since?: string | null | undefined
  /** The moment up to which charges count. Defaults to now. */
  until?: Date | string | null | undefined
  /** When the list was made. Defaults to now, or to `until` where that is later. Without effect for a ledger. */
  listedAt?: Date | string | null | undefined
  /** What ends the prefix of a name. Defaults to `-`. */
  prefixSeparator?: string | null | undefined
}
// --- end of what is generated ---

/** Money, exact: text such as `12.50`, or a number, which stands for what it prints as. */
export type Amount = string | number | bigint

/**
 * Ids of instances: those themselves, or anything with an `idInstance`, such as a list of instances or of results. One that
 * has none (a creation that failed) is `invalid_request`, before anything is sent.
 */
export type InstanceIds = Iterable<IdInstance | { readonly idInstance: IdInstance | null }>

/** An instance's id, exact: a number up to 2^53-1, a bigint, or decimal text. */
export type IdInstance = number | bigint | string

/**
 * The settings of a new instance: at least one. What is not given (`undefined`, `null`) is not sent, and stays switched
 * off.
 */
export interface InstanceSettings {
  // --- generated: settings of a new instance ---
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
  // --- end of what is generated ---
  /** Fields that upstream learned before this library did, sent as they are. */
  extra?: { [field: string]: unknown } | null | undefined
}

/** Settings with the name that {@link PartnerClient.ensureInstance} looks for. */
export interface NamedInstanceSettings extends InstanceSettings {
  /** The name that the console shows, and that the instance is known by. */
  name: string
}

/** A phone number, international: a number, a bigint, or text as people write it: `+7 900 123-45-67`. */
export type PhoneNumber = number | bigint | string

/**
 * A file to upload: its bytes (a `Buffer` is one), which are copied, a `Blob`, or its path. A `File` and a path bring their
 * name along; upstream goes by its ending.
 */
export type FileToSend = Uint8Array | Blob | string

// --- generated: arguments of an instance's methods ---
/** What {@link InstanceClient.getStateInstanceHistory} takes. */
export interface HistoryQuery {
  /** How many changes, the latest ones. Defaults to upstream's 100. */
  count?: number | null | undefined
}

/** What {@link InstanceClient.sendAuthorizationCode} takes. */
export interface AuthorizationCodeToSend {
  /** The code that the customer got in the messenger. */
  code: string
  /** The account's password, where it has one. */
  password?: string | null | undefined
  /** Fields that upstream learned since, by upstream's names, sent as they are. Defaults to none. */
  extra?: { [field: string]: unknown } | null | undefined
}

/** What {@link InstanceClient.setSettings} takes. */
export interface SettingsToSet {
  /** The URL that upstream posts notifications to; empty: none, and the queue over HTTP works. */
  webhookUrl?: string | null | undefined
  /** What upstream puts into the `Authorization` header of a notification. Secret. */
  webhookUrlToken?: string | null | undefined
  /** Milliseconds between two messages sent, 500 to 600000. */
  delaySendMessagesMilliseconds?: number | null | undefined
  /** Mark incoming messages as read. Ignored where `markIncomingMessagesReadedOnReply` is on. */
  markIncomingMessagesReaded?: boolean | null | undefined
  /** Mark incoming messages as read when one is answered. */
  markIncomingMessagesReadedOnReply?: boolean | null | undefined
  /** Notify of the status of sent messages. */
  outgoingWebhook?: boolean | null | undefined
  /** Notify of messages sent from the phone. */
  outgoingMessageWebhook?: boolean | null | undefined
  /** Notify of messages sent through the API. */
  outgoingAPIMessageWebhook?: boolean | null | undefined
  /** Notify of changes of the authorization state. */
  stateWebhook?: boolean | null | undefined
  /** Notify of incoming messages and files. */
  incomingWebhook?: boolean | null | undefined
  /** Notify of the phone's state. Upstream says that this is temporarily not working. */
  deviceWebhook?: boolean | null | undefined
  /** Show the account as online; the phone then makes no notification sounds. */
  keepOnlineStatus?: boolean | null | undefined
  /** Notify of polls. */
  pollMessageWebhook?: boolean | null | undefined
  /** Notify of chats that block the account. Upstream says that this is temporarily not working. */
  incomingBlockWebhook?: boolean | null | undefined
  /** Notify of calls; needs `incomingWebhook` too. */
  incomingCallWebhook?: boolean | null | undefined
  /** Notify of edited messages. */
  editedMessageWebhook?: boolean | null | undefined
  /** Notify of deleted messages. */
  deletedMessageWebhook?: boolean | null | undefined
  /** Seconds to show typing before each message, 0 to 10; a message's own `typingTime` wins. */
  autoTyping?: number | null | undefined
  /** Give links a preview. */
  linkPreview?: boolean | null | undefined
  /** Name chats by WhatsApp's new identifiers (LID). */
  enableLidMode?: boolean | null | undefined
  /** Fields that upstream learned since, by upstream's names, sent as they are. Defaults to none. */
  extra?: { [field: string]: unknown } | null | undefined
}

/** What {@link InstanceClient.sendMessage} takes. */
export interface MessageToSend {
  /** The chat: `79001234567@c.us`, a group `…@g.us`. */
  chatId: string
  /** The text, up to 20,000 characters (MAX: 4,000). */
  message: string
  /** The message that is answered. */
  quotedMessageId?: string | null | undefined
  /** Whether a link gets a preview. Defaults to upstream's true. */
  linkPreview?: boolean | null | undefined
  /** The size of the preview: `large` or `small`. */
  typePreview?: string | null | undefined
  /** A preview of one's own: title, description, link, urlFile, jpegThumbnail. */
  customPreview?: { [name: string]: unknown } | null | undefined
  /** Whether the chat is archived with it; upstream's own web client knows it, no page does. */
  archiveChat?: boolean | null | undefined
  /** Milliseconds to show typing before: 1000 to 20000. */
  typingTime?: number | null | undefined
  /** Fields that upstream learned since, by upstream's names, sent as they are. Defaults to none. */
  extra?: { [field: string]: unknown } | null | undefined
}

/** What {@link InstanceClient.sendFileByUrl} takes. */
export interface FileByUrlToSend {
  /** The chat: `79001234567@c.us`, a group `…@g.us`. */
  chatId: string
  /** Where upstream fetches the file: up to 100 MB. */
  urlFile: string
  /** The name that the chat shows, with its ending. */
  fileName: string
  /** A text below the file. */
  caption?: string | null | undefined
  /** The message that is answered. */
  quotedMessageId?: string | null | undefined
  /** Milliseconds to show typing before: 1000 to 20000. */
  typingTime?: number | null | undefined
  /** `recording` shows a recording instead of typing. */
  typingType?: string | null | undefined
  /** Fields that upstream learned since, by upstream's names, sent as they are. Defaults to none. */
  extra?: { [field: string]: unknown } | null | undefined
}

/** What {@link InstanceClient.sendFileByUpload} takes. */
export interface FileByUploadToSend {
  /** The chat: `79001234567@c.us`, a group `…@g.us`. */
  chatId: string
  /** The file: its bytes, or its path. Up to 100 MB. */
  file: FileToSend
  /** The name that the chat shows, with its ending. Defaults to the file's own. */
  fileName?: string | null | undefined
  /** A text below the file. */
  caption?: string | null | undefined
  /** The message that is answered. */
  quotedMessageId?: string | null | undefined
  /** Fields that upstream learned since, by upstream's names, sent as they are. Defaults to none. */
  extra?: { [field: string]: unknown } | null | undefined
}

/** What {@link InstanceClient.sendPoll} takes. */
export interface SendPollArguments {
  /** The chat: `79001234567@c.us`, a group `…@g.us`. */
  chatId: string
  /** The question. */
  message: string
  /** The answers to choose from, 2 to 12: texts, or objects of an `optionName`. */
  options: readonly (string | { optionName: string })[]
  /** Whether several may be chosen. Defaults to upstream's false. */
  multipleAnswers?: boolean | null | undefined
  /** The message that is answered. */
  quotedMessageId?: string | null | undefined
  /** Fields that upstream learned since, by upstream's names, sent as they are. Defaults to none. */
  extra?: { [field: string]: unknown } | null | undefined
}

/** What {@link InstanceClient.sendLocation} takes. */
export interface SendLocationArguments {
  /** The chat: `79001234567@c.us`, a group `…@g.us`. */
  chatId: string
  /** Degrees to the north, -90 to 90. */
  latitude: number
  /** Degrees to the east, -180 to 180. */
  longitude: number
  /** What the place is called. */
  nameLocation?: string | null | undefined
  /** Its address. */
  address?: string | null | undefined
  /** Fields that upstream learned since, by upstream's names, sent as they are. Defaults to none. */
  extra?: { [field: string]: unknown } | null | undefined
}

/** What {@link InstanceClient.sendContact} takes. */
export interface SendContactArguments {
  /** The chat: `79001234567@c.us`, a group `…@g.us`. */
  chatId: string
  /** The card: its `phoneContact`, and what is known of `firstName`, `middleName`, `lastName` and `company`. */
  contact: {
    phoneContact: PhoneNumber
    firstName?: string | null | undefined
    middleName?: string | null | undefined
    lastName?: string | null | undefined
    company?: string | null | undefined
  }
  /** Fields that upstream learned since, by upstream's names, sent as they are. Defaults to none. */
  extra?: { [field: string]: unknown } | null | undefined
}

/** What {@link InstanceClient.forwardMessages} takes. */
export interface ForwardMessagesArguments {
  /** The chat that they go to. */
  chatId: string
  /** The chat that they are in. */
  chatIdFrom: string
  /** The ids of the messages. */
  messages: readonly string[]
  /** Fields that upstream learned since, by upstream's names, sent as they are. Defaults to none. */
  extra?: { [field: string]: unknown } | null | undefined
}

/** What {@link InstanceClient.sendInteractiveButtons} takes. */
export interface SendInteractiveButtonsArguments {
  /** The chat: `79001234567@c.us`, a group `…@g.us`. */
  chatId: string
  /** The text, up to 20,000 characters. */
  body: string
  /** The buttons, up to 3: a `type` (`copy`, `call` or `url`), a `buttonId`, a `buttonText` of up to 25 letters, and by its type a `copyCode`, a `phoneNumber` or a `url`. */
  buttons: readonly {
    type: string
    buttonId: string
    buttonText: string
    copyCode?: string | null | undefined
    phoneNumber?: string | null | undefined
    url?: string | null | undefined
  }[]
  /** A title above the text. */
  header?: string | null | undefined
  /** A line below the text. */
  footer?: string | null | undefined
  /** Fields that upstream learned since, by upstream's names, sent as they are. Defaults to none. */
  extra?: { [field: string]: unknown } | null | undefined
}

/** What {@link InstanceClient.sendInteractiveButtonsReply} takes. */
export interface SendInteractiveButtonsReplyArguments {
  /** The chat: `79001234567@c.us`, a group `…@g.us`. */
  chatId: string
  /** The text. */
  body: string
  /** The buttons, up to 3: a `buttonId`, and a `buttonText` of up to 25 letters. */
  buttons: readonly {
    buttonId: string
    buttonText: string
  }[]
  /** A title above the text. */
  header?: string | null | undefined
  /** A line below the text. */
  footer?: string | null | undefined
  /** Fields that upstream learned since, by upstream's names, sent as they are. Defaults to none. */
  extra?: { [field: string]: unknown } | null | undefined
}

/** What {@link InstanceClient.sendTyping} takes. */
export interface SendTypingArguments {
  /** The chat: `79001234567@c.us`, a group `…@g.us`. */
  chatId: string
  /** Milliseconds to show it: 1000 to 20000. */
  typingTime?: number | null | undefined
  /** `recording` for a voice message. Defaults to typing. */
  typingType?: string | null | undefined
  /** Fields that upstream learned since, by upstream's names, sent as they are. Defaults to none. */
  extra?: { [field: string]: unknown } | null | undefined
}

/** What {@link InstanceClient.editMessage} takes. */
export interface EditMessageArguments {
  /** The chat: `79001234567@c.us`, a group `…@g.us`. */
  chatId: string
  /** The message's id. */
  idMessage: string
  /** The new text, up to 20,000 characters (MAX: 4,000). */
  message: string
  /** Fields that upstream learned since, by upstream's names, sent as they are. Defaults to none. */
  extra?: { [field: string]: unknown } | null | undefined
}

/** What {@link InstanceClient.deleteMessage} takes. */
export interface DeleteMessageArguments {
  /** The chat: `79001234567@c.us`, a group `…@g.us`. */
  chatId: string
  /** The message's id. */
  idMessage: string
  /** Whether it is deleted for the sender alone. Defaults to upstream's false: for everybody. */
  onlySenderDelete?: boolean | null | undefined
  /** Fields that upstream learned since, by upstream's names, sent as they are. Defaults to none. */
  extra?: { [field: string]: unknown } | null | undefined
}

/** What {@link InstanceClient.uploadFile} takes. */
export interface UploadFileArguments {
  /** The file: its bytes, or its path. Up to 100 MB. */
  file: FileToSend
  /** Its name, with its ending. Defaults to the file's own. */
  fileName?: string | null | undefined
}

/** What {@link InstanceClient.downloadFile} takes. */
export interface DownloadFileArguments {
  /** The chat: `79001234567@c.us`, a group `…@g.us`. */
  chatId: string
  /** The message's id. */
  idMessage: string
  /** Fields that upstream learned since, by upstream's names, sent as they are. Defaults to none. */
  extra?: { [field: string]: unknown } | null | undefined
}

/** What {@link InstanceClient.receiveNotification} takes. */
export interface NotificationsQuery {
  /** Seconds that upstream waits for one: 5 to 60. Defaults to 5. */
  receiveTimeout?: number | null | undefined
}

/** What {@link InstanceClient.getChatHistory} takes. */
export interface GetChatHistoryArguments {
  /** The chat: `79001234567@c.us`, a group `…@g.us`. */
  chatId: string
  /** How many, the latest ones. Defaults to upstream's 100. */
  count?: number | null | undefined
  /** Fields that upstream learned since, by upstream's names, sent as they are. Defaults to none. */
  extra?: { [field: string]: unknown } | null | undefined
}

/** What {@link InstanceClient.getMessage} takes. */
export interface GetMessageArguments {
  /** The chat: `79001234567@c.us`, a group `…@g.us`. */
  chatId: string
  /** The message's id. */
  idMessage: string
  /** Fields that upstream learned since, by upstream's names, sent as they are. Defaults to none. */
  extra?: { [field: string]: unknown } | null | undefined
}

/** What {@link InstanceClient.lastIncomingMessages} takes. */
export interface LastIncomingMessagesArguments {
  /** Of how many minutes, up to now. Defaults to upstream's 1440: a day. */
  minutes?: number | null | undefined
}

/** What {@link InstanceClient.lastOutgoingMessages} takes. */
export interface LastOutgoingMessagesArguments {
  /** Of how many minutes, up to now. Defaults to upstream's 1440: a day. */
  minutes?: number | null | undefined
}

/** What {@link InstanceClient.lastIncomingCalls} takes. */
export interface LastIncomingCallsArguments {
  /** Of how many minutes, up to now. Defaults to upstream's 1440: a day. */
  minutes?: number | null | undefined
}

/** What {@link InstanceClient.lastOutgoingCalls} takes. */
export interface LastOutgoingCallsArguments {
  /** Of how many minutes, up to now. Defaults to upstream's 1440: a day. */
  minutes?: number | null | undefined
}

/** What {@link InstanceClient.checkAccount} takes. */
export interface AccountQuery {
  /** The phone number, international. */
  phoneNumber: PhoneNumber
  /** Ask the messenger even where upstream remembers the answer (MAX). */
  force?: boolean | null | undefined
  /** Fields that upstream learned since, by upstream's names, sent as they are. Defaults to none. */
  extra?: { [field: string]: unknown } | null | undefined
}

/** What {@link InstanceClient.createGroup} takes. */
export interface CreateGroupArguments {
  /** The group's name, up to 100 characters. */
  groupName: string
  /** Who is in it besides the account: their chats, `79001234567@c.us`. */
  chatIds: readonly string[]
  /** Fields that upstream learned since, by upstream's names, sent as they are. Defaults to none. */
  extra?: { [field: string]: unknown } | null | undefined
}

/** What {@link InstanceClient.updateGroupName} takes. */
export interface UpdateGroupNameArguments {
  /** The group: `120363043968066561@g.us`; Telegram and MAX: its chat's number. */
  groupId: string
  /** The new name, up to 100 characters. */
  groupName: string
  /** Fields that upstream learned since, by upstream's names, sent as they are. Defaults to none. */
  extra?: { [field: string]: unknown } | null | undefined
}

/** What {@link InstanceClient.addGroupParticipant} takes. */
export interface AddGroupParticipantArguments {
  /** The group: `120363043968066561@g.us`; Telegram and MAX: its chat's number. */
  groupId: string
  /** The participant's chat: `79001234567@c.us`. */
  participantChatId: string
  /** Fields that upstream learned since, by upstream's names, sent as they are. Defaults to none. */
  extra?: { [field: string]: unknown } | null | undefined
}

/** What {@link InstanceClient.removeGroupParticipant} takes. */
export interface RemoveGroupParticipantArguments {
  /** The group: `120363043968066561@g.us`; Telegram and MAX: its chat's number. */
  groupId: string
  /** The participant's chat: `79001234567@c.us`. */
  participantChatId: string
  /** Fields that upstream learned since, by upstream's names, sent as they are. Defaults to none. */
  extra?: { [field: string]: unknown } | null | undefined
}

/** What {@link InstanceClient.setGroupAdmin} takes. */
export interface SetGroupAdminArguments {
  /** The group: `120363043968066561@g.us`; Telegram and MAX: its chat's number. */
  groupId: string
  /** The participant's chat: `79001234567@c.us`. */
  participantChatId: string
  /** Fields that upstream learned since, by upstream's names, sent as they are. Defaults to none. */
  extra?: { [field: string]: unknown } | null | undefined
}

/** What {@link InstanceClient.removeAdmin} takes. */
export interface RemoveAdminArguments {
  /** The group: `120363043968066561@g.us`; Telegram and MAX: its chat's number. */
  groupId: string
  /** The participant's chat: `79001234567@c.us`. */
  participantChatId: string
  /** Fields that upstream learned since, by upstream's names, sent as they are. Defaults to none. */
  extra?: { [field: string]: unknown } | null | undefined
}

/** What {@link InstanceClient.setGroupPicture} takes. */
export interface SetGroupPictureArguments {
  /** The group: `120363043968066561@g.us`; Telegram and MAX: its chat's number. */
  groupId: string
  /** The picture, a JPEG: its bytes, or its path. */
  file: FileToSend
  /** Fields that upstream learned since, by upstream's names, sent as they are. Defaults to none. */
  extra?: { [field: string]: unknown } | null | undefined
}

/** What {@link InstanceClient.updateGroupSettings} takes. */
export interface UpdateGroupSettingsArguments {
  /** The group: `120363043968066561@g.us`; Telegram and MAX: its chat's number. */
  groupId: string
  /** Whether they may change its name, picture, description and the like. */
  allowParticipantsEditGroupSettings?: boolean | null | undefined
  /** Whether they may write, or the admins alone. */
  allowParticipantsSendMessages?: boolean | null | undefined
  /** Fields that upstream learned since, by upstream's names, sent as they are. Defaults to none. */
  extra?: { [field: string]: unknown } | null | undefined
}

/** What {@link InstanceClient.readChat} takes. */
export interface ReadChatArguments {
  /** The chat: `79001234567@c.us`, a group `…@g.us`. */
  chatId: string
  /** The one message that was read. Defaults to the whole chat. */
  idMessage?: string | null | undefined
  /** Fields that upstream learned since, by upstream's names, sent as they are. Defaults to none. */
  extra?: { [field: string]: unknown } | null | undefined
}

/** What {@link InstanceClient.setDisappearingChat} takes. */
export interface SetDisappearingChatArguments {
  /** The chat: `79001234567@c.us`, a group `…@g.us`. */
  chatId: string
  /** Seconds that messages live: 0 (for good), 86400 (a day), 604800 (a week) or 7776000 (90 days). */
  ephemeralExpiration: 0 | 86400 | 604800 | 7776000
  /** Fields that upstream learned since, by upstream's names, sent as they are. Defaults to none. */
  extra?: { [field: string]: unknown } | null | undefined
}

/** What {@link InstanceClient.getChats} takes. */
export interface GetChatsArguments {
  /** How many, the latest ones. Defaults to all. */
  count?: number | null | undefined
}

/** What {@link InstanceClient.getContacts} takes. */
export interface GetContactsArguments {
  /** Whether groups come too. Defaults to upstream's choice. */
  group?: boolean | null | undefined
  /** How many. Defaults to all. */
  count?: number | null | undefined
}

/** What {@link InstanceClient.addContact} takes. */
export interface AddContactArguments {
  /** The person's chat: `79001234567@c.us`. */
  chatId: string
  /** The first name. */
  firstName: string
  /** The last name. */
  lastName?: string | null | undefined
  /** Whether the phone's own address book has it too. Defaults to upstream's true. */
  saveInAddressbook?: boolean | null | undefined
  /** Fields that upstream learned since, by upstream's names, sent as they are. Defaults to none. */
  extra?: { [field: string]: unknown } | null | undefined
}

/** What {@link InstanceClient.editContact} takes. */
export interface EditContactArguments {
  /** The person's chat: `79001234567@c.us`. */
  chatId: string
  /** The first name. */
  firstName: string
  /** The last name. */
  lastName?: string | null | undefined
  /** Whether the phone's own address book has it too. Defaults to upstream's true. */
  saveInAddressbook?: boolean | null | undefined
  /** Fields that upstream learned since, by upstream's names, sent as they are. Defaults to none. */
  extra?: { [field: string]: unknown } | null | undefined
}

/** What {@link InstanceClient.sendTextStatus} takes. */
export interface SendTextStatusArguments {
  /** The text. */
  message: string
  /** The colour behind it, `#228B22`, anything but white: the letters are. Defaults to upstream's black. */
  backgroundColor?: string | null | undefined
  /** `SERIF`, `SANS_SERIF`, `NORICAN_REGULAR`, `BRYNDAN_WRITE` or `OSWALD_HEAVY`. */
  font?: string | null | undefined
  /** Who sees it: their chats. Defaults to all who have the number in their contacts. */
  participants?: readonly string[] | null | undefined
  /** Fields that upstream learned since, by upstream's names, sent as they are. Defaults to none. */
  extra?: { [field: string]: unknown } | null | undefined
}

/** What {@link InstanceClient.sendVoiceStatus} takes. */
export interface SendVoiceStatusArguments {
  /** The file's address: the file itself must be there, and no page that offers it. */
  urlFile: string
  /** Its name, with its ending. */
  fileName: string
  /** The colour behind it: `#228B22`. */
  backgroundColor?: string | null | undefined
  /** Who sees it: their chats. Defaults to all who have the number in their contacts. */
  participants?: readonly string[] | null | undefined
  /** Fields that upstream learned since, by upstream's names, sent as they are. Defaults to none. */
  extra?: { [field: string]: unknown } | null | undefined
}

/** What {@link InstanceClient.sendMediaStatus} takes. */
export interface SendMediaStatusArguments {
  /** The file's address: the file itself must be there, and no page that offers it. */
  urlFile: string
  /** Its name, with its ending. */
  fileName: string
  /** A text below it. */
  caption?: string | null | undefined
  /** Who sees it: their chats. Defaults to all who have the number in their contacts. */
  participants?: readonly string[] | null | undefined
  /** Fields that upstream learned since, by upstream's names, sent as they are. Defaults to none. */
  extra?: { [field: string]: unknown } | null | undefined
}

/** What {@link InstanceClient.getIncomingStatuses} takes. */
export interface GetIncomingStatusesArguments {
  /** Those of the last so many minutes. Defaults to upstream's 1440, a day. */
  minutes?: number | null | undefined
}

/** What {@link InstanceClient.getOutgoingStatuses} takes. */
export interface GetOutgoingStatusesArguments {
  /** Those of the last so many minutes. Defaults to upstream's 1440, a day. */
  minutes?: number | null | undefined
}

/** What {@link InstanceClient.sendProduct} takes. */
export interface SendProductArguments {
  /** The chat: `79001234567@c.us`, a group `…@g.us`. */
  chatId: string
  /** The product of the account's catalog. */
  productId: string
  /** The message that is answered. */
  quotedMessageId?: string | null | undefined
  /** Fields that upstream learned since, by upstream's names, sent as they are. Defaults to none. */
  extra?: { [field: string]: unknown } | null | undefined
}

/** What {@link InstanceClient.sendOrder} takes. */
export interface SendOrderArguments {
  /** The chat: `79001234567@c.us`, a group `…@g.us`. */
  chatId: string
  /** The products that are ordered. */
  productIds: readonly string[]
  /** The message that is answered. */
  quotedMessageId?: string | null | undefined
  /** Whether the chat is archived with it. */
  archive?: boolean | null | undefined
  /** Milliseconds to show typing before: 1000 to 20000. */
  typingTime?: number | null | undefined
  /** Fields that upstream learned since, by upstream's names, sent as they are. Defaults to none. */
  extra?: { [field: string]: unknown } | null | undefined
}

/** What {@link InstanceClient.getProducts} takes. */
export interface GetProductsArguments {
  /** The seller's chat: `79001234567@c.us`. */
  chatId: string
  /** How many. Defaults to upstream's 10. */
  productLimit?: number | null | undefined
  /** Fields that upstream learned since, by upstream's names, sent as they are. Defaults to none. */
  extra?: { [field: string]: unknown } | null | undefined
}

/** What {@link InstanceClient.getCollections} takes. */
export interface GetCollectionsArguments {
  /** The seller's chat: `79001234567@c.us`. */
  chatId: string
  /** How many. Defaults to upstream's 10. */
  collectionLimit?: number | null | undefined
  /** Where the page begins: `after` of the `paging` before. */
  afterCollectionId?: string | null | undefined
  /** How many products of each. Defaults to upstream's 3. */
  productLimit?: number | null | undefined
  /** Fields that upstream learned since, by upstream's names, sent as they are. Defaults to none. */
  extra?: { [field: string]: unknown } | null | undefined
}

/** What {@link InstanceClient.getCollection} takes. */
export interface GetCollectionArguments {
  /** The seller's chat: `79001234567@c.us`. */
  chatId: string
  /** The collection. */
  collectionId: string
  /** How many products. Defaults to upstream's 3. */
  productLimit?: number | null | undefined
  /** Where the page begins: `after` of the `paging` before. */
  afterProduct?: string | null | undefined
  /** Fields that upstream learned since, by upstream's names, sent as they are. Defaults to none. */
  extra?: { [field: string]: unknown } | null | undefined
}

/** What {@link InstanceClient.getOrderDetails} takes. */
export interface GetOrderDetailsArguments {
  /** The order, as the notification names it. */
  orderId: string
  /** The order's token, as the notification has it. Secret. */
  token: string
  /** The seller's chat, where it is another than the account: `79001234567@c.us`. */
  sellerJid?: string | null | undefined
  /** Fields that upstream learned since, by upstream's names, sent as they are. Defaults to none. */
  extra?: { [field: string]: unknown } | null | undefined
}

/** What {@link InstanceClient.downloadFileTo} takes. */
export interface DownloadFileToArguments {
  /** The chat: `79001234567@c.us`, a group `…@g.us`. */
  chatId: string
  /** The message's id. */
  idMessage: string
  /** Where the file is to be, with its name. What stands there is replaced. */
  path: string
}

/** Options of {@link InstanceClient.setSettings}. Every one may be left out. */
export interface SetSettingsOptions extends CallOptions {
  /** Whether to send an empty body, as upstream's support has one do after a reboot; it goes with no setting. Defaults to false. */
  reapply?: boolean | null | undefined
  /** Whether to look for the settings until they show. Defaults to false. */
  verify?: boolean | null | undefined
  /** Milliseconds to look for them, before and again after they are set once more. Defaults to 300000. */
  verifyTimeout?: number | null | undefined
}

/** Options of {@link InstanceClient.waitUntilReady}. Every one may be left out. */
export interface ReadyOptions {
  /** Milliseconds to wait in all. Defaults to 900000. */
  timeout?: number | null | undefined
  /** Milliseconds between two looks at the state. Defaults to 5000. */
  interval?: number | null | undefined
  /** Milliseconds of `starting` after which it is rebooted, once; nothing: never. Defaults to 300000. */
  rebootAfter?: number | null | undefined
  /** Ends it at once; whoever waits for it gets `signal.reason`. */
  signal?: AbortSignal | null | undefined
}

/** Options of {@link InstanceClient.waitUntilAuthorized}. Every one may be left out. */
export interface WaitOptions {
  /** Milliseconds to wait in all. Defaults to 900000. */
  timeout?: number | null | undefined
  /** Milliseconds between two looks at the state. Defaults to 5000. */
  interval?: number | null | undefined
  /** Ends it at once; whoever waits for it gets `signal.reason`. */
  signal?: AbortSignal | null | undefined
}

/** Options of {@link InstanceClient.authorize}. Every one may be left out. */
export interface AuthorizeOptions {
  /** Link by this number instead of by QR code, international. Defaults to none. */
  phoneNumber?: PhoneNumber | null | undefined
  /** Milliseconds to wait in all. Defaults to 900000. */
  timeout?: number | null | undefined
  /** Milliseconds between two looks at the state. Defaults to 5000. */
  interval?: number | null | undefined
  /** Milliseconds of `starting` after which it is rebooted, once; nothing: never. Defaults to 300000. */
  rebootAfter?: number | null | undefined
  /** Ends it at once; whoever waits for it gets `signal.reason`. */
  signal?: AbortSignal | null | undefined
}

/** Options of {@link InstanceClient.notifications}. Every one may be left out. */
export interface NotificationsOptions extends CallOptions {
  /** Milliseconds without a notification after which the iteration ends. Defaults to none: it has no end. */
  idle?: number | null | undefined
}

/** Options of {@link InstanceClient.downloadFileTo}. Every one may be left out. */
export interface DownloadFileToOptions extends CallOptions {
  /** The largest file that is kept, in bytes; a larger one is `limit_exceeded`. Defaults to none. */
  maxSize?: number | null | undefined
}
// --- end of what is generated ---

/** What {@link InstanceClient.call} is told about a method. */
export interface CallParts {
  /** GET, POST or DELETE. Defaults to the method's own; of an unknown one, to POST with a body, else GET. */
  verb?: 'GET' | 'POST' | 'DELETE' | null | undefined
  /** The body; beside a file, the fields of its form. */
  json?: unknown
  /** A file to upload: its bytes, or its path. */
  file?: FileToSend | null | undefined
  /** Fields of the query, by name. */
  query?: { [name: string]: unknown } | null | undefined
  /** `api` or `media`. Defaults to the method's own; of an unknown one, to `api`. */
  host?: 'api' | 'media' | null | undefined
  /** `once`, `safe` or `idempotent`. Defaults to the method's own; of an unknown one, to `once`. */
  retry?: 'once' | 'safe' | 'idempotent' | null | undefined
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

  // --- generated: methods of a partner ---
  /**
   * Creates an instance. Its first day is charged at once, each further one at 00:00 UTC+3 until it is deleted.
   *
   * Give at least one setting; what is not given is not sent and stays switched off. Settings belong here rather than into a later call: changing them afterwards restarts the instance. A new instance takes up to 5 minutes until it answers.
   *
   * A name is refused that upstream may store otherwise than it is given, for it would not be found again: one with white space at its ends or twice in a row, with control characters, or not in Unicode's composed form (NFC). Nothing is changed silently; the error says which name would do. The first list that has the new instance is looked at for its name, and a warning in the log says so if it is another. So does one if a webhook URL is given and no notification is switched on, or calls are to be told of and incoming messages are not.
   *
   * Sent at most once: a request that may have reached upstream is never repeated, because upstream has no idempotency keys and each instance is billed. Only a refusal that upstream documents is told as one; whatever else comes, a page of a gateway with any status, a `false`, a code that nobody knows, leaves open whether there is a new instance. If no usable answer comes, the error is `outcome_unknown`: list the instances and look for the name before you create again, or use `ensureInstance`, which does that.
   *
   * HTTP 429 says that nothing was done, so after it the creation is sent again, as often as the client's retries allow. A gateway that answers so after upstream has acted makes one more instance of each try: `ensureInstance`, `onboard` and `createInstances` look at the list before they send again, and this call, which may have no name to look for, does not. Where such a gateway may be on the way, use those, or a client without retries.
   *
   * Errors: `invalid_request` (no setting, an unknown one, a blank name or one as above, a webhook URL that is not http or https, a delay outside 500 to 600000 ms), `no_capacity` (nothing was created; try later), `outcome_unknown`, `unauthorized`, `configuration` (upstream has nothing at this URL), `rate_limited`, `unavailable` and `timeout` (nothing was sent).
   *
   * ```js
   * const created = await partner.createInstance({ name: 'shop-42', incomingWebhook: true })
   * console.log(created.idInstance) // and created.apiTokenInstance, to keep
   * ```
   *
   * @param settings At least one; see {@link InstanceSettings}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/partners/createInstance/
   */
  createInstance(settings: InstanceSettings, options?: CallOptions | null): Promise<CreatedInstance>

  /**
   * Lists all instances of the account, deleted ones of the last three months included.
   *
   * The list stays in Rust as one compact value, and an item is made when it is touched. Times are aware: upstream's zone-less times are UTC+3. Whether one is deleted, `deleted` says, and where upstream does not say it, its time of deletion. Fields that this version does not know are kept in `extra`. An item of upstream's list that is no object is passed over, with a warning in the log; nothing is created on the word of such a list, and what it lacks is not said to be gone. An unchanged list costs no parsing: its `ETag` is remembered and sent.
   *
   * It is what upstream says. Whether upstream's list may lag behind is not documented: `ensureInstance` and the others that act by the list correct it by what this client has done of late.
   *
   * Safe to repeat: it is sent again after a lost connection, a cut answer, 5xx, or 429 (after the wait that upstream asks for).
   *
   * Errors: `unauthorized`, `configuration` (there is nothing at this URL), `rate_limited`, `unavailable`, `timeout`, `protocol` (an answer that is no list), `refused`.
   *
   * ```js
   * for (const { idInstance, name } of (await partner.getInstances()).live) console.log(idInstance, name)
   * ```
   *
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/partners/getInstances/
   */
  getInstances(options?: CallOptions | null): Promise<Instances>

  /**
   * Deletes an instance; it is not charged from the next 00:00 UTC+3 on. There is no way back.
   *
   * Returns nothing: anything but upstream's `true`, or a 1 in its place, is an error. Safe to repeat: it is sent again after a lost connection, a cut answer or 5xx, and if upstream then says that there is no such instance, the earlier try has worked and the call succeeds.
   *
   * Errors: `not_found` (there is no such instance, or it was deleted before; an HTTP 404 alone does not say so), `invalid_request` (an id that cannot be one), `refused` (upstream's `false`), `unauthorized`, `configuration` (an HTTP 404: there is nothing at this URL), `rate_limited`, `unavailable`, `timeout`.
   *
   * ```js
   * await partner.deleteInstanceAccount(1101000001)
   * ```
   *
   * @param idInstance The id: a number, a bigint, or decimal text.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/partners/deleteInstanceAccount/
   */
  deleteInstanceAccount(
    idInstance: IdInstance | { readonly idInstance: IdInstance },
    options?: CallOptions | null,
  ): Promise<undefined>

  /**
   * Finds one instance by its id in the list of `getInstances`; upstream has no method for one. A deleted instance is found too, as long as upstream lists it: look at `deleted`. What this client has created or deleted within the last ten minutes is given so although the list does not show it yet; of a new instance only id, name, messenger and token are known then.
   *
   * Errors: `not_found` (the list was given, and lacks it), `invalid_request` (an id that cannot be one), and those of `getInstances`.
   *
   * ```js
   * const { name, deleted } = await partner.getInstance(1101000001)
   * ```
   *
   * @param idInstance The id: a number, a bigint, or decimal text.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/partners/getInstances/
   */
  getInstance(
    idInstance: IdInstance | { readonly idInstance: IdInstance },
    options?: CallOptions | null,
  ): Promise<Instance>

  /**
   * Gives the live instance of that name, or creates one: the call to make when a repeated one must not bill twice.
   *
   * It lists first, and creates at most once per call. If the creation gets no usable answer, it looks into the list (after 1, 2, 4 … s) for as long as `settle` says, 60 s unless told, or until the call's time is up; still absent, the error is `outcome_unknown`, never a second creation. Nor is a creation that was refused with HTTP 429 believed to have done nothing: the list is asked, once, before it is sent again (one that lags as well cannot tell: then there are two). The creation gets at most half of the call's time, so that some is left to look. Of several live instances with that name the oldest is given, with a warning in the log. It gives the instance, and `isNew` says whether this call has created it, and its first day was charged. The settings are used only where it creates. Those of an existing instance are never changed, and compared only with `compareSettings`: it is asked for them once then, and a warning in the log names those that are not as you gave them. Of a new instance only id, name, messenger and token are known until the next list.
   *
   * A list may lag. For ten minutes this client takes what it has created for live although no list shows it yet, unless one shows it as deleted; and what it has deleted for deleted, whatever a list still shows. `onboard`, `createInstances` and the other runs that change instances, `offboard` and `getInstance` do the same; `getInstances` gives what upstream says.
   *
   * A name that is listed exactly as it is given is found, however odd it is. One that upstream may store otherwise is not created: see `createInstance`.
   *
   * Of one client, two calls with the same name wait for each other, and the second finds what the first created. A call that is cancelled sends nothing more; a creation that was already sent goes on without its caller, so that the next call with that name finds the instance. Two clients at once, be it in two processes, can still create two, and so can a creation that takes effect after `settle`: upstream knows no unique names.
   *
   * Errors: `protocol` (a list that could not be read whole and lacks the name: nothing is created), `invalid_request` (no name, or one that is not listed and would not be found again), and those of `getInstances` and `createInstance`.
   *
   * ```js
   * const ensured = await partner.ensureInstance({ name: 'shop-42', incomingWebhook: true })
   * if (ensured.isNew) console.log('created', ensured.idInstance)
   * ```
   *
   * @param settings See {@link NamedInstanceSettings}.
   * @param options `settle`, `compareSettings`, `retryUnknown`, `timeout`, `signal`; see {@link EnsureOptions}. Times are in milliseconds.
   * @see https://green-api.com/en/docs/partners/createInstance/
   */
  ensureInstance(settings: NamedInstanceSettings, options?: EnsureOptions | null): Promise<EnsuredInstance>

  /**
   * Takes a customer from a name to a linked phone: the live instance of that name or a new one, then all that `authorize` does. An iterator of events, `Created` first and `Authorized` last.
   *
   * Run it again after a crash, or in another process: it finds the instance by its name, picks up where that is, and never creates a second one. Of one client, two runs with the same name wait for each other, and a run that is left while its creation is under way lets that end, so that the next run finds the instance; two processes at the very same time can still create two (see `ensureInstance`). `Created` says whether this run created it (`isNew`), and was charged its first day.
   *
   * It takes the settings of `createInstance`; they are used only where it creates. Upstream confirms some at times that never come into force: of a new instance they are looked for beside the linking, as `setSettings` does with `verify`, for up to `verifyTimeout` (300 seconds) and once more after a reboot, unless a phone is linked: a linked instance is never rebooted. `SettingsNotKept` names those that do not show even so, and the linking goes on. It is not held up: when a phone is linked before that is known, the look ends with a record in the log, and `getSettings` tells later. `verifySettings` switches it off. `phoneNumber` links by number instead of by QR code. The iterator's `instance` is the instance's client, for passwords and codes, once `Created` was given.
   *
   * Errors, by the iteration: those of `ensureInstance` and of `authorize`. An argument that cannot be used (a phone number that is none, say) is `invalid_request` before anything is asked or paid: by the call itself, and in Rust by the first step.
   *
   * ```js
   * const events = partner.onboard({ name: 'shop-42', incomingWebhook: true })
   * for await (const event of events) {
   *   if (event.type === 'qrCode') show(event.dataUrl)
   *   if (event.type === 'passwordNeeded') await events.instance.sendAuthorizationPassword(await ask('Password?'))
   *   if (event.type === 'authorized') console.log('linked:', event.phone)
   * }
   * ```
   *
   * @param settings See {@link NamedInstanceSettings}.
   * @param options `phoneNumber`, `timeout`, `interval`, `rebootAfter`, `verifySettings`, `verifyTimeout`, `signal`; see {@link OnboardOptions}. Times are in milliseconds.
   * @see https://green-api.com/en/docs/partners/createInstance/
   */
  onboard(settings: NamedInstanceSettings, options?: OnboardOptions | null): EventIterator<OnboardEvent>

  /**
   * Ends an instance: logs the phone out, since upstream leaves its session open otherwise, then deletes. There is no way back; it is not charged from the next 00:00 UTC+3 on.
   *
   * Safe to repeat: one that is deleted already is left alone. If upstream cannot be asked to log out (`unavailable`, `timeout`, `rate_limited`), nothing is deleted: run it again. An instance that refuses to log out otherwise (not ready, unpaid, a wrong token, a host that has no logout) is deleted all the same, with a warning in the log.
   *
   * A list may lag: what this client has created within the last ten minutes can be ended before it is listed, and what it has deleted is left alone.
   *
   * Errors: `not_found` (the account lists no such instance), `configuration` (an HTTP 404: nothing was deleted), and those of `getInstances`, `logout` and `deleteInstanceAccount`.
   *
   * ```js
   * await partner.offboard(1101000001)
   * ```
   *
   * @param idInstance The id: a number, a bigint, or decimal text.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/partners/deleteInstanceAccount/
   */
  offboard(
    idInstance: IdInstance | { readonly idInstance: IdInstance },
    options?: CallOptions | null,
  ): Promise<undefined>

  /**
   * Looks at many instances at once: what the list knows of each, joined with the state that it is in, and where a phone is linked, which one. On demand its settings, and since when it has been linked or not. All live ones, unless `ids` are given.
   *
   * Results come as they are there, one for each instance, never in a fixed order. `group` says what to do about it: `linked`; `waiting` for a phone (or still being created); `starting`; `restricted` (suspended, yellow card, blocked, asleep); `expired`; `unreachable` (its `error` says why). An error of one instance stands in its result and never stops the others; where only a part could not be had, such as the phone, the rest is kept beside the error. An id that the list lacks, and a deleted instance, are `unreachable` with `not_found`.
   *
   * Nothing is changed by it. Never more than `concurrency` calls (64) are under way at once, each in upstream's documented rate and with the `timeout` given. Stopped, it ends at once: what is not there yet is not told.
   *
   * `history` asks each instance for the last 100 changes of its state. `everLinked` is false only where there are fewer, and none of them is a linked phone; where there is no change at all, nobody knows.
   *
   * `messageMinutes` asks each linked one for its journals of messages, two more calls: `silent` are those that say "authorized" and had no message either way. The journals lack what was not noted (incoming messages while `incomingWebhook` was off) and show a message up to two minutes late; the calls count against upstream's quota of the month, where the tariff has one.
   *
   * Errors, of the run: those of `getInstances`, and `invalid_request` (an id that can be none, a `concurrency` of 0, `messageMinutes` of 0).
   *
   * ```js
   * for await (const { idInstance, group, phone } of partner.inspect({ history: true })) {
   *   console.log(idInstance, group, phone)
   * }
   * ```
   *
   * @param options `ids`, `phone`, `settings`, `history`, `messageMinutes`, `concurrency`, `timeout`, `signal`; see {@link InspectOptions}. Times are in milliseconds.
   * @see https://green-api.com/en/docs/partners/getInstances/
   */
  inspect(options?: InspectOptions | null): Run<Inspection>

  /**
   * Creates many instances, none of them twice, and gives what has become of each as it ends. Each is charged its first day at once, each further one at 00:00 UTC+3 until it is deleted.
   *
   * A run begins with one list. A name that a live instance has is `skipped` with that instance: running again creates nothing twice. So is one that this client has created within the last ten minutes, although the list does not show it yet. Of one client, nobody else creates one of these names meanwhile. A creation that was refused with HTTP 429 is sent again only once the list has shown that nothing came of it. Names must differ; where a `journal` is given, one without a name gets the journal's and its place: `shops-1`. Settings belong to each of them, as for `createInstance`.
   *
   * With a `journal` (a file, made where there is none, for its owner alone, or a `Journal` of a store; no token is in it) a run can be taken up after a crash: give the same list and the same journal. What was done is `skipped`, what failed is tried again, and what was sent without an answer is looked for by its name. What looking (after 1, 2, 4 … s, up to `settle`, 60 s unless told) does not settle is `unknown` and is not sent again, unless you say `retryUnknown`: you have looked. An instance that was deleted since is not created again.
   *
   * A journal belongs to one run at a time: a second one is refused, and told which process has it. While it has a file, another beside it (`shops.journal.lock`) names the owner, and other programs find the database locked, on Linux also in the same process. How far a run is say its `progress` and its report; from outside, copy the journal and the file with `-wal` at its end, and look into the copy (`SELECT state, count(*) FROM item GROUP BY state`). Reading and copying harm nothing; where the journal or one of the files beside it is deleted, moved or replaced, the run begins nothing more, waits for what is under way, and ends with `configuration`. On a network file system none of this is promised.
   *
   * Guards against a slip of the pen: `maxNew`, and `maxCost` at `pricePerDay`, are held against what would be created now, one day each. `dryRun` asks for the list, tells what is `planned`, and sends and writes nothing. Up to 8 are under way at once, unless `concurrency` says otherwise; `timeout` is that of each creation.
   *
   * When it is stopped or dropped, nothing more is begun; what was sent is waited for, looked for, and written down, as long as the program lives; the rest is `skipped`. A program that ends before leaves it to the next run with the journal.
   *
   * Errors of the run, before anything is sent: `invalid_request` (settings that cannot be sent, a name that is missing, blank, given twice, that upstream may store otherwise (see `createInstance`) or, made of the journal's, taken by a live instance; a journal that is in use, of another run or another account, or no journal), `limit_exceeded`, those of `getInstances`, and of a store's journal those of `Journal`. At its end: `configuration` (the journal could not be written, or is no longer where it was; nothing was sent that is not in it), `unavailable` (nor could a store's). Errors of an item: those of `createInstance`.
   *
   * ```js
   * const run = partner.createInstances(['shop-1', 'shop-2'], { journal: 'shops.journal', maxNew: 2 })
   * for await (const item of run) console.log(item.name, item.status, item.idInstance)
   * ```
   *
   * @param specs Settings as {@link PartnerClient.createInstance} takes them, or names.
   * @param options `maxNew`, `maxCost`, `pricePerDay`, `settle`, `retryUnknown`, `journal`, `dryRun`, `concurrency`, `timeout`, `signal`; see {@link CreateInstancesOptions}. Times are in milliseconds.
   * @see https://green-api.com/en/docs/partners/createInstance/
   */
  createInstances(specs: Iterable<InstanceSettings | string>, options?: CreateInstancesOptions | null): BulkRun

  /**
   * Deletes many instances, and gives what has become of each as it ends. There is no way back; they are not charged from the next 00:00 UTC+3 on.
   *
   * A run begins with one list. Each phone is logged out first, since upstream leaves its session open otherwise, as `offboard` does; `logout` false leaves that out. One that is deleted already is `skipped`, one that the list lacks is `failed` (`not_found`), one that is given twice is deleted once.
   *
   * Guards against deleting more than was meant, `dryRun` included: `maxDeleted` is held against the live instances that would be deleted now; `expect` is how many are to be deleted, each counted once, those that an earlier run of the journal has sent included and those that were deleted already without it left out. A run that would delete every live instance of the account, where there is more than one, is refused unless `deleteAll` says that it is meant.
   *
   * Safe to repeat. With a `journal`, as for `createInstances`, what was done is left out. `dryRun` says what is `planned` and sends nothing but the list. Up to 8 are under way at once, unless `concurrency` says otherwise; `timeout` is that of each instance.
   *
   * Errors of the run: `invalid_request` (no such id, a journal that will not do), `limit_exceeded` (a guard; nothing was sent), those of `getInstances`, and at its end `configuration` (the journal could not be written, or is no longer where it was). Errors of an item: those of `offboard` or `deleteInstanceAccount`; one that is answered with an HTTP 404 is `failed` (`configuration`), never `done`.
   *
   * ```js
   * for await (const item of partner.deleteInstanceAccounts([1101000001], { dryRun: true })) {
   *   console.log(item.idInstance, item.status, item.error)
   * }
   * ```
   *
   * @param ids Numbers, bigints or text, or objects with an `idInstance`; see {@link InstanceIds}.
   * @param options `logout`, `maxDeleted`, `expect`, `deleteAll`, `journal`, `dryRun`, `concurrency`, `timeout`, `signal`; see {@link DeleteInstanceAccountsOptions}. Times are in milliseconds.
   * @see https://green-api.com/en/docs/partners/deleteInstanceAccount/
   */
  deleteInstanceAccounts(ids: InstanceIds, options?: DeleteInstanceAccountsOptions | null): BulkRun

  /**
   * Changes the same settings of many instances, and gives what has become of each as it ends. Every one of them reboots by itself, and the new values apply within five minutes. Nothing is charged.
   *
   * A run begins with one list, which has the tokens. An id that the list lacks or that is deleted is `failed` (`not_found`), one without a token `failed` (`invalid_request`), one that is given twice is set once.
   *
   * With `verify`, each item goes on until its settings show, as with `setSettings`, and what is not kept has the status `not_kept`, with an `error` that names it. That may take twice `verifyTimeout` (300 seconds unless told otherwise) for each.
   *
   * Safe to repeat. With a `journal`, as for `createInstances`, what was done is left out; a journal is for the same ids and the same settings (a secret one may differ). `dryRun` says what is `planned` and sends nothing but the list. Up to 32 are under way at once, unless `concurrency` says otherwise; `timeout` is that of each call.
   *
   * Errors of the run: `invalid_request` (nothing given, a value of another kind, no such id, a journal that will not do), those of `getInstances`, and at its end `configuration` (the journal could not be written, or is no longer where it was). Errors of an item: those of `setSettings`.
   *
   * ```js
   * for await (const item of partner.setInstancesSettings([1101000001], { incomingWebhook: true })) {
   *   console.log(item.idInstance, item.status, item.error)
   * }
   * ```
   *
   * @param ids Numbers, bigints or text, or objects with an `idInstance`; see {@link InstanceIds}.
   * @param settings See {@link SettingsToSet}.
   * @param options `verify`, `verifyTimeout`, `journal`, `dryRun`, `concurrency`, `timeout`, `signal`; see {@link SetInstancesSettingsOptions}. Times are in milliseconds.
   * @see https://green-api.com/en/docs/api/account/SetSettings/
   */
  setInstancesSettings(ids: InstanceIds, settings: SettingsToSet, options?: SetInstancesSettingsOptions | null): BulkRun

  /**
   * Restarts many instances, and gives what has become of each as it ends: `starting` for up to five minutes, the phones stay linked. Nothing is charged.
   *
   * A run begins with one list, which has the tokens. An id that the list lacks or that is deleted is `failed` (`not_found`), one without a token `failed` (`invalid_request`), one that is given twice is rebooted once.
   *
   * Never repeated by itself: one that got no answer is `unknown`. With a `journal`, as for `createInstances`, what was done is left out, and what was sent without an answer stays `unknown`, unless you say `retryUnknown`. `dryRun` says what is `planned` and sends nothing but the list. Up to 32 are under way at once, unless `concurrency` says otherwise; `timeout` is that of each call.
   *
   * Errors of the run: `invalid_request` (no such id, a journal that will not do), those of `getInstances`, and at its end `configuration` (the journal could not be written, or is no longer where it was). Errors of an item: those of `reboot`.
   *
   * ```js
   * const rebooted = await partner.rebootInstances([1101000001]).collect()
   * console.log(rebooted.filter((item) => item.status === 'done').length)
   * ```
   *
   * @param ids Numbers, bigints or text, or objects with an `idInstance`; see {@link InstanceIds}.
   * @param options `retryUnknown`, `journal`, `dryRun`, `concurrency`, `timeout`, `signal`; see {@link RebootInstancesOptions}. Times are in milliseconds.
   * @see https://green-api.com/en/docs/api/account/Reboot/
   */
  rebootInstances(ids: InstanceIds, options?: RebootInstancesOptions | null): BulkRun

  /**
   * Unlinks the phones of many instances, and gives what has become of each as it ends. The instances stay, and are charged as before.
   *
   * A run begins with one list, which has the tokens. One without a phone is `done`. An id that the list lacks or that is deleted is `failed` (`not_found`), one without a token `failed` (`invalid_request`), one that is given twice is logged out once.
   *
   * Safe to repeat. With a `journal`, as for `createInstances`, what was done is left out. `dryRun` says what is `planned` and sends nothing but the list. Up to 32 are under way at once, unless `concurrency` says otherwise; `timeout` is that of each call.
   *
   * Errors of the run: `invalid_request` (no such id, a journal that will not do), those of `getInstances`, and at its end `configuration` (the journal could not be written, or is no longer where it was). Errors of an item: those of `logout`.
   *
   * ```js
   * const left = await partner.logoutInstances([1101000001]).collect()
   * console.log(left.filter((item) => item.status === 'done').length)
   * ```
   *
   * @param ids Numbers, bigints or text, or objects with an `idInstance`; see {@link InstanceIds}.
   * @param options `journal`, `dryRun`, `concurrency`, `timeout`, `signal`; see {@link BulkOptions}. Times are in milliseconds.
   * @see https://green-api.com/en/docs/api/account/Logout/
   */
  logoutInstances(ids: InstanceIds, options?: BulkOptions | null): BulkRun

  /**
   * Finds the live instances that share a name with another, as a lost reply, two workers without a `store` or a click too many leave them behind; each is charged by the day. It tells of each whether a phone is linked, since when, what it has cost so far, and what `deleteDuplicates` would do about it (`plan`).
   *
   * Names are compared exactly, as the list has them; one without a name is nobody's duplicate. It begins with one list, and only instances that share a name are asked, each for its state and for the last 100 changes of it. Those of one name come one after the other, the oldest first; names come as they are there, in no fixed order. An account without duplicates costs one list.
   *
   * `isLinked` is true for a restricted account too (suspended, yellow card, blocked, asleep). It is nothing, never false, where the state could not be had (`error` says why), and while an instance starts, is created or is being linked. `linkedSince` is nothing where upstream's history does not tell. `days` are those that were charged, the one of the creation and one at each 00:00 UTC+3 since; `cost` is what they cost at `pricePerDay`, exact, one price or one for each tariff. Upstream publishes no prices: without one, days alone are told.
   *
   * `plan` is `keep` for the linked one, where exactly one is, and `delete` for the others. All of a name are left alone (`leave`, see `reason`) where several are linked, where none is, where that is not known of each, and where they are of several messengers; so is one that is not charged by the day.
   *
   * Nothing is changed by it. Never more than `concurrency` calls (64) are under way at once, each in upstream's documented rate and with the `timeout` given.
   *
   * Errors, of the run: those of `getInstances`, and `invalid_request` (a price that is none, a `concurrency` of 0). An error of one instance stands in its result and never stops the others.
   *
   * ```js
   * for await (const { name, idInstance, isLinked, linkedSince, cost, plan } of partner.findDuplicates({ pricePerDay: '4.50' })) {
   *   console.log(name, idInstance, isLinked, linkedSince, cost, plan)
   * }
   * ```
   *
   * @param options `pricePerDay`, `concurrency`, `timeout`, `signal`; see {@link FindDuplicatesOptions}. Times are in milliseconds.
   * @see https://green-api.com/en/docs/partners/getInstances/
   */
  findDuplicates(options?: FindDuplicatesOptions | null): Run<Duplicate>

  /**
   * Deletes the duplicates that `findDuplicates` finds: of the live instances of one name, it keeps the linked one and deletes the others. It says only what it would do, unless `dryRun` is false. There is no way back; what is deleted is not charged from the next 00:00 UTC+3 on.
   *
   * Never deleted is an instance with a phone, or the last live one of a name. A name is left alone where several of its instances are linked, where that is not known of each (a state that could not be had, one that starts or is being linked), and where they are of several messengers. It is left alone, too, where none is linked, unless `includeUnlinked` says otherwise: then the one that was linked last is kept, as far as upstream's history tells, or else the oldest, which is the one that `ensureInstance` gives. An instance that is not charged by the day is left alone.
   *
   * Each instance of such a name is an item: `planned` in a dry run, `done`, `failed` (see `error`), or `skipped` (kept or left alone, see `reason`). Before anything is deleted the list is asked for once more, and right before each deletion the state of the one to be kept and that of the one to go; where something has changed, it is `skipped`, and where it cannot be had, `failed`. A phone that is linked in the instant between that answer and the deletion is lost with its instance: upstream knows no condition for a deletion.
   *
   * With a `store`, a name that had one of the deleted as its instance has the kept one, from before the deletion on; while the store cannot be reached, nothing is deleted.
   *
   * Guards, as for `deleteInstanceAccounts`, `dryRun` included: `maxDeleted` and `expect`. Safe to repeat: a run looks anew, so it needs no journal. Up to 8 are deleted at once, unless `concurrency` says otherwise; `timeout` is that of each call.
   *
   * Errors of the run: `limit_exceeded` (a guard; nothing was deleted), `invalid_request` (a `concurrency` of 0), and those of `getInstances`. Errors of an item: those of `getStateInstance` and `deleteInstanceAccount`.
   *
   * ```js
   * for await (const { name, idInstance, status, reason } of partner.deleteDuplicates()) {
   *   console.log(name, idInstance, status, reason) // a dry run: nothing is deleted
   * }
   * ```
   *
   * @param options `dryRun`, `includeUnlinked`, `maxDeleted`, `expect`, `concurrency`, `timeout`, `signal`; see {@link DeleteDuplicatesOptions}. Times are in milliseconds.
   * @see https://green-api.com/en/docs/partners/deleteInstanceAccount/
   */
  deleteDuplicates(options?: DeleteDuplicatesOptions | null): BulkRun

  /**
   * Iterates over what changes in the account: instances that are `created`, `deleted`, `renamed`, get a new token (`tokenChanged`), another state (`stateChanged`, with `states`), or run out (`expired`). Upstream has no such events: every `interval` (60 seconds) the list is asked for, which costs next to nothing while it is unchanged, and compared with the one before.
   *
   * Without a starting point the first list is the base, and only what changes after it is told. `since` takes a `snapshot()` of an earlier watch, and `ledger` a file that remembers: then the differences to that are told first, so nothing between two runs is missed, not even an instance that was created and deleted meanwhile. A snapshot holds exactly what was handed out, and no token; the ledger is written once all changes of a list were handed out. So after a crash a change may come twice, and none is lost.
   *
   * Nothing happens between one `next` and another. An outage is waited through, with a warning in the log. With `states`, each round also asks every live instance for its state, at most `concurrency` (64) at once; a state that could not be had stays as it was, and the first state that is known of an instance is no change, unless the instance is new. `settle` holds a new state back until the next look shows it too, so that one which lasts for a single look, as while a phone reconnects, is never told. Nothing else is held back, and nothing is lost: a snapshot, a ledger and the store have the state that was told, whoever goes on from there.
   *
   * `exclusive`, with a client that has a store, is for a service of many workers: of all watches of the account that are, one tells, and the others wait. What it has told stands in the store; when it ends, another goes on from there at once, and within the store's claim (30 seconds) when its process has died, whatever has changed meanwhile. A change counts as told when the next one is asked for: what was not asked past is told by the next watch again, so that none is lost. Nothing else is told twice: a process that was held up for longer than its claim tells nothing more until its turn comes again. `since` and a ledger are where the first of all begins; later ones begin with the store.
   *
   * Errors, by the iteration: `unauthorized`, `configuration` (also `exclusive` without a store, and a store of another account), `invalid_request` (a snapshot or a ledger that cannot be read, or is of another account), and what else upstream refuses for good.
   *
   * ```js
   * const changes = partner.watch({ interval: 60_000 })
   * for await (const { kind, name } of changes) {
   *   console.log(kind, name)
   *   await save(changes.snapshot()) // For the `since` of the next one.
   * }
   * ```
   *
   * @param options `interval`, `since`, `ledger`, `exclusive`, `states`, `settle`, `concurrency`, `signal`; see {@link WatchOptions}. Times are in milliseconds.
   * @see https://green-api.com/en/docs/partners/getInstances/
   */
  watch(options?: WatchOptions | null): WatchIterator

  /**
   * Delivers what changes in the account to a receiver of yours: each change is posted as signed JSON to `url`, by the specification of [Standard Webhooks](https://www.standardwebhooks.com), again and again until it is answered with a 2xx status. Gives what was delivered, as it is, and goes on until it is stopped.
   *
   * What is told is what `watch` notices: instances that are created, deleted, renamed, get a new token or run out; with `states`, also those that are ready to be linked, linked, unlinked, restricted, or get another state. `settle` leaves out a state that lasts for a single look. The guide has the types of events and their bodies. `secret` is `whsec_` and the base64 of 24 to 64 random bytes, the same for the receiver, which verifies with `verifyEvent` or any library of that specification; while one is replaced by another, both, with a space between them.
   *
   * Each event arrives at least once, and those of one instance in their order; different instances are posted at once, at most 8. A receiver that does not answer within `timeout` (15 seconds), or with any other status, is posted to again after 1 second, then after twice as long each time, up to 5 minutes, and never sooner than its `Retry-After` says. That holds nothing else up: the account is watched on, and the spool grows. After a crash an event may come twice, with the same `webhook-id`. Redirects are not followed.
   *
   * `spool` is a file that keeps what is known of each instance and what waits to be posted: one process has it at a time, and the next goes on from there, so nothing between two runs is missed. Without it the client's store does that, under `name`: of all processes that deliver, one does, and another takes over from it. A new spool begins with the first list, and tells what changes after that. Neither holds a token, nor the secret. Two receivers need two spools, or names.
   *
   * Errors, by the iteration: `configuration` (neither a spool nor a store, a secret that is none, an address without TLS beyond this machine unless `plainHttp` is set, a file that cannot be written, a store of another account), `invalid_request` (a spool that is in use, cannot be read, or is of another account), `refused` (the receiver has answered 410 Gone: it wants no more; what waits is kept), `unauthorized`, and what else upstream refuses for good.
   *
   * ```js
   * const events = partner.deliver({ url: 'https://example.com/events', secret }, { spool: 'events.spool', states: true })
   * for await (const { type, idInstance } of events) {
   *   console.log(type, idInstance)
   * }
   * ```
   *
   * @param settings See {@link DeliverArguments}.
   * @param options `spool`, `name`, `interval`, `states`, `settle`, `concurrency`, `timeout`, `plainHttp`, `signal`; see {@link DeliverOptions}. Times are in milliseconds.
   * @see https://green-api.com/en/docs/partners/getInstances/
   */
  deliver(settings: DeliverArguments, options?: DeliverOptions | null): Run<Delivery>
  // --- end of what is generated ---

  /**
   * The client of one instance, over this client's connections and pace. Nothing is sent.
   *
   * ```js
   * const shop = partner.instance(await partner.createInstance({ name: 'shop-42' }))
   * const other = partner.instance(1101728004, token, { apiUrl: 'https://7103.api.greenapi.com' })
   * ```
   *
   * @param instance A created or a listed one, or an id, with its token and hosts.
   * @throws {InvalidRequestError} No such id, or a listed instance without its token.
   * @throws {ConfigurationError} A malformed token, or a URL that a token must not be sent to.
   */
  instance(instance: CreatedInstance | Instance): InstanceClient
  instance(idInstance: IdInstance, apiTokenInstance: string, hosts?: InstanceHosts | null): InstanceClient

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

/**
 * The client of one instance: `partner.instance(…)`, or one of its own, with a pool of connections of its own.
 *
 * Nothing keeps the process alive between calls, so closing is optional. `util.inspect` shows no token.
 *
 * ```js
 * const shop = new InstanceClient({ idInstance: 1101728004, apiTokenInstance: token })
 * await shop.sendMessage({ chatId: '79001234567@c.us', message: 'Hello' })
 * ```
 */
export class InstanceClient implements Disposable, AsyncDisposable {
  /**
   * @param options `idInstance` and `apiTokenInstance`; everything else has a default, see {@link InstanceClientOptions}.
   * @throws {InvalidRequestError} No such id.
   * @throws {ConfigurationError} A malformed token, a URL that will not do, an unreadable CA file, an option that does
   *   not exist or is of another type.
   */
  constructor(options: InstanceClientOptions)

  // --- generated: methods of an instance ---
  /**
   * Reads the authorization state: `notAuthorized`, `authorized`, `blocked`, `sleepMode`, `starting`, `yellowCard`, `suspended`, `pendingPassword`, or whatever upstream adds.
   *
   * An instance that is still being created is `not_ready`. At most one call a second is sent per instance.
   *
   * Errors: `not_ready`, `unauthorized` (also the id or the host), `not_found` (deleted), `configuration` (there is nothing at this URL), `expired`, `rate_limited`, `unavailable`, `timeout`.
   *
   * ```js
   * if ((await shop.getStateInstance()) === 'authorized') console.log('linked')
   * ```
   *
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/account/GetStateInstance/
   */
  getStateInstance(options?: CallOptions | null): Promise<StateInstance>

  /**
   * Reads the changes of the authorization state, the oldest first: when, to what, and with which phone.
   *
   * Errors: as for `getStateInstance`.
   *
   * ```js
   * for (const { stateInstance, timestamp } of await shop.getStateInstanceHistory({ count: 10 })) console.log(timestamp, stateInstance)
   * ```
   *
   * @param given See {@link HistoryQuery}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/account/GetStateInstanceHistory/
   */
  getStateInstanceHistory(given?: HistoryQuery | null, options?: CallOptions | null): Promise<StateChange[]>

  /**
   * Asks for the QR code that the phone has to scan: a PNG, good for about 20 seconds. Ask again every 2 seconds, Telegram and MAX every 5; `scanQrCode` and `authorize` do so by themselves.
   *
   * It may take upstream up to a minute to answer, so the time is 90 seconds unless told otherwise.
   *
   * Errors: `already_authorized` (a phone is linked: log out first), `not_ready` (there is no code yet, or the instance is not ready: ask again), `refused` (upstream's words in the description; a passkey or a password is asked for, too: `authorize` sees those through), `unauthorized`, `not_found` (deleted), `rate_limited`, `unavailable`, `timeout`.
   *
   * ```js
   * const { dataUrl, expiresAt } = await shop.qr()
   * ```
   *
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/account/QR/
   */
  qr(options?: CallOptions | null): Promise<QrCode>

  /**
   * Asks for the code that links a phone without a camera (WhatsApp): the customer types it under *Linked devices*, *Link with phone number*. It is good for about two and a half minutes.
   *
   * Ask once: repeated and wrong codes were seen to push instances into `starting`. So it is never sent twice by itself.
   *
   * Errors: `invalid_request` (no phone number), `already_authorized`, `not_ready`, `refused`, `outcome_unknown` (sent, no answer), `unauthorized`, `not_found` (deleted), `rate_limited`.
   *
   * ```js
   * console.log('Type into the phone:', await shop.getAuthorizationCode('+7 900 123-45-67'))
   * ```
   *
   * @param phoneNumber The phone number, international.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/account/GetAuthorizationCode/
   */
  getAuthorizationCode(phoneNumber: PhoneNumber, options?: CallOptions | null): Promise<string>

  /**
   * Begins to link a phone by its number (Telegram; MAX has deprecated it): upstream sends a code to the messenger's own chat, good for five minutes. Hand it on with `sendAuthorizationCode`.
   *
   * A second call within the five minutes sends no new code.
   *
   * Errors: `refused` (the reason in the description), `already_authorized`, `not_ready`, `invalid_request`, `outcome_unknown`, `unauthorized`, `rate_limited`.
   *
   * ```js
   * await shop.startAuthorization('+7 900 123-45-67')
   * ```
   *
   * @param phoneNumber The phone number, international.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/telegram/docs/api/account/StartAuthorization/
   */
  startAuthorization(phoneNumber: PhoneNumber, options?: CallOptions | null): Promise<undefined>

  /**
   * Hands on the code that `startAuthorization` made upstream send (Telegram, MAX). Send it at once. An account with a password then waits for `sendAuthorizationPassword`: the state is `pendingPassword`.
   *
   * Errors: `refused` with the reason in the description (`verify_code_wrong`, `code_expired`, `timeout`), `already_authorized`, `outcome_unknown`, `invalid_request`, `unauthorized`, `rate_limited`.
   *
   * ```js
   * await shop.sendAuthorizationCode({ code: '12345' })
   * ```
   *
   * @param given See {@link AuthorizationCodeToSend}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/telegram/docs/api/account/SendAuthorizationCode/
   */
  sendAuthorizationCode(given: AuthorizationCodeToSend, options?: CallOptions | null): Promise<undefined>

  /**
   * Hands on the account's password (Telegram, MAX), while the state is `pendingPassword`.
   *
   * Errors: `refused` with the reason in the description (`invalid_password`, `rate_limit_exceeded`, `authorization_not_started`), `already_authorized`, `outcome_unknown`, `invalid_request`, `unauthorized`, `rate_limited`.
   *
   * ```js
   * await shop.sendAuthorizationPassword(await ask('Password?'))
   * ```
   *
   * @param password The account's password. Secret.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/telegram/docs/api/account/SendAuthorizationPassword/
   */
  sendAuthorizationPassword(password: string, options?: CallOptions | null): Promise<undefined>

  /**
   * Unlinks the phone: the instance is `notAuthorized` afterwards. Safe to repeat.
   *
   * Errors: `not_authorized` (there was no phone), `refused` (upstream's `false`), `not_ready`, `unauthorized`, `not_found` (deleted), `rate_limited`, `unavailable`, `timeout`.
   *
   * ```js
   * await shop.logout()
   * ```
   *
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/account/Logout/
   */
  logout(options?: CallOptions | null): Promise<undefined>

  /**
   * Restarts the instance: `starting` for up to five minutes, the phone stays linked. What helps where an instance hangs in `starting` or has a yellow card. Never repeated by itself.
   *
   * Errors: `refused` (upstream's `false`), `outcome_unknown`, `unauthorized`, `not_found` (deleted), `rate_limited`.
   *
   * ```js
   * await shop.reboot()
   * await shop.waitUntilReady()
   * ```
   *
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/account/Reboot/
   */
  reboot(options?: CallOptions | null): Promise<undefined>

  /**
   * Reads the settings: flags as booleans, however upstream spells them; what it sends besides is in `extra`.
   *
   * New values show after the reboot that `setSettings` brings about.
   *
   * Errors: as for `getStateInstance`.
   *
   * ```js
   * const { webhookUrl, incomingWebhook } = await shop.getSettings()
   * ```
   *
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/account/GetSettings/
   */
  getSettings(options?: CallOptions | null): Promise<Settings>

  /**
   * Changes settings: what is given, and nothing else. The instance reboots by itself, and the new values apply within five minutes. Give settings to `createInstance` where you can: that costs no reboot.
   *
   * Upstream confirms settings at times that never come into force. With `verify` they are looked for (`getSettings`) every 10 seconds for up to `verifyTimeout`, 300 seconds unless told otherwise and beside the time of the call; only then is the instance rebooted, once, they are set again and looked for as long. What does not show even so is `refused`, and the error names it. Looked for is what the documents say that `getSettings` shows: not `autoTyping`, `linkPreview`, `enableLidMode`, `deviceWebhook`, `incomingBlockWebhook` and what `extra` has.
   *
   * `reapply` sends an empty body, which upstream's support asks for after a reboot. `settable()` of what `getSettings` gives has the settings of one instance as another takes them.
   *
   * Safe to repeat. `extra` takes fields that upstream learned since.
   *
   * Errors: `invalid_request` (nothing given and not `reapply`, a value of another kind, a webhook URL that is neither http or https nor empty, a delay out of range), `refused` (upstream's `false`; with `verify`, settings that are not kept), `not_ready`, `unauthorized`, `not_found` (deleted), `rate_limited`, `unavailable`, `timeout`.
   *
   * ```js
   * await shop.setSettings({ incomingWebhook: true, webhookUrl: 'https://shop.example/hook' })
   * ```
   *
   * @param given See {@link SettingsToSet}.
   * @param options `reapply`, `verify`, `verifyTimeout`, `timeout`, `signal`; see {@link SetSettingsOptions}. Times are in milliseconds.
   * @see https://green-api.com/en/docs/api/account/SetSettings/
   */
  setSettings(given?: SettingsToSet | null, options?: SetSettingsOptions | null): Promise<undefined>

  /**
   * Reads what is known of the linked WhatsApp account: phone, avatar, device, state. Without a phone these are empty.
   *
   * Errors: as for `getStateInstance`; for an instance of another messenger there is nothing at that URL (`configuration`).
   *
   * ```js
   * const { phone, avatar } = await shop.getWaSettings()
   * ```
   *
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/account/GetWaSettings/
   */
  getWaSettings(options?: CallOptions | null): Promise<WaSettings>

  /**
   * Reads what is known of the linked Telegram or MAX account: phone, chat, state, and until when it is suspended.
   *
   * Errors: as for `getStateInstance`; for a WhatsApp instance there is nothing at that URL (`configuration`).
   *
   * ```js
   * const { phone, suspendedUntil } = await shop.getAccountSettings()
   * ```
   *
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/telegram/docs/api/account/GetAccountSettings/
   */
  getAccountSettings(options?: CallOptions | null): Promise<AccountSettings>

  /**
   * Sets the picture of the linked account, a JPEG, and gives its address. At most one call in ten seconds is sent.
   *
   * Errors: `refused` (the reason in the description), `invalid_request` (no such file), `not_authorized`, `not_ready`, `outcome_unknown`, `unauthorized`, `rate_limited`.
   *
   * ```js
   * await shop.setProfilePicture('logo.jpg')
   * ```
   *
   * @param file The picture, a JPEG: its bytes, or its path.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/account/SetProfilePicture/
   */
  setProfilePicture(file: FileToSend, options?: CallOptions | null): Promise<ProfilePicture>

  /**
   * Gives the instance a new token, and returns it: the old one stops working at once. This handle uses the new one from then on, and says so in the log; whoever keeps tokens must keep this one.
   *
   * Never repeated by itself. If no usable answer comes, a handle that was made from a partner reads the token from the list: a new one there is the success; the old one is `outcome_unknown`.
   *
   * Errors: `unauthorized`, `outcome_unknown` (read the list again before you repeat it), `not_found` (deleted), `rate_limited`.
   *
   * ```js
   * await save(shop.idInstance, await shop.updateApiToken())
   * ```
   *
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/account/UpdateApiToken/
   */
  updateApiToken(options?: CallOptions | null): Promise<string>

  /**
   * Sends a text to a chat (`79001234567@c.us`, a group `…@g.us`; Telegram and MAX: the chat's number), and gives the message's id. Without a phone the message waits up to 24 hours.
   *
   * Never repeated by itself after it was sent: a lost answer is `outcome_unknown`, since a second try could send twice.
   *
   * Errors: `invalid_request`, `not_authorized`, `not_ready`, `suspended`, `quota_exceeded`, `outcome_unknown`, `unauthorized`, `not_found` (deleted), `rate_limited`.
   *
   * ```js
   * const { idMessage } = await shop.sendMessage({ chatId: '79001234567@c.us', message: 'Your order is here.' })
   * ```
   *
   * @param given See {@link MessageToSend}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/sending/SendMessage/
   */
  sendMessage(given: MessageToSend, options?: CallOptions | null): Promise<SentMessage>

  /**
   * Sends a file that upstream fetches from an address, and gives the message's id. Never repeated by itself after it was sent.
   *
   * Errors: as for `sendMessage`.
   *
   * ```js
   * await shop.sendFileByUrl({ chatId: '79001234567@c.us', urlFile: 'https://shop.example/a.pdf', fileName: 'a.pdf' })
   * ```
   *
   * @param given See {@link FileByUrlToSend}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/sending/SendFileByUrl/
   */
  sendFileByUrl(given: FileByUrlToSend, options?: CallOptions | null): Promise<SentMessage>

  /**
   * Uploads a file to the instance's media host and sends it; gives the message's id and where the file is kept (`urlFile`). The time is 300 seconds unless told otherwise. Never repeated by itself after it was sent.
   *
   * Errors: as for `sendMessage`.
   *
   * ```js
   * await shop.sendFileByUpload({ chatId: '79001234567@c.us', file: 'invoice.pdf', caption: 'Invoice 42' })
   * ```
   *
   * @param given See {@link FileByUploadToSend}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/sending/SendFileByUpload/
   */
  sendFileByUpload(given: FileByUploadToSend, options?: CallOptions | null): Promise<SentMessage>

  /**
   * Sends a poll to a chat, and gives the message's id. Never repeated by itself after it was sent: a second try could send twice.
   *
   * Errors: as for `sendMessage`.
   *
   * ```js
   * await shop.sendPoll({ chatId: '79001234567@c.us', message: 'Which colour?', options: ['green', 'red'] })
   * ```
   *
   * @param given See {@link SendPollArguments}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/sending/SendPoll/
   */
  sendPoll(given: SendPollArguments, options?: CallOptions | null): Promise<SentMessage>

  /**
   * Sends a place on the map to a chat, and gives the message's id. Never repeated by itself after it was sent: a second try could send twice.
   *
   * Errors: as for `sendMessage`.
   *
   * ```js
   * await shop.sendLocation({ chatId: '79001234567@c.us', latitude: 55.7558, longitude: 37.6173, nameLocation: 'Our shop' })
   * ```
   *
   * @param given See {@link SendLocationArguments}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/sending/SendLocation/
   */
  sendLocation(given: SendLocationArguments, options?: CallOptions | null): Promise<SentMessage>

  /**
   * Sends a contact's card to a chat, and gives the message's id. Never repeated by itself after it was sent: a second try could send twice.
   *
   * Errors: as for `sendMessage`.
   *
   * ```js
   * const contact = { phoneContact: 79001234568, firstName: 'Ann', company: 'Shop' }
   * await shop.sendContact({ chatId: '79001234567@c.us', contact })
   * ```
   *
   * @param given See {@link SendContactArguments}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/sending/SendContact/
   */
  sendContact(given: SendContactArguments, options?: CallOptions | null): Promise<SentMessage>

  /**
   * Forwards messages of one chat to another, and gives the ids of the new ones, in order. Never repeated by itself after it was sent: a second try could forward twice.
   *
   * Errors: as for `sendMessage`.
   *
   * ```js
   * const ids = await shop.forwardMessages({
   *   chatId: '79001234567@c.us',
   *   chatIdFrom: '79007654321@c.us',
   *   messages: ['BAE5367237E13A87'],
   * })
   * ```
   *
   * @param given See {@link ForwardMessagesArguments}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/sending/ForwardMessages/
   */
  forwardMessages(given: ForwardMessagesArguments, options?: CallOptions | null): Promise<string[]>

  /**
   * Sends a text with buttons that copy a code, call a number or open a page, and gives the message's id. WhatsApp, personal chats only; upstream calls it beta. Never repeated by itself after it was sent: a second try could send twice.
   *
   * Errors: as for `sendMessage`.
   *
   * ```js
   * const buttons = [{ type: 'url', buttonId: '1', buttonText: 'Our shop', url: 'https://shop.example' }]
   * await shop.sendInteractiveButtons({ chatId: '79001234567@c.us', body: 'Your order is ready', buttons })
   * ```
   *
   * @param given See {@link SendInteractiveButtonsArguments}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/sending/SendInteractiveButtons/
   */
  sendInteractiveButtons(given: SendInteractiveButtonsArguments, options?: CallOptions | null): Promise<SentMessage>

  /**
   * Sends a text with buttons, each of which answers its own text into the chat, and gives the message's id. WhatsApp, personal chats only; upstream calls it beta. Never repeated by itself after it was sent: a second try could send twice.
   *
   * Errors: as for `sendMessage`.
   *
   * ```js
   * const buttons = [{ buttonId: '1', buttonText: 'Yes' }, { buttonId: '2', buttonText: 'No' }]
   * await shop.sendInteractiveButtonsReply({ chatId: '79001234567@c.us', body: 'Shall we deliver today?', buttons })
   * ```
   *
   * @param given See {@link SendInteractiveButtonsReplyArguments}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/sending/SendInteractiveButtonsReply/
   */
  sendInteractiveButtonsReply(
    given: SendInteractiveButtonsReplyArguments,
    options?: CallOptions | null,
  ): Promise<SentMessage>

  /**
   * Shows in a chat that somebody is typing, or recording. Never repeated by itself after it was sent.
   *
   * Errors: as for `sendMessage`.
   *
   * ```js
   * await shop.sendTyping({ chatId: '79001234567@c.us', typingTime: 5000, typingType: 'recording' })
   * ```
   *
   * @param given See {@link SendTypingArguments}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/service/SendTyping/
   */
  sendTyping(given: SendTypingArguments, options?: CallOptions | null): Promise<undefined>

  /**
   * Changes the text of a message that was sent, and gives the id of the edited one. Upstream takes it for 15 minutes after the sending (Telegram: 48 hours). Never repeated by itself after it was sent.
   *
   * Errors: as for `sendMessage`.
   *
   * ```js
   * const { idMessage } = await shop.sendMessage({ chatId: '79001234567@c.us', message: 'Your order' })
   * await shop.editMessage({ chatId: '79001234567@c.us', idMessage, message: 'Your order is on its way to you' })
   * ```
   *
   * @param given See {@link EditMessageArguments}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/service/EditMessage/
   */
  editMessage(given: EditMessageArguments, options?: CallOptions | null): Promise<SentMessage>

  /**
   * Deletes a message from a chat.
   *
   * Errors: as for `sendMessage`.
   *
   * ```js
   * const { idMessage } = await shop.sendMessage({ chatId: '79001234567@c.us', message: 'Your order' })
   * await shop.deleteMessage({ chatId: '79001234567@c.us', idMessage })
   * ```
   *
   * @param given See {@link DeleteMessageArguments}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/service/deleteMessage/
   */
  deleteMessage(given: DeleteMessageArguments, options?: CallOptions | null): Promise<undefined>

  /**
   * Uploads a file of up to 100 MB, and gives the address that `sendFileByUrl` sends it from, to many chats if you like. Upstream keeps it for some days. Never repeated by itself after it was sent.
   *
   * The file's name goes into a header and must be of ASCII letters, with its ending: upstream tells the kind by it.
   *
   * Errors: `invalid_request` (unreadable or without a name), `outcome_unknown`, `not_authorized`, `not_ready`, `suspended`, `quota_exceeded`, `unauthorized`, `not_found` (deleted), `rate_limited`.
   *
   * ```js
   * const urlFile = await shop.uploadFile({ file: Buffer.from('%PDF-1.7 ...'), fileName: 'bill.pdf' })
   * await shop.sendFileByUrl({ chatId: '79001234567@c.us', urlFile, fileName: 'bill.pdf' })
   * ```
   *
   * @param given See {@link UploadFileArguments}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/sending/UploadFile/
   */
  uploadFile(given: UploadFileArguments, options?: CallOptions | null): Promise<string>

  /**
   * Gives the address of the file of a message, be it older than the notification's own address.
   *
   * Errors: `invalid_request`, `not_authorized`, `not_ready`, `suspended`, `quota_exceeded`, `unauthorized`, `not_found` (deleted), `rate_limited`.
   *
   * ```js
   * const { idMessage } = await shop.sendFileByUpload({ chatId: '79001234567@c.us', file: 'bill.pdf' })
   * console.log(await shop.downloadFile({ chatId: '79001234567@c.us', idMessage }))
   * ```
   *
   * @param given See {@link DownloadFileArguments}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/receiving/files/DownloadFile/
   */
  downloadFile(given: DownloadFileArguments, options?: CallOptions | null): Promise<string>

  /**
   * Waits for the next notification, at most `receiveTimeout` seconds (5 unless given), and gives it, or nothing. The same one comes again until `deleteNotification` has acknowledged it; `notifications` does both.
   *
   * Works only while the instance has no `webhookUrl`. Upstream keeps notifications for 24 hours.
   *
   * Errors: `invalid_request` (a webhook URL is set), `unauthorized`, `not_found` (deleted), `rate_limited`, `unavailable`, `timeout`.
   *
   * ```js
   * const notification = await shop.receiveNotification({ receiveTimeout: 20 })
   * if (notification?.receiptId) await shop.deleteNotification(notification.receiptId)
   * ```
   *
   * @param given See {@link NotificationsQuery}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/receiving/technology-http-api/ReceiveNotification/
   */
  receiveNotification(given?: NotificationsQuery | null, options?: CallOptions | null): Promise<AnyNotification | null>

  /**
   * Acknowledges a notification: it does not come again, and the next one may. Safe to repeat.
   *
   * Errors: `refused` (there is no such receipt, or it was deleted before), `invalid_request`, `unauthorized`, `not_found` (deleted), `rate_limited`, `unavailable`, `timeout`.
   *
   * ```js
   * await shop.deleteNotification(notification.receiptId)
   * ```
   *
   * @param receiptId The `receiptId` of the notification.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/receiving/technology-http-api/DeleteNotification/
   */
  deleteNotification(receiptId: number | bigint | string, options?: CallOptions | null): Promise<undefined>

  /**
   * Gives the messages of a chat, those that came in and those that went out, the newest first. A message shows up to two minutes late: for what is new there are notifications. It has what the messenger gives out, and what was received while `incomingWebhook` and `outgoingMessageWebhook` were on.
   *
   * Errors: `invalid_request`, `not_authorized`, `not_ready`, `suspended`, `quota_exceeded`, `unauthorized`, `not_found` (deleted), `rate_limited`.
   *
   * ```js
   * for (const message of await shop.getChatHistory({ chatId: '79001234567@c.us', count: 10 })) {
   *   console.log(message.timestamp, message.type, message.typeMessage, message.textMessage)
   * }
   * ```
   *
   * @param given See {@link GetChatHistoryArguments}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/journals/GetChatHistory/
   */
  getChatHistory(given: GetChatHistoryArguments, options?: CallOptions | null): Promise<JournalMessage[]>

  /**
   * Gives one message of a chat. A message shows up to two minutes late: for what is new there are notifications.
   *
   * Errors: `invalid_request`, `not_authorized`, `not_ready`, `suspended`, `quota_exceeded`, `unauthorized`, `not_found` (deleted), `rate_limited`.
   *
   * ```js
   * const { idMessage } = await shop.sendMessage({ chatId: '79001234567@c.us', message: 'Your order' })
   * const message = await shop.getMessage({ chatId: '79001234567@c.us', idMessage })
   * console.log(message.statusMessage)
   * ```
   *
   * @param given See {@link GetMessageArguments}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/journals/GetMessage/
   */
  getMessage(given: GetMessageArguments, options?: CallOptions | null): Promise<JournalMessage>

  /**
   * Gives the messages of all chats that came in of late. A message shows up to two minutes late: for what is new there are notifications. It has what was noted while `incomingWebhook` was on.
   *
   * Errors: `invalid_request`, `not_authorized`, `not_ready`, `suspended`, `quota_exceeded`, `unauthorized`, `not_found` (deleted), `rate_limited`.
   *
   * ```js
   * for (const message of await shop.lastIncomingMessages({ minutes: 60 })) {
   *   console.log(message.timestamp, message.chatId, message.textMessage)
   * }
   * ```
   *
   * @param given See {@link LastIncomingMessagesArguments}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/journals/LastIncomingMessages/
   */
  lastIncomingMessages(
    given?: LastIncomingMessagesArguments | null,
    options?: CallOptions | null,
  ): Promise<JournalMessage[]>

  /**
   * Gives the messages of all chats that went out of late. A message shows up to two minutes late: for what is new there are notifications. It has what was noted while `outgoingMessageWebhook` and `outgoingAPIMessageWebhook` were on.
   *
   * Errors: `invalid_request`, `not_authorized`, `not_ready`, `suspended`, `quota_exceeded`, `unauthorized`, `not_found` (deleted), `rate_limited`.
   *
   * ```js
   * for (const message of await shop.lastOutgoingMessages({ minutes: 60 })) {
   *   console.log(message.timestamp, message.chatId, message.textMessage)
   * }
   * ```
   *
   * @param given See {@link LastOutgoingMessagesArguments}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/journals/LastOutgoingMessages/
   */
  lastOutgoingMessages(
    given?: LastOutgoingMessagesArguments | null,
    options?: CallOptions | null,
  ): Promise<JournalMessage[]>

  /**
   * Gives the calls that came in of late, up to 10,000. Upstream calls it beta; WhatsApp only. It has what was noted while `incomingWebhook` and `incomingCallWebhook` were on.
   *
   * Errors: `invalid_request`, `not_authorized`, `not_ready`, `suspended`, `quota_exceeded`, `unauthorized`, `not_found` (deleted), `rate_limited`.
   *
   * ```js
   * for (const call of await shop.lastIncomingCalls()) {
   *   console.log(call.timestamp, call.chatId, call.duration, call.status)
   * }
   * ```
   *
   * @param given See {@link LastIncomingCallsArguments}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/journals/LastIncomingCalls/
   */
  lastIncomingCalls(given?: LastIncomingCallsArguments | null, options?: CallOptions | null): Promise<JournalCall[]>

  /**
   * Gives the calls that went out of late, up to 10,000. Upstream calls it beta; WhatsApp only. It has what was noted while `incomingWebhook` and `incomingCallWebhook` were on.
   *
   * Errors: `invalid_request`, `not_authorized`, `not_ready`, `suspended`, `quota_exceeded`, `unauthorized`, `not_found` (deleted), `rate_limited`.
   *
   * ```js
   * for (const call of await shop.lastOutgoingCalls()) {
   *   console.log(call.timestamp, call.chatId, call.duration, call.status)
   * }
   * ```
   *
   * @param given See {@link LastOutgoingCallsArguments}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/journals/LastOutgoingCalls/
   */
  lastOutgoingCalls(given?: LastOutgoingCallsArguments | null, options?: CallOptions | null): Promise<JournalCall[]>

  /**
   * Gives the number of messages that wait to be sent.
   *
   * Errors: `not_authorized`, `not_ready`, `suspended`, `quota_exceeded`, `unauthorized`, `not_found` (deleted), `rate_limited`.
   *
   * ```js
   * if ((await shop.getMessagesCount()) > 100) console.log('the queue is long')
   * ```
   *
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/queues/GetMessagesCount/
   */
  getMessagesCount(options?: CallOptions | null): Promise<number>

  /**
   * Gives the messages that wait to be sent, the oldest first: for up to 24 hours without a phone, and one after the other at the pace of `delaySendMessagesMilliseconds`.
   *
   * Errors: `not_authorized`, `not_ready`, `suspended`, `quota_exceeded`, `unauthorized`, `not_found` (deleted), `rate_limited`.
   *
   * ```js
   * for (const { messageID, type, body } of await shop.showMessagesQueue()) console.log(messageID, type, body.chatId)
   * ```
   *
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/queues/ShowMessagesQueue/
   */
  showMessagesQueue(options?: CallOptions | null): Promise<QueuedMessage[]>

  /**
   * Takes away all messages that wait to be sent. Never repeated by itself: a second time would take what has come since.
   *
   * Errors: `refused` (upstream's `false`), `outcome_unknown`, `not_ready`, `unauthorized`, `not_found` (deleted), `rate_limited`.
   *
   * ```js
   * await shop.clearMessagesQueue()
   * ```
   *
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/queues/ClearMessagesQueue/
   */
  clearMessagesQueue(options?: CallOptions | null): Promise<undefined>

  /**
   * Gives the number of notifications that wait to be received, or to be sent to the `webhookUrl`. Upstream counts every ten seconds.
   *
   * Errors: `not_authorized`, `not_ready`, `suspended`, `quota_exceeded`, `unauthorized`, `not_found` (deleted), `rate_limited`.
   *
   * ```js
   * console.log(await shop.getWebhooksCount())
   * ```
   *
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/queues/GetWebhooksCount/
   */
  getWebhooksCount(options?: CallOptions | null): Promise<number>

  /**
   * Takes away all notifications that wait. Upstream does it once a minute; earlier it is `refused`. Never repeated by itself: a second time would take what has come since.
   *
   * Errors: `refused` (upstream's `false`, with its reason), `outcome_unknown`, `not_ready`, `unauthorized`, `not_found` (deleted), `rate_limited`.
   *
   * ```js
   * await shop.clearWebhooksQueue()
   * ```
   *
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/queues/ClearWebhooksQueue/
   */
  clearWebhooksQueue(options?: CallOptions | null): Promise<undefined>

  /**
   * Tells whether a phone number has a WhatsApp account. Counted by upstream: 100 a month on the free plan, 30,000 on Business.
   *
   * Errors: `quota_exceeded`, `invalid_request`, `not_authorized`, `not_ready`, `unauthorized`, `not_found` (deleted), `rate_limited`, `unavailable`, `timeout`.
   *
   * ```js
   * if (await shop.checkWhatsapp('+7 900 123-45-67')) console.log('has WhatsApp')
   * ```
   *
   * @param phoneNumber The phone number, international.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/service/CheckWhatsapp/
   */
  checkWhatsapp(phoneNumber: PhoneNumber, options?: CallOptions | null): Promise<boolean>

  /**
   * Tells whether a phone number has a Telegram or MAX account, and in which chat.
   *
   * Errors: `rate_limited` (upstream's limit against scraping too), `invalid_request`, `not_authorized`, `not_ready`, `unauthorized`, `not_found` (deleted), `unavailable`, `timeout`.
   *
   * ```js
   * const { exist, chatId } = await shop.checkAccount({ phoneNumber: '+7 900 123-45-67' })
   * ```
   *
   * @param given See {@link AccountQuery}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/telegram/docs/api/service/CheckAccount/
   */
  checkAccount(given: AccountQuery, options?: CallOptions | null): Promise<CheckedAccount>

  /**
   * Creates a group of the account and the people whose chats are named, and gives its chat and an invitation link.
   *
   * Upstream asks for no more than one new group in five minutes: WhatsApp blocks accounts that create many, and those that invite numbers without an account. Telegram takes a `type` and a `messageAutoDeleteTime` besides, through the extra fields.
   *
   * Never repeated by itself after it was sent: a second try could create a second group.
   *
   * Errors: `refused` (no group came of it), `outcome_unknown`, `invalid_request`, `not_authorized`, `not_ready`, `unauthorized`, `rate_limited`.
   *
   * ```js
   * const group = await shop.createGroup({ groupName: 'Shop 42: staff', chatIds: ['79001112233@c.us'] })
   * console.log(group.chatId, group.groupInviteLink)
   * ```
   *
   * @param given See {@link CreateGroupArguments}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/groups/CreateGroup/
   */
  createGroup(given: CreateGroupArguments, options?: CallOptions | null): Promise<CreatedGroup>

  /**
   * Gives a group another name.
   *
   * Errors: `refused` (no such group, or the account may not), `outcome_unknown`, `invalid_request`, `not_authorized`, `not_ready`, `unauthorized`, `rate_limited`.
   *
   * ```js
   * await shop.updateGroupName({ groupId: '120363000000000001@g.us', groupName: 'Shop 42: the new staff' })
   * ```
   *
   * @param given See {@link UpdateGroupNameArguments}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/groups/UpdateGroupName/
   */
  updateGroupName(given: UpdateGroupNameArguments, options?: CallOptions | null): Promise<undefined>

  /**
   * Reads a group: its name, who is in it and who leads it, what its participants may do, and the invitation link, which is empty unless the account is an admin.
   *
   * Errors: `refused` (no such group, or the account is not in it), `invalid_request`, `not_authorized`, `not_ready`, `unauthorized`, `rate_limited`.
   *
   * ```js
   * const group = await shop.getGroupData('120363000000000001@g.us')
   * const admins = group.participants?.filter((one) => one.isAdmin).map((one) => one.id)
   * ```
   *
   * @param groupId The group: `120363043968066561@g.us`; Telegram and MAX: its chat's number.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/groups/GetGroupData/
   */
  getGroupData(groupId: string, options?: CallOptions | null): Promise<GroupData>

  /**
   * Puts somebody into a group. Who invites a number without an account risks that WhatsApp blocks the account: look with `checkWhatsapp` before.
   *
   * Never repeated by itself after it was sent.
   *
   * Errors: `refused` (no such group, in it already, or the account may not), `outcome_unknown`, `invalid_request`, `not_authorized`, `not_ready`, `unauthorized`, `rate_limited`.
   *
   * ```js
   * await shop.addGroupParticipant({ groupId: '120363000000000001@g.us', participantChatId: '79001112244@c.us' })
   * ```
   *
   * @param given See {@link AddGroupParticipantArguments}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/groups/AddGroupParticipant/
   */
  addGroupParticipant(given: AddGroupParticipantArguments, options?: CallOptions | null): Promise<undefined>

  /**
   * Puts somebody out of a group.
   *
   * Errors: `refused` (no such group, not in it, or the account may not), `outcome_unknown`, `invalid_request`, `not_authorized`, `not_ready`, `unauthorized`, `rate_limited`.
   *
   * ```js
   * await shop.removeGroupParticipant({ groupId: '120363000000000001@g.us', participantChatId: '79001112233@c.us' })
   * ```
   *
   * @param given See {@link RemoveGroupParticipantArguments}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/groups/RemoveGroupParticipant/
   */
  removeGroupParticipant(given: RemoveGroupParticipantArguments, options?: CallOptions | null): Promise<undefined>

  /**
   * Makes a participant an admin of a group.
   *
   * Errors: `refused` (no such group, not in it, or the account may not), `outcome_unknown`, `invalid_request`, `not_authorized`, `not_ready`, `unauthorized`, `rate_limited`.
   *
   * ```js
   * await shop.setGroupAdmin({ groupId: '120363000000000001@g.us', participantChatId: '79001112233@c.us' })
   * ```
   *
   * @param given See {@link SetGroupAdminArguments}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/groups/SetGroupAdmin/
   */
  setGroupAdmin(given: SetGroupAdminArguments, options?: CallOptions | null): Promise<undefined>

  /**
   * Makes an admin of a group an ordinary participant again.
   *
   * Errors: `refused` (no such group, not in it, or the account may not), `outcome_unknown`, `invalid_request`, `not_authorized`, `not_ready`, `unauthorized`, `rate_limited`.
   *
   * ```js
   * await shop.removeAdmin({ groupId: '120363000000000001@g.us', participantChatId: '79001112233@c.us' })
   * ```
   *
   * @param given See {@link RemoveAdminArguments}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/groups/RemoveAdmin/
   */
  removeAdmin(given: RemoveAdminArguments, options?: CallOptions | null): Promise<undefined>

  /**
   * Sets the picture of a group, a JPEG, and gives its address.
   *
   * Errors: `refused` (the reason in the description), `invalid_request` (no such file), `outcome_unknown`, `not_authorized`, `not_ready`, `unauthorized`, `rate_limited`.
   *
   * ```js
   * await shop.setGroupPicture({ groupId: '120363000000000001@g.us', file: 'logo.jpg' })
   * ```
   *
   * @param given See {@link SetGroupPictureArguments}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/groups/SetGroupPicture/
   */
  setGroupPicture(given: SetGroupPictureArguments, options?: CallOptions | null): Promise<GroupPicture>

  /**
   * Sets what the participants of a group may do (beta); what is not given stays as it is. `getGroupData` shows it.
   *
   * Errors: `refused` (`NOT_ENOUGH_RIGHTS`, `FORBIDDEN`: no such group, or the account may not), `outcome_unknown`, `invalid_request`, `not_authorized`, `not_ready`, `unauthorized`, `rate_limited`.
   *
   * ```js
   * await shop.updateGroupSettings({ groupId: '120363000000000001@g.us', allowParticipantsSendMessages: false })
   * ```
   *
   * @param given See {@link UpdateGroupSettingsArguments}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/groups/UpdateGroupSettings/
   */
  updateGroupSettings(given: UpdateGroupSettingsArguments, options?: CallOptions | null): Promise<undefined>

  /**
   * Takes the account out of a group.
   *
   * Errors: `refused` (no such group, or the account is not in it), `outcome_unknown`, `invalid_request`, `not_authorized`, `not_ready`, `unauthorized`, `rate_limited`.
   *
   * ```js
   * await shop.leaveGroup('120363000000000001@g.us')
   * ```
   *
   * @param groupId The group: `120363043968066561@g.us`; Telegram and MAX: its chat's number.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/groups/LeaveGroup/
   */
  leaveGroup(groupId: string, options?: CallOptions | null): Promise<undefined>

  /**
   * Marks a chat, or one message of it, as read: the other side sees it. Settings can do it by themselves (`markIncomingMessagesReaded`).
   *
   * Errors: `refused` (upstream says no), `outcome_unknown`, `invalid_request`, `not_authorized`, `not_ready`, `unauthorized`, `rate_limited`.
   *
   * ```js
   * await shop.readChat({ chatId: '79001234567@c.us' })
   * ```
   *
   * @param given See {@link ReadChatArguments}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/marks/ReadChat/
   */
  readChat(given: ReadChatArguments, options?: CallOptions | null): Promise<undefined>

  /**
   * Puts a chat into the archive.
   *
   * Errors: `outcome_unknown`, `invalid_request`, `not_authorized`, `not_ready`, `unauthorized`, `rate_limited`.
   *
   * ```js
   * await shop.archiveChat('79001234567@c.us')
   * ```
   *
   * @param chatId The chat: `79001234567@c.us`, a group `…@g.us`.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/service/archiveChat/
   */
  archiveChat(chatId: string, options?: CallOptions | null): Promise<undefined>

  /**
   * Takes a chat out of the archive.
   *
   * Errors: `outcome_unknown`, `invalid_request`, `not_authorized`, `not_ready`, `unauthorized`, `rate_limited`.
   *
   * ```js
   * await shop.unarchiveChat('79001234567@c.us')
   * ```
   *
   * @param chatId The chat: `79001234567@c.us`, a group `…@g.us`.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/service/unarchiveChat/
   */
  unarchiveChat(chatId: string, options?: CallOptions | null): Promise<undefined>

  /**
   * Sets how long the messages of a chat live, and gives what holds from then on. WhatsApp knows four lengths.
   *
   * Errors: `outcome_unknown`, `invalid_request`, `not_authorized`, `not_ready`, `unauthorized`, `rate_limited`.
   *
   * ```js
   * await shop.setDisappearingChat({ chatId: '79001234567@c.us', ephemeralExpiration: 604800 })
   * ```
   *
   * @param given See {@link SetDisappearingChatArguments}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/service/SetDisappearingChat/
   */
  setDisappearingChat(given: SetDisappearingChatArguments, options?: CallOptions | null): Promise<DisappearingChat>

  /**
   * Lists the chats of the account, by their latest activity. Upstream brings the list up to date once a minute at most.
   *
   * Errors: `invalid_request`, `not_authorized`, `not_ready`, `unauthorized`, `rate_limited`.
   *
   * ```js
   * for (const { id, name } of await shop.getChats({ count: 20 })) console.log(id, name)
   * ```
   *
   * @param given See {@link GetChatsArguments}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/service/GetChats/
   */
  getChats(given?: GetChatsArguments | null, options?: CallOptions | null): Promise<Chat[]>

  /**
   * Lists the contacts of the account, and its groups.
   *
   * Errors: `invalid_request`, `not_authorized`, `not_ready`, `unauthorized`, `rate_limited`, `quota_exceeded`.
   *
   * ```js
   * for (const { id, name } of await shop.getContacts()) console.log(id, name)
   * ```
   *
   * @param given See {@link GetContactsArguments}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/service/GetContacts/
   */
  getContacts(given?: GetContactsArguments | null, options?: CallOptions | null): Promise<Contact[]>

  /**
   * Reads what is known of a person: names, picture, what a business says of itself, and how the chat is set. Groups are refused: `getGroupData` is for them.
   *
   * Errors: `invalid_request` (a group, no such chat), `not_authorized`, `not_ready`, `unauthorized`, `rate_limited`.
   *
   * ```js
   * const info = await shop.getContactInfo('79001234567@c.us')
   * console.log(info.name, info.isBusiness, info.lastSeen)
   * ```
   *
   * @param chatId The chat: `79001234567@c.us`, a group `…@g.us`.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/service/GetContactInfo/
   */
  getContactInfo(chatId: string, options?: CallOptions | null): Promise<ContactInfo>

  /**
   * Looks up the picture of a person or a group. Its address is empty where there is none, and where privacy hides it.
   *
   * Errors: `invalid_request`, `not_authorized`, `not_ready`, `unauthorized`, `rate_limited`, `quota_exceeded`.
   *
   * ```js
   * const { urlAvatar } = await shop.getAvatar('79001234567@c.us')
   * ```
   *
   * @param chatId The chat: `79001234567@c.us`, a group `…@g.us`.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/service/GetAvatar/
   */
  getAvatar(chatId: string, options?: CallOptions | null): Promise<Avatar>

  /**
   * Adds somebody to the contacts of the account, and of its phone unless told otherwise.
   *
   * Never repeated by itself after it was sent.
   *
   * Errors: `refused` (a contact already, or not on WhatsApp: in the description), `outcome_unknown`, `invalid_request`, `not_authorized`, `not_ready`, `unauthorized`, `rate_limited`.
   *
   * ```js
   * await shop.addContact({ chatId: '79001234567@c.us', firstName: 'Ann', lastName: 'Lee' })
   * ```
   *
   * @param given See {@link AddContactArguments}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/contacts/AddContact/
   */
  addContact(given: AddContactArguments, options?: CallOptions | null): Promise<undefined>

  /**
   * Gives a contact of the account another name.
   *
   * Errors: `refused` (not on WhatsApp: in the description), `outcome_unknown`, `invalid_request`, `not_authorized`, `not_ready`, `unauthorized`, `rate_limited`.
   *
   * ```js
   * await shop.editContact({ chatId: '79001234567@c.us', firstName: 'Anna', lastName: 'Lee' })
   * ```
   *
   * @param given See {@link EditContactArguments}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/contacts/EditContact/
   */
  editContact(given: EditContactArguments, options?: CallOptions | null): Promise<undefined>

  /**
   * Takes somebody out of the contacts of the account.
   *
   * Errors: `refused` (in upstream's words), `outcome_unknown`, `invalid_request`, `not_authorized`, `not_ready`, `unauthorized`, `rate_limited`.
   *
   * ```js
   * await shop.deleteContact('79001234567@c.us')
   * ```
   *
   * @param chatId The chat: `79001234567@c.us`, a group `…@g.us`.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/contacts/DeleteContact/
   */
  deleteContact(chatId: string, options?: CallOptions | null): Promise<undefined>

  /**
   * Shows a text to the account's contacts for a day, as a status, and gives its id. Only those see it who have the account's number in their contacts. Without a phone it waits up to 24 hours.
   *
   * Never repeated by itself after it was sent: a second try could show it twice.
   *
   * Errors: as for `sendMessage`.
   *
   * ```js
   * await shop.sendTextStatus({ message: 'Open till ten tonight', backgroundColor: '#228B22', participants: ['79001112233@c.us'] })
   * ```
   *
   * @param given See {@link SendTextStatusArguments}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/statuses/SendTextStatus/
   */
  sendTextStatus(given: SendTextStatusArguments, options?: CallOptions | null): Promise<SentMessage>

  /**
   * Shows a recording to the account's contacts for a day, as a status, and gives its id. MP3 is recommended; one of more than ten minutes is not sent, although upstream takes it.
   *
   * Never repeated by itself after it was sent.
   *
   * Errors: as for `sendMessage`.
   *
   * ```js
   * await shop.sendVoiceStatus({ urlFile: 'https://example.com/hello.mp3', fileName: 'hello.mp3' })
   * ```
   *
   * @param given See {@link SendVoiceStatusArguments}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/statuses/SendVoiceStatus/
   */
  sendVoiceStatus(given: SendVoiceStatusArguments, options?: CallOptions | null): Promise<SentMessage>

  /**
   * Shows a picture or a video to the account's contacts for a day, as a status, and gives its id.
   *
   * Never repeated by itself after it was sent.
   *
   * Errors: as for `sendMessage`.
   *
   * ```js
   * await shop.sendMediaStatus({ urlFile: 'https://example.com/cake.jpg', fileName: 'cake.jpg', caption: 'Today' })
   * ```
   *
   * @param given See {@link SendMediaStatusArguments}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/statuses/SendMediaStatus/
   */
  sendMediaStatus(given: SendMediaStatusArguments, options?: CallOptions | null): Promise<SentMessage>

  /**
   * Lists the statuses that others have shown to the account.
   *
   * Errors: `invalid_request`, `not_authorized`, `not_ready`, `unauthorized`, `rate_limited`.
   *
   * ```js
   * for (const status of await shop.getIncomingStatuses({ minutes: 60 })) console.log(status.senderName, status.textMessage)
   * ```
   *
   * @param given See {@link GetIncomingStatusesArguments}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/statuses/GetIncomingStatuses/
   */
  getIncomingStatuses(given?: GetIncomingStatusesArguments | null, options?: CallOptions | null): Promise<Status[]>

  /**
   * Lists the statuses that the account has shown.
   *
   * Errors: `invalid_request`, `not_authorized`, `not_ready`, `unauthorized`, `rate_limited`.
   *
   * ```js
   * for (const { idMessage, statusMessage } of await shop.getOutgoingStatuses()) console.log(idMessage, statusMessage)
   * ```
   *
   * @param given See {@link GetOutgoingStatusesArguments}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/statuses/GetOutgoingStatuses/
   */
  getOutgoingStatuses(given?: GetOutgoingStatusesArguments | null, options?: CallOptions | null): Promise<Status[]>

  /**
   * Lists who has got and seen a status of the account.
   *
   * Errors: `invalid_request`, `not_authorized`, `not_ready`, `unauthorized`, `rate_limited`.
   *
   * ```js
   * const receipts = await shop.getStatusStatistic('3EB0C767D097B7C7C030')
   * console.log(receipts.filter((row) => row.status === 'read').length)
   * ```
   *
   * @param idMessage The status's id, as it was sent.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/statuses/GetStatusStatistic/
   */
  getStatusStatistic(idMessage: string, options?: CallOptions | null): Promise<StatusReceipt[]>

  /**
   * Takes a status of the account away.
   *
   * Errors: `outcome_unknown`, `invalid_request`, `not_authorized`, `not_ready`, `unauthorized`, `rate_limited`.
   *
   * ```js
   * await shop.deleteStatus('3EB0C767D097B7C7C030')
   * ```
   *
   * @param idMessage The status's id, as it was sent.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/statuses/DeleteStatus/
   */
  deleteStatus(idMessage: string, options?: CallOptions | null): Promise<undefined>

  /**
   * Sends a product of the account's catalog to a chat, and gives the message's id. Beta, of WhatsApp Business. Who asks often may be shut out of catalogs by WhatsApp for a while.
   *
   * Never repeated by itself after it was sent.
   *
   * Errors: as for `sendMessage`.
   *
   * ```js
   * await shop.sendProduct({ chatId: '79001234567@c.us', productId: '26437451389197252' })
   * ```
   *
   * @param given See {@link SendProductArguments}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/catalogs/SendProduct/
   */
  sendProduct(given: SendProductArguments, options?: CallOptions | null): Promise<SentMessage>

  /**
   * Orders products of a shop, as a buyer does, and gives the message's id. Beta, of WhatsApp Business. Who asks often may be shut out of catalogs by WhatsApp for a while.
   *
   * Never repeated by itself after it was sent.
   *
   * Errors: as for `sendMessage`.
   *
   * ```js
   * await shop.sendOrder({ chatId: '79001234567@c.us', productIds: ['26437451389197252'] })
   * ```
   *
   * @param given See {@link SendOrderArguments}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/catalogs/SendOrder/
   */
  sendOrder(given: SendOrderArguments, options?: CallOptions | null): Promise<SentMessage>

  /**
   * Lists the products of a seller: upstream's JSON as it comes: its fields were not all to be read, but for `paging`, whose `after` leads to the next page, and `products`. Beta, of WhatsApp Business. Who asks often may be shut out of catalogs by WhatsApp for a while.
   *
   * Errors: `invalid_request`, `not_authorized`, `not_ready`, `unauthorized`, `rate_limited`.
   *
   * ```js
   * console.log(await shop.getProducts({ chatId: '79001234567@c.us', productLimit: 20 }))
   * ```
   *
   * @param given See {@link GetProductsArguments}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/catalogs/GetProducts/
   */
  getProducts(given: GetProductsArguments, options?: CallOptions | null): Promise<unknown>

  /**
   * Lists the collections of a seller's catalog: upstream's JSON as it comes: its fields were not all to be read. Beta, of WhatsApp Business. Who asks often may be shut out of catalogs by WhatsApp for a while.
   *
   * Errors: `invalid_request`, `not_authorized`, `not_ready`, `unauthorized`, `rate_limited`.
   *
   * ```js
   * console.log(await shop.getCollections({ chatId: '79001234567@c.us', collectionLimit: 5 }))
   * ```
   *
   * @param given See {@link GetCollectionsArguments}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/catalogs/GetCollections/
   */
  getCollections(given: GetCollectionsArguments, options?: CallOptions | null): Promise<unknown>

  /**
   * Reads a collection of a seller's catalog: upstream's JSON as it comes: its fields were not all to be read. Beta, of WhatsApp Business. Who asks often may be shut out of catalogs by WhatsApp for a while.
   *
   * Errors: `invalid_request`, `not_authorized`, `not_ready`, `unauthorized`, `rate_limited`.
   *
   * ```js
   * console.log(await shop.getCollection({ chatId: '79001234567@c.us', collectionId: '25790827003925602' }))
   * ```
   *
   * @param given See {@link GetCollectionArguments}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/catalogs/GetCollection/
   */
  getCollection(given: GetCollectionArguments, options?: CallOptions | null): Promise<unknown>

  /**
   * Reads an order that an `orderMessage` tells of: upstream's JSON as it comes: its fields were not all to be read, but for `products`, `price_details` and `creation_time_stamp`. Beta, of WhatsApp Business. Who asks often may be shut out of catalogs by WhatsApp for a while.
   *
   * Errors: `invalid_request`, `not_authorized`, `not_ready`, `unauthorized`, `rate_limited`.
   *
   * ```js
   * console.log(await shop.getOrderDetails({ orderId: '1292422363001382', token: 'AeBD7tvosdPMN4rv276nLCiEHI==' }))
   * ```
   *
   * @param given See {@link GetOrderDetailsArguments}.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/catalogs/GetOrderDetails/
   */
  getOrderDetails(given: GetOrderDetailsArguments, options?: CallOptions | null): Promise<unknown>

  /**
   * Waits until the instance works, and gives its state: any but "still being created" and `starting`, so usually `notAuthorized` or `authorized`.
   *
   * A new instance needs up to five minutes, and answers meanwhile as if its token were wrong or it were unpaid: that is waited through, while it is younger than ten minutes. An older one that says so is an error at once. One that hangs in `starting` for `rebootAfter` (300 s; nothing: never) is rebooted once and then left alone for 120 s (0.4 of it). It looks every `interval` (5 s), for `timeout` in all (900 s).
   *
   * A handle that was made from a partner asks the list once how old the instance is, and reads a token there that was changed meanwhile.
   *
   * Errors: `timeout` (not ready in time), `unauthorized`, `not_found` (deleted), `expired`.
   *
   * ```js
   * await shop.waitUntilReady({ timeout: 600_000 })
   * ```
   *
   * @param options `timeout`, `interval`, `rebootAfter`, `signal`; see {@link ReadyOptions}. Times are in milliseconds.
   * @see https://green-api.com/en/docs/api/account/
   */
  waitUntilReady(options?: ReadyOptions | null): Promise<StateInstance>

  /**
   * Waits until a phone is linked, by whomever: a public QR page, another process, `authorize`. Looks every `interval` (5 s), for `timeout` in all (900 s); waits through what `waitUntilReady` waits through.
   *
   * Errors: `timeout` (no phone was linked in time), `suspended` (the account is blocked, suspended or has a yellow card), and those of `waitUntilReady`.
   *
   * ```js
   * await shop.waitUntilAuthorized()
   * ```
   *
   * @param options `timeout`, `interval`, `signal`; see {@link WaitOptions}. Times are in milliseconds.
   * @see https://green-api.com/en/docs/api/account/
   */
  waitUntilAuthorized(options?: WaitOptions | null): Promise<undefined>

  /**
   * Links a phone: an iterator of events, from an instance that is not ready yet to `Authorized`, the last one.
   *
   * - `Waiting`: the instance is being created (no state) or in this state; told when it changes.
   * - `QrCode`: show it, in place of the one before. They come over the socket; where that fails or the messenger has none (Telegram, MAX), they are asked for one by one. A scan window that is over is followed by another. While the socket is open, the state is asked every 4 seconds beside it, so that a phone is noticed even if the socket says nothing. One that is silent for 3 seconds after its code is over, or for 10 before its first, is opened anew; after a second silence codes are asked for one by one.
   * - `AuthorizationCode`, with `phoneNumber`: what the customer types into the phone (WhatsApp). Telegram and MAX send a code to the messenger itself: `code` is nothing then, and what the customer reads there goes to `sendAuthorizationCode`.
   * - `PasswordNeeded` (Telegram, MAX): hand it to `sendAuthorizationPassword`; the iteration goes on by itself.
   * - `PasskeyRequired` (WhatsApp): the account has a passkey, which its owner confirms on the device or in the browser where it is kept. Tell the customer so (`advice`, and upstream's `message`); no method takes the answer, the state is watched and the iteration goes on by itself. Told once, and again only after something else. Its `qrPageUrl` holds the instance's token, is read by name alone and is not for the customer.
   * - `Authorized`: wid, phone, and the name where upstream sends it.
   *
   * A linked instance gives `Authorized` at once, so it is safe to run again. Every event is plain JSON that may go to a browser as it is (`toJSON()`), without a token in it. But whoever sees a code can link a phone with it: show it to the customer and nobody else.
   *
   * It waits through what `waitUntilReady` waits through, with the same `timeout` (900 s in all), `interval` (of the looks at the state without a socket) and `rebootAfter`. Nothing happens before the first event is asked for; leaving the iteration ends it.
   *
   * Errors, by the iteration: `timeout` (no phone was linked in time), `suspended`, `already_authorized` (upstream holds the data of a phone that is gone: log out first), `refused`, `unauthorized`, `not_found` (deleted), `expired`, `outcome_unknown` (a code was asked for and no answer came). An argument that cannot be used (a phone number that is none, say) is `invalid_request` before anything is asked: by the call itself, and in Rust by the first step.
   *
   * ```js
   * for await (const event of shop.authorize()) {
   *   if (event.type === 'qrCode') show(event.dataUrl)
   *   if (event.type === 'authorized') console.log('linked:', event.phone)
   * }
   * ```
   *
   * @param options `phoneNumber`, `timeout`, `interval`, `rebootAfter`, `signal`; see {@link AuthorizeOptions}. Times are in milliseconds.
   * @see https://green-api.com/en/docs/api/account/
   */
  authorize(options?: AuthorizeOptions | null): EventIterator<AuthorizeEvent>

  /**
   * Shows the QR codes of one scan window, 100 seconds, as upstream pushes them over a WebSocket (WhatsApp): an iterator of `QrCode` events, each replacing the one before, and at last `Authorized` with the account that was linked. `PasskeyRequired` says that WhatsApp asks the account for a passkey, `PasswordNeeded` that it asks for a password.
   *
   * A connection that breaks is opened again within the window, and so is one that is silent for 3 seconds after its code is over, or for 10 before its first. Proxy, certificates and closing work as for any call. Leaving the iteration closes the socket.
   *
   * Errors, by the iteration: `qr_expired` (nobody scanned in time: ask again), `already_authorized` (a phone is linked: log out first), `refused` (upstream's words in the description), `not_ready`, `not_found` (deleted), `configuration` (a messenger or a host without this socket), `unauthorized`, `unavailable`, `timeout`, `protocol`.
   *
   * ```js
   * for await (const event of shop.scanQrCode()) {
   *   if (event.type === 'qrCode') console.log(event.terminal())
   * }
   * ```
   *
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/account/QR/
   */
  scanQrCode(options?: CallOptions | null): EventIterator<QrCode | PasskeyRequired | PasswordNeeded | Authorized>

  /**
   * Receives notifications one after the other: an iterator that long-polls upstream's queue. Each one is acknowledged only when the next is asked for, or by `ack()`: a program that crashes in between gets the same one again, and loses none. So it may come twice; tell by `idMessage`, type and status.
   *
   * With `idle` the iteration ends, and the last one is acknowledged, when nothing came for so long; otherwise it has no end. If upstream could not be asked just then, that is `unavailable` instead: nobody knows whether something came.
   *
   * Works only while the instance has no `webhookUrl`; upstream keeps notifications for 24 hours. An outage is waited through, with a warning in the log, and a notification that somebody else has deleted meanwhile is no error. Types that this version knows have their own class; every one has its `body` as it came. A message has its `content` by its kind: `FileContent` with `caption` and `downloadUrl`, `LocationContent`, `PollUpdateContent` and so on. What is no character in it reads as U+FFFD. One that cannot be read at all is asked for once more, with a warning in the log, and then comes as `UnreadableNotification`, with its text in `raw`; asking for the next acknowledges it too.
   *
   * Errors, by the iteration: `invalid_request` (a webhook URL is set), `unauthorized`, `not_found` (deleted), `expired`; with `idle`, `unavailable`.
   *
   * ```js
   * for await (const notification of shop.notifications()) {
   *   if (notification.typeWebhook === 'incomingMessageReceived') console.log(notification.sender, notification.text)
   * }
   * ```
   *
   * @param given See {@link NotificationsQuery}.
   * @param options `idle`, `timeout`, `signal`; see {@link NotificationsOptions}. Times are in milliseconds.
   * @see https://green-api.com/en/docs/api/receiving/technology-http-api/
   */
  notifications(given?: NotificationsQuery | null, options?: NotificationsOptions | null): NotificationIterator

  /**
   * Writes the file of a message to the disk as it comes, whatever its size, and gives the number of its bytes. It asks for the file's address as `downloadFile` does, then fetches it.
   *
   * The file stands under its name only when it is whole: until then it grows in the same folder under another, `.greenapi-….part`, which an error or a cancelled call deletes. A file that stands there before is replaced, as by a copy; a folder, a read-only file, and a folder that is not there are refused before anything is asked. A cut connection is tried again from the beginning, as often as the client's `maxRetries` says.
   *
   * However long the file is, no time is too long for it: only a silence of 30 seconds ends a try. A `timeout` of the call is for all of it; the client's is for the first request alone, and its `maxResponseSize` for answers, not for files. The host of the file gets no token, no redirect is followed, and no log or error shows the link.
   *
   * Errors: those of `downloadFile`, and of the file `invalid_request` (where nothing can be written), `configuration` (a full disk, a redirect), `refused` (the file is gone, or its link has expired), `limit_exceeded` (larger than `maxSize`), `unavailable` (cut, or its host cannot be reached), `timeout`, `rate_limited`, `protocol` (no address of http or https).
   *
   * ```js
   * const { idMessage } = await shop.sendFileByUpload({ chatId: '79001234567@c.us', file: 'bill.pdf' })
   * console.log(await shop.downloadFileTo({ chatId: '79001234567@c.us', idMessage, path: 'copy.pdf' }), 'bytes')
   * ```
   *
   * @param given See {@link DownloadFileToArguments}.
   * @param options `maxSize`, `timeout`, `signal`; see {@link DownloadFileToOptions}. Times are in milliseconds.
   * @see https://green-api.com/en/docs/api/receiving/files/DownloadFile/
   */
  downloadFileTo(given: DownloadFileToArguments, options?: DownloadFileToOptions | null): Promise<number>
  // --- end of what is generated ---

  /**
   * --- call (from core) ---
   * Calls any method of the instance that this library has no function for, and gives upstream's JSON (nothing where the answer is empty). Errors, pace and secrecy are as for every other method.
   *
   * What a method is, a table of all documented methods says: its verb, its host, its rate, and what happens when it is done twice: `once` (never sent again after it was sent), `safe` (it only reads) or `idempotent`. So a name, and the body as JSON, a file or fields of the query, is enough. What the caller says instead (`verb`, `host`, `retry`) is meant. Of a method that the table lacks, the verb is `POST` with a body, else `GET`, the host `api`, and it is sent `once`.
   *
   * Archived methods of upstream's have no function here and are reached so: `getStatusInstance`, `getDeviceInfo`, `sendButtons`, `sendTemplateButtons`, `sendListMessage`, `sendLink`, `sendTemplate`.
   *
   * A file goes into a form, with `json` as its other fields; that of `uploadFile` is the whole body, sent to the host for uploads, and its name, ASCII letters, goes into a header.
   *
   * Errors: `invalid_request` (a name that is none, a body with GET, `uploadFile` without a file or with json), `refused` (upstream says no), `configuration` (an HTTP 404: no such method, not by this verb, or not of this messenger), `outcome_unknown` (a `once` call without a usable answer), and those of every method.
   * --- end ---
   *
   * ```js
   * const poll = { chatId: '79001234567@c.us', message: 'When?', options: [{ optionName: 'Now' }, { optionName: 'Later' }] }
   * await shop.call('sendPoll', { json: poll })
   * const chats = await shop.call('getChats', { query: { count: 10 }, retry: 'safe' })
   * ```
   *
   * @param method Upstream's name of the method.
   * @param parts What the method is; see {@link CallParts}. A number in the answer above 2^53-1 is text.
   * @param options `timeout` in milliseconds, `signal`.
   * @see https://green-api.com/en/docs/api/
   */
  call(method: string, parts?: CallParts | null, options?: CallOptions | null): Promise<unknown>

  /**
   * --- qrPageUrl (from core) ---
   * Gives the address of upstream's public page with the QR code of this instance: for a customer whose product has no page of its own.
   *
   * The address holds the instance's token: whoever has it can read and send everything in that account. It ends up in browser histories, in logs and in messages. Prefer a page of your own with the events of `authorize`; if you hand the address out, call `updateApiToken` once the phone is linked.
   * --- end ---
   *
   * ```js
   * redirect(shop.qrPageUrl())
   * ```
   *
   * @see https://green-api.com/en/docs/api/account/QR/
   */
  qrPageUrl(): string

  /**
   * Ends the client: later calls fail with `configuration`, calls in flight finish. The partner that it was made from stays
   * open. A second time does nothing.
   */
  close(): void

  /** Whether it, or the partner that it was made from, was closed. */
  get closed(): boolean

  /**
   * The instance's id.
   *
   * @throws {ProtocolError} It is above 2^53-1, so that a number would round it; read `idInstanceText` then.
   */
  get idInstance(): number
  /** The instance's id as decimal text, always exact. */
  get idInstanceText(): string
  /** The token that calls are made with; {@link InstanceClient.updateApiToken} changes it. Secret. */
  get apiTokenInstance(): string
  /** The messenger, where it is known. */
  get typeInstance(): TypeInstance | null
  /** The host that calls are made to. */
  get apiUrl(): string
  /** The host that files are uploaded to. */
  get mediaUrl(): string

  /** For `using`: {@link InstanceClient.close}. */
  [Symbol.dispose](): void
  /** For `await using`: {@link InstanceClient.close}. */
  [Symbol.asyncDispose](): Promise<void>
}

/** What happens on the way from created to linked; `switch (event.type)` narrows it. */
export type OnboardEvent = Created | SettingsNotKept | AuthorizeEvent

/** What happens on the way to linked; `switch (event.type)` narrows it. */
export type AuthorizeEvent = Waiting | QrCode | AuthorizationCode | PasswordNeeded | PasskeyRequired | Authorized

/**
 * An iteration of events. Nothing happens before the first is asked for. Leaving it (`break`, `return()`) ends the flow
 * at once, with its socket and its calls; so does an abort, which rejects with `signal.reason`. It ends after `Authorized`
 * or an error.
 */
export interface EventIterator<Event> extends AsyncIterableIterator<Event>, AsyncDisposable {
  /** The instance that is being linked, for passwords and codes; null before it is known. */
  readonly instance: InstanceClient | null
  next(): Promise<IteratorResult<Event, undefined>>
  return(): Promise<IteratorResult<Event, undefined>>
  [Symbol.asyncIterator](): this
}

/**
 * An iteration of notifications. Asking for the next one acknowledges the last; one that was not acknowledged comes again.
 */
export interface NotificationIterator extends AsyncIterableIterator<AnyNotification>, AsyncDisposable {
  next(): Promise<IteratorResult<AnyNotification, undefined>>
  return(): Promise<IteratorResult<AnyNotification, undefined>>
  /** Acknowledges the last notification now. Without effect where that is done, and once the iteration is over. */
  ack(): Promise<undefined>
  [Symbol.asyncIterator](): this
}

/**
 * Work on many instances: an iteration of results, as they come. Nothing happens before the first is asked for. Leaving it
 * (`break`, `return()`) and an abort stop it: nothing more is begun, and what was sent ends by itself, unseen, if the
 * process lives that long. To see what becomes of it, `stop()` and go on to the end.
 *
 * An error of the iteration is the run's own; that of one instance stands in its result.
 */
export interface Run<Result> extends AsyncIterableIterator<Result>, AsyncDisposable {
  /** How far it has come. */
  readonly progress: Progress
  /** Begins nothing more; the results of what was begun still come, and the iteration then ends. */
  stop(): void
  /** All results that are still to come, in the order in which they end. */
  collect(): Promise<Table<Result>>
  next(): Promise<IteratorResult<Result, undefined>>
  return(): Promise<IteratorResult<Result, undefined>>
  [Symbol.asyncIterator](): this
}

/** A run that changes many instances. */
export interface BulkRun extends Run<BulkItem> {
  /** Every item as it stands, in the order in which they were given: also those that are not done, whatever ended the run. */
  report(): Table<BulkItem>
}

/** The numbers of a {@link Run}: plain data, as of the moment when it was read. */
export interface Progress {
  /** All of them. */
  readonly total: number
  /** Done. */
  readonly done: number
  /** Refused, or not reached: each has its error. */
  readonly failed: number
  /** Nothing was sent: there was nothing to do, or the run was stopped before. */
  readonly skipped: number
  /** Sent, and nobody knows whether it took effect: look, then decide. */
  readonly unknown: number
  /** Not there yet. */
  readonly left: number
}

/** Rows of one kind: a frozen array of frozen models, as `console.table` takes them. */
export interface Table<Row> extends ReadonlyArray<Row> {
  /**
   * The rows as columns, in Arrow's stream format: apache-arrow's `tableFromIPC`, DuckDB and polars read it. Money is
   * decimal, days are dates, times are in UTC, an error is its code; a nested instance has no column.
   */
  toArrow(): Buffer
}

/**
 * The changes of an account, as they are noticed: an endless iteration. Nothing happens before one is asked for, nor
 * between two.
 */
export interface WatchIterator extends AsyncIterableIterator<Change>, AsyncDisposable {
  /** What was handed out so far, as text without tokens, for the `since` of a later watch; undefined before the first list. */
  snapshot(): string | undefined
  /** Ends it: whoever waits for the next change gets none. */
  stop(): void
  next(): Promise<IteratorResult<Change, undefined>>
  return(): Promise<IteratorResult<Change, undefined>>
  [Symbol.asyncIterator](): this
}

/**
 * --- parseNotification (from core) ---
 * Reads the notification of a webhook in your own web framework: the typed notification of a request's `body`, after a look at who sent it. Calls nobody, and takes no client.
 *
 * `authorization` is the request's `Authorization` header, and `webhookUrlToken` what you set as the instance's setting of that name. With a token, the header must hold it, behind `Bearer`, behind `Basic` or by itself; a token that begins with one of these words must stand there as it is. The two are compared in constant time. Where it is left out nothing is checked: anybody who knows the address can then post what they like. A variable that is not set leaves nothing out: it is an error.
 *
 * Answer with HTTP 200, and only when the notification is dealt with or stored: upstream sends it again after a minute otherwise, for 24 hours, and holds back those behind it. So one may come twice; tell by `idMessage`, type and status.
 *
 * Types that this version knows have their own class; every one has its `body` as it came. A message has its `content` by its kind: `FileContent` with `caption` and `downloadUrl`, `LocationContent`, `PollUpdateContent` and so on. What cannot be read in it is absent, and never an error. There is no `receiptId`.
 *
 * Errors: `unauthorized` (the header is missing or wrong: answer with HTTP 401), `invalid_request` (the body is no JSON object with a `typeWebhook`), `configuration` (the token is given, and is empty or none at all).
 * --- end ---
 *
 * ```js
 * app.post('/hook', express.raw({ type: 'application/json' }), (request, response) => {
 *   const { authorization } = request.headers
 *   const notification = parseNotification(request.body, { authorization, webhookUrlToken })
 *   response.sendStatus(200)
 * })
 * ```
 *
 * @param body The body as it came: an ArrayBuffer or any view of one (a Buffer), or text. An object that a framework made of it will do too; what was not read yet (a `Request`, a `Blob`, a stream) will not.
 * @param options `authorization` and `webhookUrlToken`; see {@link WebhookOptions}.
 * @see https://green-api.com/en/docs/api/receiving/technology-webhook-endpoint/
 */
export function parseNotification(
  body: ArrayBuffer | ArrayBufferView | string | object,
  options?: WebhookOptions | null,
): AnyNotification

/** What {@link parseNotification} may be told. */
export interface WebhookOptions {
  /** The request's `Authorization` header. Defaults to none. */
  authorization?: string | null | undefined
  /**
   * The instance's setting of that name. Leave it out to check nothing: one that is given and `undefined`, as a missing
   * variable of the environment is, is a {@link ConfigurationError}.
   */
  webhookUrlToken?: string
}

/**
 * --- verifyEvent (from core) ---
 * Verifies an event that `deliver`, or any other sender by the specification of Standard Webhooks, has posted to you, in your own web framework: the event of a request's `body`, after a look at its signature. Calls nobody, and takes no client.
 *
 * `body` is what came, byte for byte: JSON that was parsed and written anew is another body, and has another signature. `headers` are the request's; of them `webhook-id`, `webhook-timestamp` and `webhook-signature` are looked at, in any case of letters. `secret` is the sender's `whsec_…`; while one is replaced by another, both, with a space between them. Signatures are compared in constant time. What was signed longer ago than `tolerance` (300 seconds), or as far ahead of this machine's clock, is refused, so that nobody can post later what they have once seen.
 *
 * Answer with a 2xx status, and only when the event is dealt with or stored: otherwise it is posted again. So it may come twice: tell by its `id`, which is the same each time.
 *
 * Errors: `unauthorized` (no signature is right, or it is too old: answer with HTTP 401), `invalid_request` (a header is missing, or the body is no JSON object), `configuration` (the secret is none).
 * --- end ---
 *
 * ```js
 * app.post('/events', express.raw({ type: 'application/json' }), (request, response) => {
 *   const event = verifyEvent(request.body, request.headers, { secret })
 *   response.sendStatus(204)
 * })
 * ```
 *
 * @param body The body as it came: an ArrayBuffer or any view of one (a Buffer), or text. An object that a framework made of it has another signature.
 * @param headers The request's headers: Node's, a `Headers`, or pairs of names and values.
 * @param options `secret` and `tolerance`; see {@link VerifyOptions}.
 */
export function verifyEvent(
  body: ArrayBuffer | ArrayBufferView | string,
  headers: RequestHeaders,
  options: VerifyOptions,
): WebhookEvent

/** Headers of a request, as Node or a framework has them. */
export type RequestHeaders =
  | { readonly [name: string]: string | readonly string[] | null | undefined }
  | Iterable<readonly [string, string]>

/** What {@link verifyEvent} is told. */
export interface VerifyOptions {
  /** What the sender signs with: `whsec_…`. Secret. */
  secret: string
  /** How old the signature may be, or how far ahead of this machine's clock. Defaults to 300000 milliseconds. */
  tolerance?: number | null | undefined
}

/**
 * --- qrPageUrl (from core) ---
 * Gives the address of upstream's public page with the QR code of this instance: for a customer whose product has no page of its own.
 *
 * The address holds the instance's token: whoever has it can read and send everything in that account. It ends up in browser histories, in logs and in messages. Prefer a page of your own with the events of `authorize`; if you hand the address out, call `updateApiToken` once the phone is linked.
 * --- end ---
 *
 * ```js
 * redirect(qrPageUrl(partner.instance(created)))
 * ```
 *
 * @param instance The client of the instance.
 * @see https://green-api.com/en/docs/api/account/QR/
 */
export function qrPageUrl(instance: InstanceClient): string

/**
 * Draws events as they come, QR codes in half blocks: each over the one before where the stream is a terminal, else one
 * below the other. Resolves to the last event, `Authorized`; rejects with what the iteration rejects with.
 *
 * ```js
 * const { phone } = await showInTerminal(partner.onboard({ name: 'shop-42' }))
 * ```
 *
 * @param events What `onboard`, `authorize` or `scanQrCode` gave.
 * @param options `stream`: where to. Defaults to `process.stdout`.
 */
export function showInTerminal(
  events: AsyncIterable<OnboardEvent>,
  options?: { stream?: NodeJS.WritableStream & { isTTY?: boolean } } | null,
): Promise<Authorized>

/** What `toJSON` may be told. */
export interface ToJsonOptions {
  /** Whether tokens are in it. Defaults to false, so `JSON.stringify` never writes one. */
  includeTokens?: boolean | undefined
}

/** A model as plain data: upstream's names, times as RFC 3339 text in UTC, an id above 2^53-1 as text. */
export interface PlainInstance {
  [field: string]: unknown
}

/**
 * What every model has. A model is frozen. Its fields are own properties, so that it compares (`assert.deepStrictEqual`,
 * `toEqual`), spreads, prints and clones (`structuredClone`, `console.table` of an array) by them; tokens are not among those:
 * they are read by their names.
 */
declare abstract class Model {
  protected constructor()

  /** The fields that this version does not know, and a known one whose value could not be read. */
  get extra(): { [field: string]: unknown }
  /** Plain data, without tokens unless they are asked for. */
  toJSON(options?: ToJsonOptions | string): PlainInstance
}

/** What a created and a listed instance have. */
declare abstract class InstanceModel extends Model {
  protected constructor()

  /**
   * The instance's id.
   *
   * @throws {ProtocolError} It is above 2^53-1, so that a number would round it; read `idInstanceText` then, which is an own
   * property in its stead.
   */
  get idInstance(): number
  /** The instance's id as decimal text, always exact. */
  get idInstanceText(): string
  /** The instance's token. Secret: a plain string when read here, and absent from `util.inspect` and `JSON.stringify`. */
  get apiTokenInstance(): string | null
  /** The messenger: `whatsapp`, `telegram` or `v3` (MAX). */
  get typeInstance(): TypeInstance | null
}

/** A new instance: its id and its token, to be kept together. */
export class CreatedInstance extends InstanceModel {
  private constructor()

  /** The instance's token. Secret: a plain string when read here, and absent from `util.inspect` and `JSON.stringify`. */
  get apiTokenInstance(): string
  /** The instance's API host, if upstream ever sends it. */
  get apiUrl(): string | null
  /** The instance's upload host, if upstream ever sends it. */
  get mediaUrl(): string | null
}

/** One instance of a list. */
export class Instance extends InstanceModel {
  protected constructor()

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
  /** The instance's API host, where the list names it. */
  get apiUrl(): string | null
  /** The instance's upload host, where the list names it. */
  get mediaUrl(): string | null
}

/** What {@link PartnerClient.ensureInstance} gives: the live instance of the name, and whether it is new. */
export class EnsuredInstance extends Instance {
  private constructor()

  /** Whether this call has created it, and its first day was charged. */
  get isNew(): boolean
}

/**
 * A list of instances, in upstream's order. It stays in Rust as one compact value; an item is made when it is touched,
 * so two reads of one position are two objects. `util.inspect` shows the first ones as a table, without tokens. It is no
 * array and has no indices of its own: `console.table(list.toArray())`, `{ ...list.at(0) }`. Two lists are equal
 * (`assert.deepStrictEqual`, `toEqual`) where their instances are.
 */
export class Instances implements Iterable<Instance> {
  private constructor()

  /** How many there are. */
  get length(): number
  /** The instance at a position; a negative one counts from the end. */
  at(index: number): Instance | undefined
  /** The instance of that id, deleted or not; what is no id is `invalid_request`. */
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
  /**
   * The list as columns, in Arrow's stream format: apache-arrow's `tableFromIPC`, DuckDB and polars read it. A column for
   * each field, times in UTC; no tokens unless they are asked for.
   */
  toArrow(options?: ToJsonOptions): Buffer
  /**
   * --- billing (from core) ---
   * Says what these instances cost: by instance, day, month and name, with a forecast, and what could be saved. It asks nobody; prices are yours, since upstream publishes none.
   *
   * A partner's instance is charged for the day on which it is created, and at each 00:00 UTC+3 that it sees, for the day that begins there. One that lives for twelve seconds costs a day, and two days where midnight is among them. What upstream charges an instance that is created or deleted at exactly midnight is not documented; here, that midnight does not count for it. Charged are instances whose `isPartner` is true, or absent with a tariff `PARTNER_…`, and that are not free. The others are listed as not partner billing, without days: upstream's console bills them.
   *
   * `pricePerDay` is one exact price for all tariffs or one for each, 0 to 1,000,000,000 with at most 8 decimal places. Days on a tariff without a price are counted, and their cost is left open: the note says so, and sums that lack them are not `complete`. `since` is the first day of UTC+3 that counts (all by default), `until` the last moment (now by default); one in the future counts every live instance as if it stayed. `prefixSeparator` (`-` by default) ends the prefix of a name.
   *
   * A list forgets instances that were deleted more than three months ago, and with them what they cost: before `completeSince`, days and months are not `complete`. That goes by `listedAt`, when the list was made: now, or `until` where that is later. What else nobody knows (an instance without a creation time, or deleted at an unknown time) is a note of the instance, and the days that it may have been charged for are not `complete` either.
   *
   * Errors: `invalid_request` (a price that is negative, too large or too fine; an empty separator).
   * --- end ---
   *
   * ```js
   * const bill = (await partner.getInstances()).billing({ pricePerDay: '12.50' })
   * console.log(bill.total, bill.forecast)
   * for (const { month, cost, complete } of bill.months) console.log(month, cost, complete)
   * ```
   *
   * @param options Prices and days; see {@link BillingOptions}.
   */
  billing(options?: BillingOptions | null): Billing
  [Symbol.iterator](): IterableIterator<Instance>
}

/** The options of a {@link Store}. Every one may be left out. */
export interface StoreOptions {
  // --- generated: options of a store ---
  /** Whose names these are: a name of the caller's for a partner account, which stays when its token is replaced. Two accounts in one database each need one. Defaults to `default`. */
  account?: string | null | undefined
  /** The schema of the tables in PostgreSQL, made where it is missing. Defaults to `greenapi_partner`. */
  schema?: string | null | undefined
  /** How long a name is held without a sign of life from the process that has it, a second at least. Defaults to 30000 milliseconds. */
  claim?: number | null | undefined
  /** How long an instance is believed to be live since it was created or a list last showed it; then one list confirms all names of the account. Defaults to 600000 milliseconds. */
  fresh?: number | null | undefined
  // --- end of what is generated ---
}

/**
 * --- Store (from core) ---
 * A store of names in a database that a partner's processes share: a name is created once, whoever of them asks, on whichever host.
 *
 * Without a store a name is unique within one client. With one, `createInstance`, `ensureInstance`, `onboard` and `createInstances` write down what they
 * are about to do before the first byte leaves, and ask before they do it: of all who want a name, one creates its instance, and the others wait and get
 * the same. A name that the store knows is answered without the list.
 *
 * The address is the path of a SQLite file, for the processes of one host, or a `postgresql://` URL, for any number of hosts; a pooler
 * such as PgBouncer may stand between, in its transaction mode as well. The tables are made when they are first needed. TLS is used where
 * `sslmode` or the server asks for it, and is always verified, against the system's certificates and those of `sslrootcert`; on this host it
 * is left out unless `sslmode` is `require`. No password is ever shown.
 *
 * - A process that dies before it has sent anything holds its name until its claim runs out, 30 seconds unless told. One that dies after
 *   leaves a creation of which nobody knows what came: the next who asks looks for it in the list, for `settle`. If nothing shows, the name is
 *   in doubt, and `outcome_unknown` is what everybody gets; only with `retryUnknown` is it sent again.
 * - A process that was paused for longer than its claim sends nothing more when it wakes up.
 * - `createInstance` waits for who has the name, and then creates a second one: that is what it is for. The name keeps the first.
 * - An instance is believed to be live for 10 minutes (`fresh`) since a list last showed it; then one list confirms all names of the account.
 *   Every list that passes through a client with the store does so too, and a deletion through it frees the name at once.
 * - Instances' tokens are sealed with a key made of the partner token: a copy of the database alone tells none.
 * - A partner token may be replaced: names belong to the `account`, a name of the caller's choice. A token whose list shows none of the account's
 *   instances is refused with `configuration`.
 * - A store that cannot be reached is `unavailable`, and nothing is sent. If it goes away after the creation was sent, the caller gets its
 *   instance, and a warning is logged.
 * - What an `exclusive` watch has told stands in it: of the account's watches one tells, and another takes over from it. So does `deliver`: what waits to be posted stands in it.
 * - What will not do is `configuration`: an address, an empty account or schema, a claim of less than a second, credentials, certificates, and a store that a
 *   newer version of this library has written.
 * - A process that is paused in the middle of a write into a SQLite file keeps it locked: others wait for 10 seconds, and get `unavailable`.
 *   A name in a store has at most 2,000 bytes.
 * - The account's `Ledger` may stand in it, which all processes then write, and a `Journal` of a run of any kind, which goes on after a crash on
 *   whichever host.
 *
 * Give one to any number of clients. Nothing is opened before it is needed. The file of a SQLite store must not be opened by another SQLite in the same process: the system's locks end when it is closed there.
 *
 * ```js
 * const store = new Store('partner.sqlite') // or 'postgresql://app:secret@db.example.com/shop'
 * const partner = new PartnerClient({ store })
 * const shop = await partner.ensureInstance({ name: 'shop-42' })
 * ```
 * --- end ---
 */
export class Store {
  /**
   * @param address The path of a SQLite file, or a `postgresql://user:password@host:port/database` URL. Secret.
   * @param options Every one has a default; see {@link StoreOptions}.
   * @throws {ConfigurationError} An address that will not do, an empty account or schema, a claim of less than a second.
   */
  constructor(address: string, options?: StoreOptions | null)
  /**
   * A journal in this store, of this name: what a run's `journal` takes. Nothing is opened.
   *
   * @param name A name of yours, as a file's would be.
   */
  journal(name: string): Journal
  /** Where it is, without a password. */
  get address(): string
  /** Whose names these are. */
  get account(): string
}

/**
 * --- Journal (from core) ---
 * A journal in a store: where a run over many instances writes down what it sends, for processes on any host. The store gives it (`store.journal("spring")`, a name of yours), and every run that takes a `journal` takes it; the path of a file is the same for one host.
 *
 * With it a run can be taken up again after a crash, on whichever host, with nothing done twice: see `createInstances`. It is of one kind of run, over the same items, to be set to the same settings; what `createInstances` has left is created with the settings that it is given now. It is of the store's `account`: the partner token may be replaced. It holds names, ids and what has become of each item; no token, and no setting.
 *
 * One run has it at a time. A second one is refused, and told which process has it, until that run ends or, where its process died, until the store's `claim` has passed (30 seconds unless told). A process that was paused for longer than that sends nothing more when it wakes up, and its run ends with `configuration`.
 *
 * Errors, of the run: `invalid_request` (a journal that is in use, or of another run), `configuration` (a token whose list shows none of the account's instances), `unavailable` (the store cannot be reached): before anything is sent, or at its end, and nothing was sent that is not in it.
 *
 * ```js
 * const journal = new Store('partner.sqlite').journal('spring')
 * const run = partner.createInstances(['shop-1', 'shop-2'], { journal, maxNew: 2 })
 * for await (const item of run) console.log(item.name, item.status)
 * ```
 * --- end ---
 */
export class Journal {
  private constructor()

  /** Its name in the store. */
  get name(): string
}

/**
 * --- Ledger (from core) ---
 * What upstream's list forgets, kept: instances deleted more than three months ago, and who was ever linked to a phone. It is a file (SQLite), or stands in a store, where all processes of a partner write the same one. It is fed by lists, by inspections and by `watch`.
 *
 * Each instance is one row, with the first and the last moment at which a recorded list had it. One that was live and is missing from a list, without ever having been shown as deleted, has vanished: nobody knows when, nor that it was deleted. It holds no tokens.
 *
 * Only its owner can read the file. One that `watch` has fed is of that account, and refuses another's. Several programs and threads may use it: each call has the file for itself, for milliseconds, and the others wait their turn (up to 10 seconds, then `unavailable`). While a call lasts a file beside (`instances.ledger.lock`) names its process, and any SQLite is told that the database is locked, whatever else the process does with the file; between two calls another program may look at it or copy it. A file that was deleted, moved or replaced since it was opened is `configuration`, never another one. Keep it on a local disk: network file systems are not promised.
 *
 * In a store it is the ledger of the store's `account`, and any number of processes on any host may write it at once: a recording takes or leaves the whole list. Its bill is what a file's would be. Nothing is opened before it is needed; a store that cannot be reached is `unavailable`. The partner token may be replaced: a `watch` of another host is refused, and so, with `configuration`, is one whose first list shows none of its instances.
 * --- end ---
 *
 * It is read and written outside of the event loop. A failure is `configuration` (the file or the store will not do, or the
 * ledger is closed), `invalid_request` (the file is no ledger) or `unavailable` (another program has the file for longer than 10
 * seconds; the store cannot be reached).
 *
 * ```js
 * const ledger = await Ledger.open('fleet.db')
 * await ledger.record(await partner.getInstances())
 * await ledger.recordInspections(await partner.inspect({ history: true }).collect())
 * console.log((await ledger.billing({ pricePerDay: '12.50' })).total)
 * ```
 */
export class Ledger implements Disposable, AsyncDisposable {
  /** The ledger of a store's account. Nothing is opened before it is needed. */
  constructor(store: Store)

  /** Opens a ledger in a file, and makes the file where there is none. */
  static open(path: string): Promise<Ledger>
  /** Records a list, the whole one where this is a view of it. Nothing that was recorded before is forgotten. */
  record(instances: Instances): Promise<undefined>
  /**
   * Records who was ever linked to a phone, and until when: what an inspection does not know changes nothing, and what is
   * known is never taken back.
   */
  recordInspections(inspections: Iterable<Inspection>): Promise<undefined>
  /**
   * --- billing (from core) ---
   * Says what these instances cost: by instance, day, month and name, with a forecast, and what could be saved. It asks nobody; prices are yours, since upstream publishes none.
   *
   * A partner's instance is charged for the day on which it is created, and at each 00:00 UTC+3 that it sees, for the day that begins there. One that lives for twelve seconds costs a day, and two days where midnight is among them. What upstream charges an instance that is created or deleted at exactly midnight is not documented; here, that midnight does not count for it. Charged are instances whose `isPartner` is true, or absent with a tariff `PARTNER_…`, and that are not free. The others are listed as not partner billing, without days: upstream's console bills them.
   *
   * `pricePerDay` is one exact price for all tariffs or one for each, 0 to 1,000,000,000 with at most 8 decimal places. Days on a tariff without a price are counted, and their cost is left open: the note says so, and sums that lack them are not `complete`. `since` is the first day of UTC+3 that counts (all by default), `until` the last moment (now by default); one in the future counts every live instance as if it stayed. `prefixSeparator` (`-` by default) ends the prefix of a name.
   *
   * A list forgets instances that were deleted more than three months ago, and with them what they cost: before `completeSince`, days and months are not `complete`. That goes by `listedAt`, when the list was made: now, or `until` where that is later. What else nobody knows (an instance without a creation time, or deleted at an unknown time) is a note of the instance, and the days that it may have been charged for are not `complete` either.
   *
   * Errors: `invalid_request` (a price that is negative, too large or too fine; an empty separator).
   * --- end ---
   *
   * ```js
   * const bill = await ledger.billing({ pricePerDay: { PARTNER_23: '12.50' }, since: '2026-11-01' })
   * for (const { prefix, cost } of bill.prefixes) console.log(prefix, cost)
   * ```
   *
   * @param options Prices and days; see {@link BillingOptions}.
   */
  billing(options?: BillingOptions | null): Promise<Billing>
  /** Lets go of the file or the connections, once what is under way has ended. A second time does nothing. */
  close(): void
  /** Whether {@link Ledger.close} was called. */
  get closed(): boolean
  /** For `using`: {@link Ledger.close}. */
  [Symbol.dispose](): void
  /** For `await using`: {@link Ledger.close}. */
  [Symbol.asyncDispose](): Promise<void>
}

/** What instances cost up to a moment. Money is exact text; sums hold what has a price. */
export class Billing {
  private constructor()

  /** What each instance costs, by id. */
  get instances(): Table<InstanceCost>
  /** What each day costs, from the first charged day to the last. */
  get days(): Table<DayCost>
  /** What each month costs, from the first charged one to the last. */
  get months(): Table<MonthCost>
  /** What the instances cost whose names begin alike: the dearest first, then by prefix. */
  get prefixes(): Table<PrefixCost>
  /** The instances that are not charged as a partner's are: free ones, and those that are paid in the console. */
  get other(): Table<InstanceCost>
  /** What all of it costs, as far as the days have a price. */
  get total(): string
  /** How many days are charged, of all instances together. */
  get totalDays(): number
  /** How many of them have no price. */
  get unpricedDays(): number
  /**
   * What the whole month will have cost at its end, if nothing is created or deleted any more. As far as the days have a
   * price; `since` does not limit it.
   */
  get forecast(): string
  /** The next midnight of UTC+3, at which every live instance is charged. */
  get nextChargeAt(): Date
  /** Since when nothing is missing; before it, instances that were deleted may be. Null: nothing is missing anywhere. */
  get completeSince(): Date | null

  /**
   * --- waste (from core) ---
   * Lists the live, charged instances that nobody may be using, by id: those that no phone was ever linked to (`neverLinked`), those without a phone for at least `idleDays` whole days, one at least (`idle`), and those of which nobody knows (`unknown`). One that is linked now is not listed.
   *
   * `idleDays` of a row is for how long: since the last phone, or since the creation where there was none. A customer's new instance is `neverLinked` from its first minute on, whatever `idleDays` you ask for: look at the row's before you delete it. `days` and `cost` are the charged days without a phone; where that is unknown, all of them.
   *
   * A list alone knows nothing of phones, and every instance is `unknown`.
   * --- end ---
   *
   * ```js
   * const idle = bill.waste(30).filter(({ why }) => why === 'idle')
   * ```
   *
   * @param idleDays From how many whole days without a phone on.
   */
  waste(idleDays: number): Table<Waste>

  /**
   * --- ifDeleted (from core) ---
   * Says what is not charged if these instances are deleted before the next charge: at the next midnight of UTC+3, per day, and until the end of the month of UTC+3. What was charged already is not given back. Deletes nothing.
   *
   * Ids that are unknown, gone or not partner billing are not counted, and stand in `ignored`; an id given twice counts once. Without a price for each of them it is not `complete`.
   * --- end ---
   *
   * ```js
   * const { perDay, toMonthEnd, before } = bill.ifDeleted(bill.waste(30))
   * ```
   *
   * @param ids Numbers, bigints or text, or objects with an `idInstance`; see {@link InstanceIds}.
   */
  ifDeleted(ids: InstanceIds): Saving
}

/** What `getSettings` gives: flags as booleans, however upstream spells them. `util.inspect` masks the webhook token. */
export class Settings extends Model {
  private constructor()

  // --- generated: fields of Settings ---
  /** The URL that upstream posts notifications to; empty: none, and the queue over HTTP works. */
  get webhookUrl(): string | null
  /** What upstream puts into the `Authorization` header of a notification. Secret. */
  get webhookUrlToken(): string | null
  /** Milliseconds between two messages sent, 500 to 600000. */
  get delaySendMessagesMilliseconds(): number | null
  /** Mark incoming messages as read. Ignored where `markIncomingMessagesReadedOnReply` is on. */
  get markIncomingMessagesReaded(): boolean | null
  /** Mark incoming messages as read when one is answered. */
  get markIncomingMessagesReadedOnReply(): boolean | null
  /** Notify of the status of sent messages. */
  get outgoingWebhook(): boolean | null
  /** Notify of messages sent from the phone. */
  get outgoingMessageWebhook(): boolean | null
  /** Notify of messages sent through the API. */
  get outgoingAPIMessageWebhook(): boolean | null
  /** Notify of changes of the authorization state. */
  get stateWebhook(): boolean | null
  /** Notify of incoming messages and files. */
  get incomingWebhook(): boolean | null
  /** Notify of the phone's state. Upstream says that this is temporarily not working. */
  get deviceWebhook(): boolean | null
  /** Show the account as online; the phone then makes no notification sounds. */
  get keepOnlineStatus(): boolean | null
  /** Notify of polls. */
  get pollMessageWebhook(): boolean | null
  /** Notify of chats that block the account. Upstream says that this is temporarily not working. */
  get incomingBlockWebhook(): boolean | null
  /** Notify of calls; needs `incomingWebhook` too. */
  get incomingCallWebhook(): boolean | null
  /** Notify of edited messages. */
  get editedMessageWebhook(): boolean | null
  /** Notify of deleted messages. */
  get deletedMessageWebhook(): boolean | null
  /** Seconds to show typing before each message, 0 to 10; a message's own `typingTime` wins. */
  get autoTyping(): number | null
  /** Give links a preview. */
  get linkPreview(): boolean | null
  /** Name chats by WhatsApp's new identifiers (LID). */
  get enableLidMode(): boolean | null
  /** The linked account: `79001234567@c.us`; empty without a phone. Read only. */
  get wid(): string | null
  /** The messenger, where upstream says it: `telegram`, `v3` (MAX). Read only. */
  get typeInstance(): TypeInstance | null
  // --- end of what is generated ---
  /** What `setSettings` and `setInstancesSettings` take of them: without what cannot be set and what is blank. The webhook token is among them. */
  settable(): SettingsToSet
}

// --- generated: classes of models ---
/** One change of the authorization state. */
export class StateChange extends Model {
  private constructor()

  /** The state from then on. */
  get stateInstance(): StateInstance | null
  /** When it changed. */
  get timestamp(): Date | null
  /** The phone that was linked. */
  get phoneNumber(): string | null
}

/** What getWaSettings answers: the linked WhatsApp account. */
export class WaSettings extends Model {
  private constructor()

  /** The address of the account's picture; empty without a phone. */
  get avatar(): string | null
  /** The phone number, digits; empty without a phone. */
  get phone(): string | null
  /** The authorization state. */
  get stateInstance(): StateInstance | null
  /** The linked device: `79001234567:8@s.whatsapp.net`. */
  get deviceId(): string | null
  /** The account's own chat; newest answers only. */
  get chatId(): string | null
  /** How far the history is read, 0 to 100; newest answers only. */
  get historySyncProgress(): number | null
  /** When a restriction ends; newest answers only. */
  get suspendedUntil(): Date | null
  /** Whether the phone is being unlinked; newest answers only. */
  get logoutProcess(): boolean | null
}

/** What getAccountSettings answers: the linked Telegram or MAX account. */
export class AccountSettings extends Model {
  private constructor()

  /** The address of the account's picture. */
  get avatar(): string | null
  /** The phone number, digits. */
  get phone(): string | null
  /** The authorization state. */
  get stateInstance(): StateInstance | null
  /** The account's own chat. */
  get chatId(): string | null
  /** When a restriction ends. */
  get suspendedUntil(): Date | null
}

/** What became of a profile picture. */
export class ProfilePicture extends Model {
  private constructor()

  /** The address of the new picture. */
  get urlAvatar(): string | null
  /** Always true here: upstream's false is `refused`. */
  get setProfilePicture(): boolean | null
  /** Upstream's words, where it has any. */
  get reason(): string | null
}

/** A message that upstream took. */
export class SentMessage extends Model {
  private constructor()

  /** The message's id, as notifications name it. */
  get idMessage(): string
  /** Where an uploaded file is kept. */
  get urlFile(): string | null
}

/** Whether a phone number has an account. */
export class CheckedAccount extends Model {
  private constructor()

  /** Whether the number has an account. */
  get exist(): boolean
  /** Its chat. */
  get chatId(): string | null
  /** Whether upstream remembered it. */
  get fromCache(): boolean | null
  /** The account's public name; newest answers only. */
  get username(): string | null
}

/** A group that was created. */
export class CreatedGroup extends Model {
  private constructor()

  /** Always true here: upstream's false is `refused`. */
  get created(): boolean
  /** The group's chat: `120363043968066561@g.us`. */
  get chatId(): string
  /** The link that lets people in. */
  get groupInviteLink(): string | null
}

/** A group: its name, who is in it, and what they may do. */
export class GroupData extends Model {
  private constructor()

  /** The group's chat; WhatsApp only. */
  get groupId(): string | null
  /** The same of Telegram and MAX. */
  get chatId(): string | null
  /** The chat of who owns it. */
  get owner(): string | null
  /** Its name. */
  get subject(): string | null
  /** What it is about. */
  get description(): string | null
  /** When it was created. */
  get creation(): Date | null
  /** Who is in it, each with an `id`, `isAdmin` and `isSuperAdmin`. */
  get participants(): unknown[] | null
  /** When it got its name. */
  get subjectTime(): Date | null
  /** The chat of who named it. */
  get subjectOwner(): string | null
  /** The link that lets people in; empty unless the account is an admin. */
  get groupInviteLink(): string | null
  /** Whether participants may change its name, picture and the like. */
  get allowParticipantsEditGroupSettings(): boolean | null
  /** Whether participants may write, or the admins alone. */
  get allowParticipantsSendMessages(): boolean | null
  /** Whether participants may pass the link on; newest answers only. */
  get allowParticipantsSendInviteLink(): boolean | null
}

/** What became of a group's picture. */
export class GroupPicture extends Model {
  private constructor()

  /** The address of the new picture. */
  get urlAvatar(): string | null
  /** Always true here: upstream's false is `refused`. */
  get setGroupPicture(): boolean | null
  /** Upstream's words, where it has any. */
  get reason(): string | null
}

/** The picture of a person or a group. */
export class Avatar extends Model {
  private constructor()

  /** Its address; empty where there is none, and where it is hidden. */
  get urlAvatar(): string | null
  /** Whether privacy lets it be seen. */
  get available(): boolean | null
  /** Whether the number has an account; newest answers only. */
  get existsWhatsapp(): boolean | null
  /** The picture itself, as base64; newest answers only. */
  get base64Avatar(): string | null
  /** Why it could not be looked up; newest answers only. */
  get reason(): string | null
}

/** An entry of the account's contacts: a person, or a group. */
export class Contact extends Model {
  private constructor()

  /** Its chat. */
  get id(): string | null
  /** The same, as Telegram and MAX name it. */
  get chatId(): string | null
  /** The name that it shows. */
  get name(): string | null
  /** The name in the phone's address book. */
  get contactName(): string | null
  /** `user` or `group`; Telegram and MAX: `supergroup`, `channel` or `bot` too. */
  get type(): string | null
  /** The phone number, digits; Telegram and MAX only. */
  get phoneNumber(): string | null
}

/** What is known of a person. */
export class ContactInfo extends Model {
  private constructor()

  /** The address of the picture. */
  get avatar(): string | null
  /** The picture itself, as base64; newest answers only. */
  get base64Avatar(): string | null
  /** The name: that of the address book, or of the profile. */
  get name(): string | null
  /** The name in the phone's address book. */
  get contactName(): string | null
  /** A business's e-mail address. */
  get email(): string | null
  /** What sort of business it is. */
  get category(): string | null
  /** What a business says of itself. */
  get description(): string | null
  /** The products of a business, as they came. */
  get products(): unknown[] | null
  /** The person's chat. */
  get chatId(): string | null
  /** What sort of chat it is; MAX only. */
  get chatType(): string | null
  /** The phone number, digits; Telegram and MAX only. */
  get phoneNumber(): string | null
  /** When it was last online, where that may be seen. */
  get lastSeen(): Date | null
  /** Whether the chat is in the archive. */
  get isArchive(): boolean | null
  /** Whether its messages disappear. */
  get isDisappearing(): boolean | null
  /** Whether it is muted. */
  get isMute(): boolean | null
  /** Seconds that messages live. */
  get messageExpiration(): number | null
  /** How long it is muted yet. */
  get muteExpiration(): number | null
  /** Whether it is an account of WhatsApp Business. */
  get isBusiness(): boolean | null
}

/** A chat of the account. */
export class Chat extends Model {
  private constructor()

  /** Its id: `79001234567@c.us`, a group `…@g.us`. */
  get id(): string | null
  /** The same, as Telegram and MAX name it. */
  get chatId(): string | null
  /** The name of the person or the group. */
  get name(): string | null
  /** `user` or `group`. */
  get type(): string | null
  /** Whether it is in the archive. */
  get archive(): boolean | null
  /** The phone number, digits; Telegram and MAX only. */
  get phoneNumber(): string | null
  /** Seconds that messages live; 0 is for good. */
  get ephemeralExpiration(): number | null
  /** When that was set. */
  get ephemeralSettingTimestamp(): Date | null
}

/** How long the messages of a chat live. */
export class DisappearingChat extends Model {
  private constructor()

  /** The chat. */
  get chatId(): string | null
  /** Whether they disappear. */
  get disappearingMessagesInChat(): boolean
  /** After how many seconds; 0 is never. */
  get ephemeralExpiration(): number | null
}

/** A status: what an account shows to its contacts for a day. */
export class Status extends Model {
  private constructor()

  /** `incoming` or `outgoing`. */
  get type(): string | null
  /** The status's id. */
  get idMessage(): string | null
  /** When it was shown. */
  get timestamp(): Date | null
  /** `extendedTextMessage`, `imageMessage`, `videoMessage` or `audioMessage`. */
  get typeMessage(): string | null
  /** Whose it is. */
  get chatId(): string | null
  /** The text of a text. */
  get textMessage(): string | null
  /** The text with its `backgroundColor`, its `font` and, of one's own, its `participants`. */
  get extendedTextMessage(): { readonly [name: string]: unknown } | null
  /** Where the file is. */
  get downloadUrl(): string | null
  /** The text below a picture or a video. */
  get caption(): string | null
  /** The file's name. */
  get fileName(): string | null
  /** The file's type. */
  get mimeType(): string | null
  /** A small picture of it, as base64. */
  get jpegThumbnail(): string | null
  /** Who sees it; empty: everybody. */
  get participants(): string[] | null
  /** How far it has come: `sent`, `delivered`, `read`. */
  get statusMessage(): string | null
  /** Whether it was sent over the API. */
  get sendByApi(): boolean | null
  /** Who shows it. */
  get senderId(): string | null
  /** The sender's name. */
  get senderName(): string | null
  /** The sender's name in the address book. */
  get senderContactName(): string | null
}

/** Who has got a status, or has seen it. */
export class StatusReceipt extends Model {
  private constructor()

  /** When. */
  get timestamp(): Date | null
  /** Whose chat. */
  get participant(): string | null
  /** `sent`, `delivered` or `read`. */
  get status(): string | null
}

/**
 * A message of a journal: one that came in or went out.
 *
 * What one kind of message alone has, such as a place, a card or what was quoted, is in `extra` as it came. Its `util.inspect`
 * shows no content.
 */
export class JournalMessage extends Model {
  private constructor()

  /** `incoming` or `outgoing`. */
  get type(): string | null
  /** The message's id. */
  get idMessage(): string | null
  /** When it was sent or came in. */
  get timestamp(): Date | null
  /** What it is: `textMessage`, `imageMessage`, …. */
  get typeMessage(): string | null
  /** The chat that it is in. */
  get chatId(): string | null
  /** What that chat is; Telegram and MAX only. */
  get chatType(): string | null
  /** The chat of who has sent it; of what came in only. */
  get senderId(): string | null
  /** The name of who has sent it; of what came in only. */
  get senderName(): string | null
  /** Their name in the account's contacts; of what came in only. */
  get senderContactName(): string | null
  /** The text. */
  get textMessage(): string | null
  /** Where a file can be fetched. */
  get downloadUrl(): string | null
  /** The text below a file. */
  get caption(): string | null
  /** A file's name. */
  get fileName(): string | null
  /** A file's media type. */
  get mimeType(): string | null
  /** A preview of a file or a link, in base64. */
  get jpegThumbnail(): string | null
  /** How far it has come: `sent`, `delivered`, `read`, …; of what went out only. */
  get statusMessage(): string | null
  /** Whether it was sent by this API; of what went out only. */
  get sendByApi(): boolean | null
  /** Whether it was forwarded. */
  get isForwarded(): boolean | null
  /** How many times it was forwarded. */
  get forwardingScore(): number | null
  /** Whether its text was changed. */
  get isEdited(): boolean | null
  /** Whether it was deleted. */
  get isDeleted(): boolean | null
  /** The message that this one has changed. */
  get editedMessageId(): string | null
  /** The message that this one has deleted. */
  get deletedMessageId(): string | null
}

/** A call of a journal. */
export class JournalCall extends Model {
  private constructor()

  /** `incoming` or `outgoing`. */
  get type(): string | null
  /** The call's id. */
  get idMessage(): string | null
  /** When it was. */
  get timestamp(): Date | null
  /** What it is: a call. */
  get typeMessage(): string | null
  /** The chat of the other side. */
  get chatId(): string | null
  /** How long it took, in upstream's unit. */
  get duration(): number | null
  /** Whether it was a video call. */
  get isVideo(): boolean | null
  /** What came of it, in upstream's words. */
  get status(): string | null
}

/** A message that waits to be sent. Its `util.inspect` shows no content. */
export class QueuedMessage extends Model {
  private constructor()

  /** The message's id, as the call that sent it has given it. */
  get messageID(): string | null
  /** The method that sent it: `sendMessage`, `sendPoll`, …. */
  get type(): string | null
  /** What that method was called with. */
  get body(): { readonly [name: string]: unknown } | null
}
// --- end of what is generated ---

// --- generated: classes of events ---
/** There is an instance to link: a new one, or the live one of that name. */
export class Created extends Model {
  private constructor()

  get type(): 'created'
  /**
   * The instance's id.
   *
   * @throws {ProtocolError} It is above 2^53-1, so that a number would round it; read `idInstanceText` then.
   */
  get idInstance(): number
  /** The instance's id as decimal text, always exact. */
  get idInstanceText(): string
  /** Its name. */
  get name(): string
  /** The messenger: `whatsapp`, `telegram` or `v3` (MAX). */
  get typeInstance(): TypeInstance | null
  /** Whether this run created it, and its first day was charged. */
  get isNew(): boolean
  /** The event as a browser wants it, the same in every language. */
  toJSON(): {
    type: 'created'
    idInstance: number | string
    name: string
    typeInstance: TypeInstance | null
    isNew: boolean
  }
}

/** The instance is not ready yet, or waits for a phone. */
export class Waiting extends Model {
  private constructor()

  get type(): 'waiting'
  /** The authorization state; nothing while it is still being created. */
  get stateInstance(): StateInstance | null
  /** The event as a browser wants it, the same in every language. */
  toJSON(): {
    type: 'waiting'
    stateInstance: StateInstance | null
  }
}

/**
 * A code that links a phone by its number.
 *
 * Its `util.inspect` masks the code.
 */
export class AuthorizationCode extends Model {
  private constructor()

  get type(): 'authorizationCode'
  /** What the customer types into the phone (WhatsApp); nothing where upstream has sent a code to the messenger's own chat: hand that on with `sendAuthorizationCode`. */
  get code(): string | null
  /** The phone number, digits. */
  get phoneNumber(): string
  /** The event as a browser wants it, the same in every language. */
  toJSON(): {
    type: 'authorizationCode'
    code: string | null
    phoneNumber: string
  }
}

/** The account has a password: hand it on with `sendAuthorizationPassword`. */
export class PasswordNeeded extends Model {
  private constructor()

  get type(): 'passwordNeeded'
  /** The authorization state: `pendingPassword`. */
  get stateInstance(): StateInstance
  /** The event as a browser wants it, the same in every language. */
  toJSON(): {
    type: 'passwordNeeded'
    stateInstance: StateInstance
  }
}

/**
 * WhatsApp asks the account for a passkey before it links the phone.
 *
 * Its JSON has no link, and its `util.inspect` masks it: the link holds the instance's token.
 */
export class PasskeyRequired extends Model {
  private constructor()

  get type(): 'passkeyRequired'
  /** Upstream's words for it, without tokens; nothing where it has none. */
  get message(): string | null
  /** What to tell the customer. */
  get advice(): string
  /** The address of upstream's own page for this instance (see `qrPageUrl`). It holds the instance's token: not for the customer, and not in the JSON of the event. */
  get qrPageUrl(): string
  /** The event as a browser wants it, the same in every language. */
  toJSON(): {
    type: 'passkeyRequired'
    message: string | null
    advice: string
  }
}

/** Settings of the new instance have not come into force, not even after a reboot: set them again later. */
export class SettingsNotKept extends Model {
  private constructor()

  get type(): 'settingsNotKept'
  /** Which, by upstream's names: `["incomingWebhook"]`. */
  get names(): string[]
  /** The event as a browser wants it, the same in every language. */
  toJSON(): {
    type: 'settingsNotKept'
    names: string[]
  }
}

/** A phone is linked: the last event. */
export class Authorized extends Model {
  private constructor()

  get type(): 'authorized'
  /** The account: `79001234567@c.us`. */
  get wid(): string | null
  /** The phone number, digits. */
  get phone(): string | null
  /** The name of the account's owner, where upstream sends it. */
  get name(): string | null
  /** The event as a browser wants it, the same in every language. */
  toJSON(): {
    type: 'authorized'
    wid: string | null
    phone: string | null
    name: string | null
  }
}
// --- end of what is generated ---

/**
 * A QR code that links the phone that scans it: as secret as a password while it is good. `util.inspect` shows only when
 * it expires; `JSON.stringify` gives what a browser needs to show it.
 */
export class QrCode {
  private constructor()

  get type(): 'qrCode'
  /** The picture, a PNG. */
  get png(): Buffer
  /** The picture as an address for an `<img>`: `data:image/png;base64,…`. */
  get dataUrl(): string
  /** What a phone reads; null where the picture is no readable QR code. */
  get text(): string | null
  /** When upstream replaces it: 20 seconds after it came. */
  get expiresAt(): Date
  /** The picture as an SVG, sharp at any size; where it is no readable QR code, one around the PNG. */
  svg(): string
  /** The picture in Unicode half blocks, for dark and light terminals; where it is no readable QR code, a line that says so. */
  terminal(): string
  /** The event as a browser wants it, the same in every language. */
  toJSON(): { type: 'qrCode'; dataUrl: string; expiresAt: string }
}

/**
 * Something that an instance has to tell: what all of them have. `util.inspect` shows nothing that people wrote.
 *
 * A number above 2^53-1 throws a {@link ProtocolError} when it is read, since it would be rounded; in `toJSON()` it is text.
 */
export abstract class Notification extends Model {
  /** Upstream's name of the type. */
  get typeWebhook(): string
  // --- generated: fields of Notification ---
  /** What `deleteNotification` takes; nothing in a webhook. */
  get receiptId(): number | null
  /**
   * The instance's id.
   *
   * @throws {ProtocolError} It is above 2^53-1, so that a number would round it; read `idInstanceText` then.
   */
  get idInstance(): number | null
  /** The instance's id as decimal text, always exact. */
  get idInstanceText(): string | null
  /** The linked account: `79001234567@c.us`; empty without a phone. */
  get wid(): string | null
  /** The messenger: `whatsapp`, `telegram` or `v3` (MAX). */
  get typeInstance(): TypeInstance | null
  /** When it happened. */
  get timestamp(): Date | null
  // --- end of what is generated ---
  /** The notification as it came, whole. */
  get body(): { readonly [field: string]: unknown }
}

// --- generated: classes of notifications ---
/** A message came in. */
export class IncomingMessageReceived extends Notification {
  private constructor()

  get typeWebhook(): 'incomingMessageReceived'
  /** The message's id. */
  get idMessage(): string | null
  /** The chat: `79001234567@c.us`, or a group's `…@g.us`. */
  get chatId(): string | null
  /** The chat's name. */
  get chatName(): string | null
  /** What the chat is; Telegram and MAX only. */
  get chatType(): string | null
  /** Who wrote it; in a group not the chat. */
  get sender(): string | null
  /** The sender's name. */
  get senderName(): string | null
  /** The sender's name in the phone's contacts. */
  get senderContactName(): string | null
  /** What the sender is; Telegram and MAX only. */
  get senderType(): string | null
  /** The sender's phone number, digits; Telegram and MAX only. */
  get senderPhoneNumber(): string | null
  /** What the message is: `textMessage`, `imageMessage` and so on. */
  get typeMessage(): string | null
  /** The text of a text message, be it plain, with a link or a reply. */
  get text(): string | null
  /** The message as it came; its shape goes by `typeMessage`. */
  get messageData(): { readonly [name: string]: unknown } | null
  /** The message by its kind: a text, a file, a place; read when it is asked for. */
  get content(): AnyContent
}

/** A message was sent from the phone. */
export class OutgoingMessageReceived extends Notification {
  private constructor()

  get typeWebhook(): 'outgoingMessageReceived'
  /** The message's id. */
  get idMessage(): string | null
  /** The chat: `79001234567@c.us`, or a group's `…@g.us`. */
  get chatId(): string | null
  /** The chat's name. */
  get chatName(): string | null
  /** What the chat is; Telegram and MAX only. */
  get chatType(): string | null
  /** Who wrote it; in a group not the chat. */
  get sender(): string | null
  /** The sender's name. */
  get senderName(): string | null
  /** The sender's name in the phone's contacts. */
  get senderContactName(): string | null
  /** What the sender is; Telegram and MAX only. */
  get senderType(): string | null
  /** The sender's phone number, digits; Telegram and MAX only. */
  get senderPhoneNumber(): string | null
  /** What the message is: `textMessage`, `imageMessage` and so on. */
  get typeMessage(): string | null
  /** The text of a text message, be it plain, with a link or a reply. */
  get text(): string | null
  /** The message as it came; its shape goes by `typeMessage`. */
  get messageData(): { readonly [name: string]: unknown } | null
  /** The message by its kind: a text, a file, a place; read when it is asked for. */
  get content(): AnyContent
}

/** A message was sent through the API. */
export class OutgoingApiMessageReceived extends Notification {
  private constructor()

  get typeWebhook(): 'outgoingAPIMessageReceived'
  /** The message's id. */
  get idMessage(): string | null
  /** The chat: `79001234567@c.us`, or a group's `…@g.us`. */
  get chatId(): string | null
  /** The chat's name. */
  get chatName(): string | null
  /** What the chat is; Telegram and MAX only. */
  get chatType(): string | null
  /** Who wrote it; in a group not the chat. */
  get sender(): string | null
  /** The sender's name. */
  get senderName(): string | null
  /** The sender's name in the phone's contacts. */
  get senderContactName(): string | null
  /** What the sender is; Telegram and MAX only. */
  get senderType(): string | null
  /** The sender's phone number, digits; Telegram and MAX only. */
  get senderPhoneNumber(): string | null
  /** What the message is: `textMessage`, `imageMessage` and so on. */
  get typeMessage(): string | null
  /** The text of a text message, be it plain, with a link or a reply. */
  get text(): string | null
  /** The message as it came; its shape goes by `typeMessage`. */
  get messageData(): { readonly [name: string]: unknown } | null
  /** The message by its kind: a text, a file, a place; read when it is asked for. */
  get content(): AnyContent
}

/** A sent message got on, or failed. */
export class OutgoingMessageStatus extends Notification {
  private constructor()

  get typeWebhook(): 'outgoingMessageStatus'
  /** The chat. */
  get chatId(): string | null
  /** The message's id. */
  get idMessage(): string | null
  /** `sent`, `delivered`, `read`, `failed`, `noAccount` or `notInGroup`; `suspended` or, in older days, `yellowCard`, where WhatsApp restricts the account. */
  get status(): string | null
  /** Why it failed. */
  get description(): string | null
  /** Whether it was sent through the API. */
  get sendByApi(): boolean | null
}

/** The authorization state changed. */
export class StateInstanceChanged extends Notification {
  private constructor()

  get typeWebhook(): 'stateInstanceChanged'
  /** The state from then on. */
  get stateInstance(): StateInstance | null
}

/** The socket to the messenger opened or closed. Upstream calls it deprecated. */
export class StatusInstanceChanged extends Notification {
  private constructor()

  get typeWebhook(): 'statusInstanceChanged'
  /** `online` or `offline`. */
  get statusInstance(): string | null
}

/** The phone's state. Upstream says that it does not work. */
export class DeviceInfo extends Notification {
  private constructor()

  get typeWebhook(): 'deviceInfo'
  /** The operating system. */
  get platform(): string | null
  /** Who made the phone. */
  get deviceManufacturer(): string | null
  /** The phone's model. */
  get deviceModel(): string | null
  /** The operating system's version. */
  get osVersion(): string | null
  /** WhatsApp's version. */
  get waVersion(): string | null
  /** The battery's level in percent. */
  get battery(): number | null
}

/** Somebody called. */
export class IncomingCall extends Notification {
  private constructor()

  get typeWebhook(): 'incomingCall'
  /** The call's id. */
  get idMessage(): string | null
  /** Who called: upstream's `from`. */
  get from(): string | null
  /** `pickUp`, `hungUp` or `declined`. */
  get status(): string | null
  /** Whether it was a video call. */
  get isVideo(): boolean | null
}

/** The phone called somebody. */
export class OutgoingCall extends Notification {
  private constructor()

  get typeWebhook(): 'outgoingCall'
  /** The call's id. */
  get idMessage(): string | null
  /** The account that called: upstream's `from`. */
  get from(): string | null
  /** `pickUp`, `hungUp`, `declined` or `invalid`. */
  get status(): string | null
  /** Whether it was a video call. */
  get isVideo(): boolean | null
  /** How long it was, in seconds. */
  get duration(): number | null
  /** Who was called, each with an `id` and a `status`. */
  get participants(): unknown[] | null
}

/** A chat blocked the account, or allowed it again. Upstream says that it does not work. */
export class IncomingBlock extends Notification {
  private constructor()

  get typeWebhook(): 'incomingBlock'
  /** The chat. */
  get chatId(): string | null
  /** Its state: `blocked`. */
  get chatState(): string | null
}

/** The answer to a method that upstream has removed: see its `body`. */
export class AvatarInfo extends Notification {
  private constructor()

  get typeWebhook(): 'avatarInfo'
}

/**
 * A monthly quota of the plan is used up.
 *
 * Upstream was seen to send it as `incomingBlock` too: `typeWebhook` is as it came.
 */
export class QuotaExceeded extends Notification {
  private constructor()

  get typeWebhook(): 'quotaExceeded' | 'incomingBlock'
  /** Whose quota it is: a method, or `correspondents` for that of chats. */
  get method(): string | null
  /** How much is used. */
  get used(): number | null
  /** How much the plan has. */
  get total(): number | null
  /** Upstream's name for it. */
  get status(): string | null
  /** Upstream's words, with the chats that are still possible. */
  get description(): string | null
}

/** A notification of a type that this version does not know: see its `body`. */
export class UnknownNotification extends Notification {
  private constructor()

  get typeWebhook(): UnknownTypeWebhook
}

/**
 * A notification that cannot be read: cut or broken on its way, or no JSON at all.
 *
 * Only `notifications` gives such a one, once upstream has sent it twice; it is acknowledged like any other. Its
 * `typeWebhook` is `unreadable`, a word of this library.
 */
export class UnreadableNotification extends Notification {
  private constructor()

  get typeWebhook(): 'unreadable'
  /** What came, as text. */
  get raw(): string | null
}
// --- end of what is generated ---

/**
 * A `typeWebhook` that this version does not know: text, and none of those it knows. (A type of its own: with `string` here,
 * `switch` would not narrow.) To compare it with a type of your own, say `String(notification.typeWebhook)`.
 */
export type UnknownTypeWebhook = NotKnown.typeWebhook

declare enum NotKnown {
  typeWebhook = 'not known',
  typeMessage = 'not known either',
}

/** Any notification; `switch (notification.typeWebhook)` narrows it. */
// --- generated: union of notifications ---
export type AnyNotification =
  | IncomingMessageReceived
  | OutgoingMessageReceived
  | OutgoingApiMessageReceived
  | OutgoingMessageStatus
  | StateInstanceChanged
  | StatusInstanceChanged
  | DeviceInfo
  | IncomingCall
  | OutgoingCall
  | IncomingBlock
  | AvatarInfo
  | QuotaExceeded
  | UnknownNotification
  | UnreadableNotification
// --- end of what is generated ---

/** The content of a message: what those of all kinds have. `util.inspect` shows nothing that people wrote. */
export abstract class Content extends Model {
  /** What the message is: `textMessage`, `imageMessage` and so on. */
  get typeMessage(): string
  // --- generated: fields of Content ---
  /** Whether it was forwarded. */
  get isForwarded(): boolean | null
  /** How often it was forwarded. */
  get forwardingScore(): number | null
  /** The id of the message that it replies or reacts to. */
  get quotedMessageId(): string | null
  /** Who wrote that one. */
  get quotedSender(): string | null
  /** That one as it came. */
  get quotedMessage(): { readonly [name: string]: unknown } | null
  /** The content as it came, whole. */
  get messageData(): { readonly [name: string]: unknown } | null
  // --- end of what is generated ---
}

// --- generated: classes of contents ---
/**
 * A text: plain, with a link, or a reply.
 *
 * Its `util.inspect` shows nothing that people wrote.
 */
export class TextContent extends Content {
  private constructor()

  get typeMessage(): 'textMessage' | 'extendedTextMessage' | 'quotedMessage'
  /** The text. */
  get text(): string | null
  /** The title of the linked page. */
  get title(): string | null
  /** The description of the linked page. */
  get description(): string | null
  /** Its preview, in base64. */
  get jpegThumbnail(): string | null
  /** Whether it was made from a template. */
  get isTemplateMessage(): boolean | null
}

/**
 * A picture, a video, an audio, a document or a sticker.
 *
 * Its `util.inspect` shows nothing that people wrote.
 */
export class FileContent extends Content {
  private constructor()

  get typeMessage(): 'imageMessage' | 'videoMessage' | 'documentMessage' | 'audioMessage' | 'stickerMessage'
  /** Where the file can be fetched, for some days. */
  get downloadUrl(): string | null
  /** The text below it. */
  get caption(): string | null
  /** Its name; right for documents, made up for others. */
  get fileName(): string | null
  /** Its media type: `image/jpeg`. */
  get mimeType(): string | null
  /** A preview, in base64; empty for the largest pictures. */
  get jpegThumbnail(): string | null
  /** Of a sticker: whether it moves. */
  get isAnimated(): boolean | null
}

/**
 * A place.
 *
 * Its `util.inspect` shows nothing that people wrote.
 */
export class LocationContent extends Content {
  private constructor()

  get typeMessage(): 'locationMessage'
  /** Its name. */
  get nameLocation(): string | null
  /** Its address. */
  get address(): string | null
  /** Degrees north. */
  get latitude(): number | null
  /** Degrees east. */
  get longitude(): number | null
  /** A preview, in base64. */
  get jpegThumbnail(): string | null
}

/**
 * A contact.
 *
 * Its `util.inspect` shows nothing that people wrote.
 */
export class ContactContent extends Content {
  private constructor()

  get typeMessage(): 'contactMessage'
  /** Its name. */
  get displayName(): string | null
  /** Its vCard. */
  get vcard(): string | null
}

/**
 * Several contacts.
 *
 * Its `util.inspect` shows nothing that people wrote.
 */
export class ContactsContent extends Content {
  private constructor()

  get typeMessage(): 'contactsArrayMessage'
  /** Each with a `displayName` and a `vcard`. */
  get contacts(): unknown[] | null
}

/**
 * A reaction to another message, the quoted one.
 *
 * Its `util.inspect` shows nothing that people wrote.
 */
export class ReactionContent extends Content {
  private constructor()

  get typeMessage(): 'reactionMessage'
  /** The emoji; empty where it was taken back. */
  get text(): string | null
}

/**
 * A poll.
 *
 * Its `util.inspect` shows nothing that people wrote.
 */
export class PollContent extends Content {
  private constructor()

  get typeMessage(): 'pollMessage'
  /** The question. */
  get name(): string | null
  /** The answers to choose from, each with an `optionName`. */
  get options(): unknown[] | null
  /** Whether several may be chosen. */
  get multipleAnswers(): boolean | null
}

/**
 * Votes in a poll.
 *
 * Its `util.inspect` shows nothing that people wrote.
 */
export class PollUpdateContent extends Content {
  private constructor()

  get typeMessage(): 'pollUpdateMessage'
  /** The id of the poll's message. */
  get stanzaId(): string | null
  /** The question. */
  get name(): string | null
  /** Each answer: an `optionName` with its `optionVoters`. */
  get votes(): unknown[] | null
  /** Whether several may be chosen. */
  get multipleAnswers(): boolean | null
}

/**
 * An invitation to a group.
 *
 * Its `util.inspect` shows nothing that people wrote.
 */
export class GroupInviteContent extends Content {
  private constructor()

  get typeMessage(): 'groupInviteMessage'
  /** The group: `…@g.us`. */
  get groupJid(): string | null
  /** Its name. */
  get groupName(): string | null
  /** What joins it: `https://chat.whatsapp.com/<code>`. */
  get inviteCode(): string | null
  /** When it ends, as upstream has it. */
  get inviteExpiration(): string | null
  /** The text with it. */
  get caption(): string | null
  /** The sender's name. */
  get name(): string | null
  /** A preview, in base64. */
  get jpegThumbnail(): string | null
}

/**
 * A message was edited.
 *
 * Its `util.inspect` shows nothing that people wrote.
 */
export class EditedContent extends Content {
  private constructor()

  get typeMessage(): 'editedMessage'
  /** The id of the message. */
  get stanzaId(): string | null
  /** Its text from then on. */
  get text(): string | null
  /** Of a file: its caption from then on. */
  get caption(): string | null
}

/**
 * A message was deleted.
 *
 * Its `util.inspect` shows nothing that people wrote.
 */
export class DeletedContent extends Content {
  private constructor()

  get typeMessage(): 'deletedMessage'
  /** The id of the message. */
  get stanzaId(): string | null
}

/**
 * A text with buttons, of the kind that WhatsApp no longer shows.
 *
 * Its `util.inspect` shows nothing that people wrote.
 */
export class ButtonsContent extends Content {
  private constructor()

  get typeMessage(): 'buttonsMessage'
  /** The text. */
  get contentText(): string | null
  /** The text below it. */
  get footer(): string | null
  /** Each with a `buttonId` and a `buttonText`. */
  get buttons(): unknown[] | null
}

/**
 * A list to choose from.
 *
 * Its `util.inspect` shows nothing that people wrote.
 */
export class ListContent extends Content {
  private constructor()

  get typeMessage(): 'listMessage'
  /** The text. */
  get contentText(): string | null
  /** The title. */
  get title(): string | null
  /** The text below it. */
  get footer(): string | null
  /** The text of the button that opens it. */
  get buttonText(): string | null
  /** Each with a `title` and its `rows`. */
  get sections(): unknown[] | null
}

/**
 * A text with buttons, made from a template.
 *
 * Its `util.inspect` shows nothing that people wrote.
 */
export class TemplateContent extends Content {
  private constructor()

  get typeMessage(): 'templateMessage'
  /** The text. */
  get contentText(): string | null
  /** The text below it. */
  get footer(): string | null
  /** Each with its `index`, and a `urlButton`, a `callButton` or a `quickReplyButton`. */
  get buttons(): unknown[] | null
}

/**
 * A text with buttons that copy, call or open an address, or that answer.
 *
 * Its `util.inspect` shows nothing that people wrote.
 */
export class InteractiveButtonsContent extends Content {
  private constructor()

  get typeMessage(): 'interactiveButtons' | 'interactiveButtonsReply'
  /** The title. */
  get titleText(): string | null
  /** The text. */
  get contentText(): string | null
  /** The text below it. */
  get footerText(): string | null
  /** Each with its `type`, `buttonId` and `buttonText`. */
  get buttons(): unknown[] | null
}

/**
 * A button was pressed.
 *
 * Its `util.inspect` shows nothing that people wrote.
 */
export class ButtonReplyContent extends Content {
  private constructor()

  get typeMessage(): 'buttonsResponseMessage' | 'templateButtonsReplyMessage' | 'templateButtonReplyMessage'
  /** The id of the message with the buttons. */
  get stanzaId(): string | null
  /** The id of the button. */
  get selectedId(): string | null
  /** Its text. */
  get selectedText(): string | null
  /** Of a template: its place. */
  get selectedIndex(): number | null
}

/**
 * A product of a catalog. Upstream's page of its fields was not read: see its `messageData`.
 *
 * Its `util.inspect` shows nothing that people wrote.
 */
export class ProductContent extends Content {
  private constructor()

  get typeMessage(): 'productMessage'
}

/**
 * An order. Upstream's page of its fields was not read: see its `messageData`.
 *
 * Its `util.inspect` shows nothing that people wrote.
 */
export class OrderContent extends Content {
  private constructor()

  get typeMessage(): 'orderMessage'
}

/**
 * The content of a message of which this version knows no more: see its `messageData`.
 *
 * Its `util.inspect` shows nothing that people wrote.
 */
export class UnknownContent extends Content {
  private constructor()

  get typeMessage(): UnknownTypeMessage
}
// --- end of what is generated ---

/** A `typeMessage` of which this version knows no more. See {@link UnknownTypeWebhook}. */
export type UnknownTypeMessage = NotKnown.typeMessage

/** Any content of a message; `switch (content.typeMessage)` narrows it, and so does `instanceof`. */
// --- generated: union of contents ---
export type AnyContent =
  | TextContent
  | FileContent
  | LocationContent
  | ContactContent
  | ContactsContent
  | ReactionContent
  | PollContent
  | PollUpdateContent
  | GroupInviteContent
  | EditedContent
  | DeletedContent
  | ButtonsContent
  | ListContent
  | TemplateContent
  | InteractiveButtonsContent
  | ButtonReplyContent
  | ProductContent
  | OrderContent
  | UnknownContent
// --- end of what is generated ---

// --- generated: classes of fleet ---
/** What one instance is, as `inspect` found it. */
export class Inspection extends Model {
  private constructor()

  /**
   * The instance's id.
   *
   * @throws {ProtocolError} It is above 2^53-1, so that a number would round it; read `idInstanceText` then.
   */
  get idInstance(): number
  /** The instance's id as decimal text, always exact. */
  get idInstanceText(): string
  /** The name that the console shows. */
  get name(): string | null
  /** The messenger: whatsapp, telegram or v3 (MAX). */
  get typeInstance(): TypeInstance | null
  /** The plan, such as PARTNER_23. */
  get tariff(): string | null
  /** When it was created. */
  get timeCreated(): Date | null
  /** linked, waiting, starting, restricted, expired or unreachable. */
  get group(): InspectionGroup
  /** The authorization state; nothing while it is being created. */
  get stateInstance(): StateInstance | null
  /** The linked phone, digits. */
  get phone(): string | null
  /** What getSettings answers, without the webhook token; on demand. */
  get settings(): { readonly [name: string]: unknown } | null
  /** Whether a phone was ever linked; nothing where nobody knows. */
  get everLinked(): boolean | null
  /** Until when a phone was linked, as far as is known; if one still is, when that was seen. */
  get lastLinkedAt(): Date | null
  /** How many messages came in; on demand. */
  get incomingMessages(): number | null
  /** How many messages went out; on demand. */
  get outgoingMessages(): number | null
  /** Whether it is linked and there was no message either way; on demand. */
  get silent(): boolean | null
  /** What could not be had, and why. */
  get error(): GreenApiError | null
  /** The instance, as the list has it. */
  get instance(): Instance | null
}

/** One of several live instances that have one name. */
export class Duplicate extends Model {
  private constructor()

  /** The name that they share. */
  get name(): string
  /**
   * The instance's id.
   *
   * @throws {ProtocolError} It is above 2^53-1, so that a number would round it; read `idInstanceText` then.
   */
  get idInstance(): number
  /** The instance's id as decimal text, always exact. */
  get idInstanceText(): string
  /** The messenger: whatsapp, telegram or v3 (MAX). */
  get typeInstance(): TypeInstance | null
  /** When it was created. */
  get timeCreated(): Date | null
  /** The authorization state; nothing where it could not be had. */
  get stateInstance(): StateInstance | null
  /** Whether a phone is linked, be it restricted; nothing where nobody knows: its state could not be had, or says neither. */
  get isLinked(): boolean | null
  /** Since when a phone is linked without a break, as far as upstream's history tells; nothing where none is, or it does not. */
  get linkedSince(): Date | null
  /** Until when a phone was linked, as far as is known; if one still is, when that was seen. */
  get lastLinkedAt(): Date | null
  /** How many days it is charged for so far; nothing where it is not charged by the day, or nobody knows since when. */
  get days(): number | null
  /** What these days cost; nothing where they have no price. */
  get cost(): string | null
  /** What `deleteDuplicates` does with it, unless it is told otherwise: keep, delete, or leave alone. */
  get plan(): DuplicatePlan
  /** Why it is kept or left alone. */
  get reason(): string | null
  /** What could not be had, and why. */
  get error(): GreenApiError | null
  /** The instance, as the list has it. */
  get instance(): Instance | null
}

/** One item of a bulk run, and what has become of it. */
export class BulkItem extends Model {
  private constructor()

  /** Its place in what was given, from 0. */
  get index(): number
  /**
   * The instance's id, where there is one.
   *
   * @throws {ProtocolError} It is above 2^53-1, so that a number would round it; read `idInstanceText` then.
   */
  get idInstance(): number | null
  /** The instance's id as decimal text, always exact. */
  get idInstanceText(): string | null
  /** The instance's name, where it is known. */
  get name(): string | null
  /** `done`, `failed` (see `error`), `skipped` (nothing was sent, see `reason`), `not_kept` (settings that upstream confirmed and does not show, see `error`), `unknown` (sent, and nobody knows whether it took effect), `planned` (a dry run); in a report also `waiting` and `underWay`. */
  get status(): BulkStatus
  /** Why it is so, where that does not go without saying. */
  get reason(): string | null
  /** What went wrong. */
  get error(): GreenApiError | null
  /** The instance, as the list had it before, or as it was created. */
  get instance(): Instance | null
}

/** One thing that has changed. */
export class Change extends Model {
  private constructor()

  /** created, deleted, renamed, tokenChanged, stateChanged or expired. */
  get kind(): ChangeKind
  /**
   * The instance's id.
   *
   * @throws {ProtocolError} It is above 2^53-1, so that a number would round it; read `idInstanceText` then.
   */
  get idInstance(): number
  /** The instance's id as decimal text, always exact. */
  get idInstanceText(): string
  /** Its name, the last one that is known. */
  get name(): string | null
  /** The name or the state before, where that is what changed. */
  get before(): string | null
  /** The name or the state from then on, where that is what changed. */
  get after(): string | null
  /** When upstream says that it was created or deleted; otherwise when it was noticed. */
  get at(): Date
  /** The instance, as the list has it; nothing where the list has it no longer. */
  get instance(): Instance | null
}

/** An event that the receiver has taken. */
export class Delivery extends Model {
  private constructor()

  /** What has happened: `instance.linked`. */
  get type(): string
  /**
   * The instance's id.
   *
   * @throws {ProtocolError} It is above 2^53-1, so that a number would round it; read `idInstanceText` then.
   */
  get idInstance(): number
  /** The instance's id as decimal text, always exact. */
  get idInstanceText(): string
  /** The header `webhook-id`: the same each time the event is posted. */
  get id(): string
  /** How often this process has posted it. */
  get attempts(): number
  /** When the receiver had it. */
  get at(): Date
}

/** An event that was posted to you, and whose signature is right. */
export class WebhookEvent extends Model {
  private constructor()

  /** The header `webhook-id`: the same each time the event is posted. */
  get id(): string
  /** What has happened: `instance.linked`. */
  get type(): string | null
  /** When it happened, or was noticed. */
  get timestamp(): Date | null
  /** What has changed, as `watch` tells it, without tokens. */
  get data(): { readonly [name: string]: unknown } | null
}

/** What one instance costs. */
export class InstanceCost extends Model {
  private constructor()

  /**
   * The instance's id.
   *
   * @throws {ProtocolError} It is above 2^53-1, so that a number would round it; read `idInstanceText` then.
   */
  get idInstance(): number
  /** The instance's id as decimal text, always exact. */
  get idInstanceText(): string
  /** Its name. */
  get name(): string | null
  /** Its plan, such as PARTNER_23. */
  get tariff(): string | null
  /** When it was created. */
  get timeCreated(): Date | null
  /** When it was deleted; nothing while it lives. */
  get timeDeleted(): Date | null
  /** How many days it is charged for. */
  get days(): number
  /** What a day of it costs; nothing where nobody has said. */
  get pricePerDay(): string | null
  /** What its days cost; nothing where a day has no price. */
  get cost(): string | null
  /** When it is charged again; nothing where it is not. */
  get nextChargeAt(): Date | null
  /** Why days or cost are less than they may be, or nothing. */
  get note(): string | null
}

/** What one day costs. */
export class DayCost extends Model {
  private constructor()

  /** The day, of UTC+3. */
  get date(): string
  /** How many instances are charged for it. */
  get instances(): number
  /** What they cost, as far as they have a price. */
  get cost(): string
  /** Whether that is all: each has a price, and none may be missing. */
  get complete(): boolean
}

/** What one month costs. */
export class MonthCost extends Model {
  private constructor()

  /** The month, as 2026-11. */
  get month(): string
  /** How many days are charged, of all instances together. */
  get days(): number
  /** What they cost, as far as they have a price. */
  get cost(): string
  /** Whether that is all so far: each has a price, and none may be missing. */
  get complete(): boolean
}

/** What the instances cost whose names begin alike. */
export class PrefixCost extends Model {
  private constructor()

  /** What stands before the first separator of their names. */
  get prefix(): string
  /** How many of them are charged. */
  get instances(): number
  /** How many days are charged, of all of them together. */
  get days(): number
  /** What they cost, as far as they have a price. */
  get cost(): string
  /** Whether each of them has a price, and its days are known. */
  get complete(): boolean
}

/** An instance that is charged, and that nobody may be using. */
export class Waste extends Model {
  private constructor()

  /**
   * The instance's id.
   *
   * @throws {ProtocolError} It is above 2^53-1, so that a number would round it; read `idInstanceText` then.
   */
  get idInstance(): number
  /** The instance's id as decimal text, always exact. */
  get idInstanceText(): string
  /** Its name. */
  get name(): string | null
  /** Why it is listed: neverLinked, idle, or unknown where nobody knows whether a phone is linked. */
  get why(): WasteReason
  /** For how many whole days no phone is linked: since the last one, or since its creation. */
  get idleDays(): number | null
  /** How many of its charged days were without a phone; where that is unknown, all of them. */
  get days(): number
  /** What these days cost; nothing where a day has no price. */
  get cost(): string | null
}

/** What is not charged if some instances are deleted in time. */
export class Saving extends Model {
  private constructor()

  /** How many of those named are charged at the next midnight. */
  get instances(): number
  /** Until when to delete them: the next midnight of UTC+3. */
  get before(): Date
  /** What a day of all of them costs, as far as they have a price. */
  get perDay(): string
  /** What is saved at the next midnight. */
  get nextCharge(): string
  /** What is saved at the midnights that are left in the month of UTC+3. */
  get toMonthEnd(): string
  /** Whether each of them has a price. */
  get complete(): boolean
  /** The ids that are not counted: unknown, gone, or not partner billing. */
  get ignored(): (number | string)[]
}
// --- end of what is generated ---

// --- generated: words ---
/** An authorization state. Upstream may have others. */
export type StateInstance =
  | 'notAuthorized'
  | 'authorized'
  | 'blocked'
  | 'sleepMode'
  | 'starting'
  | 'yellowCard'
  | 'suspended'
  | 'pendingPassword'
  | 'pendingCode'
  | (string & {})

/** An authorization state. Upstream may have others. */
export const StateInstances: {
  readonly notAuthorized: 'notAuthorized'
  readonly authorized: 'authorized'
  readonly blocked: 'blocked'
  readonly sleepMode: 'sleepMode'
  readonly starting: 'starting'
  readonly yellowCard: 'yellowCard'
  readonly suspended: 'suspended'
  readonly pendingPassword: 'pendingPassword'
  readonly pendingCode: 'pendingCode'
}

/** A messenger; `v3` is MAX. Upstream may have others. */
export type TypeInstance = 'whatsapp' | 'telegram' | 'v3' | (string & {})

/** A messenger; `v3` is MAX. Upstream may have others. */
export const TypeInstances: {
  readonly whatsapp: 'whatsapp'
  readonly telegram: 'telegram'
  readonly v3: 'v3'
}

/** What to do about an instance: see `inspect`. */
export type InspectionGroup = 'linked' | 'waiting' | 'starting' | 'restricted' | 'expired' | 'unreachable'

/** What to do about an instance: see `inspect`. */
export const InspectionGroups: {
  readonly linked: 'linked'
  readonly waiting: 'waiting'
  readonly starting: 'starting'
  readonly restricted: 'restricted'
  readonly expired: 'expired'
  readonly unreachable: 'unreachable'
}

/** What a clean-up does with one of several instances of a name. */
export type DuplicatePlan = 'keep' | 'delete' | 'leave'

/** What a clean-up does with one of several instances of a name. */
export const DuplicatePlans: {
  readonly keep: 'keep'
  readonly delete: 'delete'
  readonly leave: 'leave'
}

/** What has become of an item of a run. */
export type BulkStatus = 'done' | 'failed' | 'skipped' | 'not_kept' | 'unknown' | 'planned' | 'waiting' | 'underWay'

/** What has become of an item of a run. */
export const BulkStatuses: {
  readonly done: 'done'
  readonly failed: 'failed'
  readonly skipped: 'skipped'
  readonly notKept: 'not_kept'
  readonly unknown: 'unknown'
  readonly planned: 'planned'
  readonly waiting: 'waiting'
  readonly underWay: 'underWay'
}

/** What has changed. */
export type ChangeKind = 'created' | 'deleted' | 'renamed' | 'tokenChanged' | 'stateChanged' | 'expired'

/** What has changed. */
export const ChangeKinds: {
  readonly created: 'created'
  readonly deleted: 'deleted'
  readonly renamed: 'renamed'
  readonly tokenChanged: 'tokenChanged'
  readonly stateChanged: 'stateChanged'
  readonly expired: 'expired'
}

/** Why an instance is listed as waste. */
export type WasteReason = 'neverLinked' | 'idle' | 'unknown'

/** Why an instance is listed as waste. */
export const WasteReasons: {
  readonly neverLinked: 'neverLinked'
  readonly idle: 'idle'
  readonly unknown: 'unknown'
}

/** What to do about an error, the same in every language. */
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

/** What to do about an error, the same in every language. */
export const ErrorCodes: {
  readonly configuration: 'configuration'
  readonly invalidRequest: 'invalid_request'
  readonly unauthorized: 'unauthorized'
  readonly notFound: 'not_found'
  readonly notReady: 'not_ready'
  readonly notAuthorized: 'not_authorized'
  readonly alreadyAuthorized: 'already_authorized'
  readonly suspended: 'suspended'
  readonly expired: 'expired'
  readonly noCapacity: 'no_capacity'
  readonly refused: 'refused'
  readonly rateLimited: 'rate_limited'
  readonly quotaExceeded: 'quota_exceeded'
  readonly limitExceeded: 'limit_exceeded'
  readonly unavailable: 'unavailable'
  readonly timeout: 'timeout'
  readonly outcomeUnknown: 'outcome_unknown'
  readonly qrExpired: 'qr_expired'
  readonly protocol: 'protocol'
}
// --- end of what is generated ---

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

// --- generated: error classes ---
/** `configuration`: no token, a bad URL, plain http, an untrusted certificate, a proxy's 407, a redirect, HTTP 404, a closed client. What to do: fix the set-up. */
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
/** `not_found`: no such instance, or it is deleted: upstream's word or the list's, never an HTTP 404. What to do: stop. */
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
/** `rate_limited`: too many requests, also after the retries. What to do: wait as long as retryAfter says. */
export class RateLimitedError extends GreenApiError {
  readonly code: 'rate_limited'
}
/** `quota_exceeded`: the plan's monthly quota is used up. What to do: change the plan. */
export class QuotaExceededError extends GreenApiError {
  readonly code: 'quota_exceeded'
}
/** `limit_exceeded`: a guard that the caller had set, or a run that would delete every live instance. What to do: look at the plan. */
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
/** `protocol`: an answer that no document describes, or one larger than `maxResponseSize`. What to do: report it. */
export class ProtocolError extends GreenApiError {
  readonly code: 'protocol'
}
// --- end of what is generated ---

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

/**
 * A message of the channel {@link diagnosticsChannel}. No token is in it: `path` is the template. What does not apply is
 * null. docs/logging.md tells which records there are.
 */
export interface DiagnosticsRecord {
  level: 'debug' | 'info' | 'warning' | 'error'
  /** What happened, with the facts: `getStateInstance of 1101000001: answered (status 200, attempt 1, 87 ms)`. */
  message: string
  /** Upstream's method: `createInstance`. */
  operation: string | null
  /** The instance that it is about; text where it is above 2^53-1. */
  idInstance: number | string | null
  /** The path's template: `/partner/createInstance/{partnerToken}`. */
  path: string | null
  /** The HTTP status, where there was an answer. */
  status: number | null
  /** Which try of the call, from 1. */
  attempt: number | null
  /** How long it took. */
  milliseconds: number | null
  /** The code of the error that is the reason: `rate_limited`. */
  code: ErrorCode | null
  /** How long it waits before it tries again. */
  waitMilliseconds: number | null
  /** How many there are, where it is about several. */
  count: number | null
  /** What the rate limiter's headers say; upstream counts nothing where `remaining=-1`. */
  rateLimit: string | null
}

/** The version of this package. */
export const version: string

// A type, and no value: declarations that a compiler writes name it. What is not exported, such as `Model`, is a name of this file.
export type { NotKnown }

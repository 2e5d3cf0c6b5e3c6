// A user's program, as ESM: everything that the types promise is allowed.

import { subscribe } from 'node:diagnostics_channel'
import {
  type AnyNotification,
  type AuthorizeEvent,
  type Billing,
  type BulkItem,
  type BulkRun,
  type CallOptions,
  type CreatedInstance,
  type DiagnosticsRecord,
  type Duplicate,
  diagnosticsChannel,
  type EnsuredInstance,
  type ErrorCode,
  ErrorCodes,
  type EventIterator,
  GreenApiError,
  type Inspection,
  type Instance,
  InstanceClient,
  type InstanceSettings,
  type Instances,
  type Journal,
  Ledger,
  NotFoundError,
  type OnboardEvent,
  OutcomeUnknownError,
  PartnerClient,
  type Progress,
  parseNotification,
  type QrCode,
  qrPageUrl,
  RateLimitedError,
  type Run,
  type Saving,
  type SentMessage,
  type Settings,
  type StateInstance,
  StateInstances,
  Store,
  showInTerminal,
  type Table,
  verifyEvent,
  version,
  type WatchIterator,
  type WebhookEvent,
} from 'greenapi_partner'
import { type Fault, type MockInstance, MockServer } from 'greenapi_partner/testing'

const environment = new PartnerClient()
const partner = new PartnerClient({
  partnerToken: 'gac.x',
  partnerApiUrl: 'https://x',
  timeout: 5,
  maxRetries: 0,
  proxy: null,
  caFile: undefined,
})

const settings: InstanceSettings = { name: 'shop-42', incomingWebhook: true, stateWebhook: null, extra: { plan: 1 } }
const options: CallOptions = { timeout: 5000, signal: AbortSignal.timeout(5) }

const created: CreatedInstance = await partner.createInstance(settings, options)
const number: number = created.idInstance
const token: string = created.apiTokenInstance
const host: string | null = created.apiUrl

const list: Instances = await partner.getInstances()
const first: Instance | undefined = list.at(0)
const names: (string | null)[] = list.live
  .slice(0, 5)
  .toArray()
  .map((one) => one.name)
const created_at: Date | null | undefined = first?.timeCreated
for (const instance of list) {
  const deleted: boolean = instance.deleted
  const free: boolean | null = instance.isFree
  if (instance.typeInstance === 'telegram') console.log(deleted, free, instance.extra.plan)
}
const plain: unknown = first?.toJSON({ includeTokens: true }).name
const text: string = JSON.stringify(list)

const one: Instance = await partner.getInstance('1101728004', { signal: null })
await partner.getInstance(one)
const nothing: undefined = await partner.deleteInstanceAccount(1101728004n)
const ensured: EnsuredInstance = await partner.ensureInstance({ name: 'shop-42' }, { settle: 5000, timeout: 9000 })

try {
  await partner.getInstance(1)
} catch (error) {
  if (error instanceof OutcomeUnknownError) {
    const code: 'outcome_unknown' = error.code
    console.log(code)
  } else if (error instanceof GreenApiError) {
    const code: ErrorCode = error.code
    if (code === ErrorCodes.outcomeUnknown) console.log(StateInstances.notAuthorized satisfies StateInstance)
    const wait: number | null = error.retryAfter
    console.log(code, wait, error.status, error.cause, error.toJSON().causes)
  }
}
const made: GreenApiError = new RateLimitedError('slow', { retryAfter: 5 })
const missing: boolean = made instanceof NotFoundError

subscribe(diagnosticsChannel, (message) => {
  const { level, attempt } = message as DiagnosticsRecord
  console.log(level, attempt)
})

const shop: InstanceClient = partner.instance(created)
const byId = partner.instance(1101728004n, 'token', { apiUrl: 'https://7103.api.greenapi.com', mediaUrl: null })
const own = new InstanceClient({ idInstance: '1101728004', apiTokenInstance: 'token', pacing: false, timeout: 5 })

const events: EventIterator<OnboardEvent> = partner.onboard(
  { name: 'shop-42' },
  { rebootAfter: null, interval: 5, ...options },
)
for await (const event of events) {
  switch (event.type) {
    case 'created': {
      const isNew: boolean = event.isNew
      console.log(event.idInstance, isNew)
      break
    }
    case 'waiting': {
      const state: StateInstance | null = event.stateInstance
      console.log(state)
      break
    }
    case 'qrCode': {
      const { dataUrl }: { dataUrl: string } = event.toJSON()
      const png: Buffer = event.png
      console.log(dataUrl, png, event.text, event.svg(), event.terminal(), event.expiresAt.getTime())
      break
    }
    case 'authorizationCode':
      console.log(event.code?.length, event.phoneNumber.length)
      break
    case 'passwordNeeded':
      await events.instance?.sendAuthorizationPassword('password')
      break
    case 'passkeyRequired': {
      const { message, advice }: { message: string | null; advice: string } = event.toJSON()
      console.log(message, advice, event.qrPageUrl.length)
      break
    }
    case 'settingsNotKept':
      console.log(event.names.join())
      break
    case 'authorized':
      console.log(event.wid, event.phone, event.name)
      break
    default: {
      const nothingElse: never = event
      console.log(nothingElse)
    }
  }
}
await events.return()
const linking: EventIterator<AuthorizeEvent> = shop.authorize({ phoneNumber: 79001234567 })
const { phone }: { phone: string | null } = await showInTerminal(linking, { stream: process.stderr })
await showInTerminal(shop.scanQrCode())
const qr: QrCode = await shop.qr(options)

const state: StateInstance = await shop.waitUntilReady({ rebootAfter: 5 })
if (state === 'authorized') await shop.waitUntilAuthorized({ timeout: 5 })
const settingsNow: Settings = await shop.getSettings()
await shop.setSettings({ incomingWebhook: settingsNow.incomingWebhook, autoTyping: 5, extra: { plan: 1 } })
const sent: SentMessage = await shop.sendMessage({ chatId: '79001234567@c.us', message: 'hi', typingTime: 1000 })
await shop.sendFileByUpload({ chatId: '79001234567@c.us', file: new Uint8Array(1), fileName: 'a.jpg' })
await shop.sendFileByUpload({ chatId: '79001234567@c.us', file: 'a.jpg' }, { timeout: 5 })
await shop.setProfilePicture(new Blob(['x']))
const known: boolean = await shop.checkWhatsapp('+7 900 123-45-67')
const chats: unknown = await shop.call('getChats', { query: { count: 5 }, retry: 'safe' }, options)

const received: AnyNotification | null = await shop.receiveNotification({ receiveTimeout: 5 })
const iteration = shop.notifications()
for await (const notification of iteration) {
  switch (notification.typeWebhook) {
    case 'incomingMessageReceived':
      console.log(notification.text, notification.sender)
      switch (notification.content.typeMessage) {
        case 'locationMessage': {
          const north: number | null = notification.content.latitude
          console.log(north)
          break
        }
        case 'imageMessage':
          console.log(notification.content.caption?.length)
      }
      break
    case 'stateInstanceChanged':
      console.log(notification.stateInstance)
      break
    case 'quotaExceeded':
      console.log(notification.used, notification.total)
      break
    default:
      console.log(notification.body.text, notification.idInstance, notification.timestamp?.getTime())
  }
  await iteration.ack()
}
const posted: AnyNotification = parseNotification(Buffer.from('{}'), { authorization: undefined, webhookUrlToken: 'x' })
const event: WebhookEvent = verifyEvent('{}', new Headers(), { secret: 'whsec_', tolerance: 60_000 })
verifyEvent(Buffer.from('{}'), { 'webhook-id': 'a', cookie: undefined, accept: ['a'] }, { secret: 'whsec_' })
console.log(event.id, event.type ?? '', event.timestamp?.getTime(), event.data)
for await (const { type, idInstance, attempts } of partner.deliver(
  { url: 'https://a.example', secret: 'whsec_' },
  { spool: 'a' },
)) {
  console.log(type, idInstance, attempts)
}
const page: string = qrPageUrl(shop)

const mock = await MockServer.start({ listFormat: '2022' })
const fault: Fault = { named: 'no_capacity', times: 2 }
await mock.faults('createInstance', fault, { cut: 'after_action' })
const held: MockInstance = await mock.scan(1101728004, '79001234567')
await mock.receiveMessage(held.idInstance, { text: 'hi' })
const [request] = await mock.requests('createInstance')
const body: unknown = request?.body
const closed: boolean = partner.closed
partner.close()

export {
  body,
  byId,
  chats,
  closed,
  created_at,
  ensured,
  environment,
  host,
  known,
  missing,
  names,
  nothing,
  number,
  one,
  own,
  page,
  phone,
  plain,
  posted,
  qr,
  received,
  sent,
  text,
  token,
  version,
}

const run: Run<Inspection> = partner.inspect({ ids: list.live, history: true, timeout: 5000 })
for await (const { idInstance, error, instance, group, settings } of run) {
  const found: [number, GreenApiError | null, Instance | null] = [idInstance, error, instance]
  if (found[1] !== null || group === 'restricted') run.stop()
  console.log(settings?.webhookUrl)
}
const inspections: Table<Inspection> = await run.collect()
const linked: readonly Inspection[] = inspections.filter(({ group }) => group === 'linked')
const columns: Buffer[] = [inspections.toArrow(), list.toArrow({ includeTokens: true })]
const { total, left }: Progress = run.progress

const bulk: BulkRun = partner.createInstances(['shop-1', { name: 'shop-2', incomingWebhook: true }], {
  journal: 'shops.journal',
  maxNew: 2,
  maxCost: 25,
  pricePerDay: '12.50',
  dryRun: true,
  signal: undefined,
})
const items: Table<BulkItem> = bulk.report()
for await (const { index, status, reason } of partner.deleteInstanceAccounts(linked, {
  logout: false,
  expect: 1,
  maxDeleted: 5,
})) {
  if (status === 'unknown') console.log(index.toFixed(), reason?.length)
}
await partner.setInstancesSettings([1n, '2', { idInstance: 3 }], { incomingWebhook: true }).collect()
const doubles: Table<Duplicate> = await partner.findDuplicates({ pricePerDay: { PARTNER_23: '4.50' } }).collect()
const plans: ('keep' | 'delete' | 'leave')[] = doubles.map(({ plan }) => plan)
const cleaning: BulkRun = partner.deleteDuplicates({ dryRun: plans.length > 5, includeUnlinked: true, maxDeleted: 5 })
await cleaning.collect()
await partner.rebootInstances(new Set([1]), { retryUnknown: true }).collect()
await partner.logoutInstances(list).collect()

const store = new Store('partner.sqlite', { account: 'north', claim: 60_000 })
const journal: Journal = store.journal('spring')
partner.createInstances([journal.name], { journal })
partner.rebootInstances([1], { journal: 'reboots.journal' })
new Ledger(store).close()
const ledger: Ledger = await Ledger.open('fleet.db')
await ledger.record(list)
await ledger.recordInspections(inspections)
const watch: WatchIterator = partner.watch({ interval: 60_000, since: undefined, ledger, states: true })
for await (const { kind, before, after, at } of watch) {
  if (kind === 'tokenChanged') console.log(before ?? after, at.getTime(), watch.snapshot()?.length)
}
const bill: Billing = list.billing({ pricePerDay: { PARTNER_23: 12.5 }, since: '2026-11-01', until: new Date() })
const kept: Billing = await ledger.billing()
const money: string[] = [bill.total, kept.forecast, ...bill.days.map(({ cost }) => cost)]
const { ignored, perDay }: Saving = bill.ifDeleted(bill.waste(30))
ledger.close()
console.log(linked, columns, total, left, items, money, ignored.length, perDay)

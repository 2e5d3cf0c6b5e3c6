// What the types must refuse. A line that compiles after all is an error of its own.

import {
  CreatedInstance,
  GreenApiError,
  Instance,
  InstanceClient,
  Instances,
  Journal,
  Ledger,
  Notification,
  PartnerClient,
  parseNotification,
  QrCode,
  Store,
  verifyEvent,
} from 'greenapi_partner'
import { MockServer } from 'greenapi_partner/testing'

const partner = new PartnerClient()
const list = await partner.getInstances()
const one = await partner.getInstance(1)

// @ts-expect-error: no such option
new PartnerClient({ timeoutMs: 5 })
// @ts-expect-error: a duration is a number of milliseconds
new PartnerClient({ timeout: '5 s' })
// @ts-expect-error: the token is an option
new PartnerClient('gac.x')

// @ts-expect-error: no settings
await partner.createInstance()
// @ts-expect-error: a flag is a boolean
await partner.createInstance({ incomingWebhook: 'yes' })
// @ts-expect-error: no such setting
await partner.createInstance({ nmae: 'a' })
// @ts-expect-error: an instance is ensured by its name
await partner.ensureInstance({ incomingWebhook: true })
// @ts-expect-error: settle is for ensureInstance
await partner.getInstances({ settle: 5 })
// @ts-expect-error: a signal is an AbortSignal
await partner.getInstances({ signal: {} })
// @ts-expect-error: it has no id
await partner.getInstance({ id: 1 })
// @ts-expect-error: no id
await partner.deleteInstanceAccount()

// @ts-expect-error: an item may be missing
list.at(0).name
// @ts-expect-error: a list is no array
list[0]
// @ts-expect-error: a list is no array
list.map((instance) => instance.name)
// @ts-expect-error: a name may be absent
one.name.length
// @ts-expect-error: a field is read only
one.name = 'b'
// @ts-expect-error: a time is a Date
one.timeCreated === '2022-06-03'
// @ts-expect-error: models come from calls
new Instance()
// @ts-expect-error: models come from calls
new Instances()
// @ts-expect-error: models come from calls
new CreatedInstance()
// @ts-expect-error: a mock is started
new MockServer()
// @ts-expect-error: no such code
new GreenApiError('words').code === 'timed_out'

const shop = partner.instance(one)
// @ts-expect-error: an id needs its token
partner.instance(1101728004)
// @ts-expect-error: no token
new InstanceClient({ idInstance: 1 })
// @ts-expect-error: no such host
partner.instance(1101728004, 'token', { url: 'https://x' })
// @ts-expect-error: a message has a text
await shop.sendMessage({ chatId: '79001234567@c.us' })
// @ts-expect-error: a file is bytes or a path
await shop.setProfilePicture(5)
// @ts-expect-error: no such argument
await shop.setSettings({ incoming_webhook: true })
// @ts-expect-error: a reboot is for waitUntilReady
await shop.waitUntilAuthorized({ rebootAfter: 5 })
// @ts-expect-error: a verb is one of three
await shop.call('getChats', { verb: 'PUT' })
// @ts-expect-error: the answer may be anything
;(await shop.call('getChats')).length
// @ts-expect-error: an instance is known after the first event
partner.onboard({ name: 'a' }).instance.logout()
// @ts-expect-error: an instance is onboarded by its name
partner.onboard({ incomingWebhook: true })
// @ts-expect-error: a token that is undefined would check nothing
parseNotification('{}', { webhookUrlToken: undefined })
// @ts-expect-error: no secret would check nothing
verifyEvent('{}', {}, {})
// @ts-expect-error: what was parsed has another signature
verifyEvent({ type: 'instance.linked' }, {}, { secret: 'whsec_' })
// @ts-expect-error: there may be none
;(await shop.receiveNotification()).typeWebhook
// @ts-expect-error: models come from calls
new QrCode()
// @ts-expect-error: models come from calls
new Notification()

for await (const event of shop.authorize()) {
  // @ts-expect-error: only a QR code has a picture
  event.png
  // @ts-expect-error: authorize creates nothing
  if (event.type === 'created') console.log()
}
for await (const notification of shop.notifications()) {
  // @ts-expect-error: only messages have a text
  notification.text
}

// @ts-expect-error: no ids
partner.deleteInstanceAccounts()
// @ts-expect-error: deleteAll is a flag
partner.deleteInstanceAccounts([1], { deleteAll: 'yes' })
// @ts-expect-error: each run looks anew, and has no journal
partner.deleteDuplicates({ journal: 'a' })
// @ts-expect-error: the option is maxNew
partner.createInstances(['a'], { max_new: 1 })
// @ts-expect-error: logout is for deletions
partner.rebootInstances([1], { logout: false })
// @ts-expect-error: only what changes things has a report
partner.inspect().report()
for await (const item of partner.logoutInstances([1])) {
  // @ts-expect-error: no such status
  if (item.status === 'ok') console.log()
  // @ts-expect-error: there may be no error
  item.error.code
}
for await (const change of partner.watch()) {
  // @ts-expect-error: no such kind
  if (change.kind === 'updated') console.log()
}
// @ts-expect-error: a day is text
list.billing({ since: new Date() })
// @ts-expect-error: a table is read only
list.billing().days.push()
// @ts-expect-error: money is text
list.billing().total.toFixed()
// @ts-expect-error: a ledger in a file is opened
new Ledger('fleet.db')
// @ts-expect-error: a store gives a journal
new Journal('spring')
// @ts-expect-error: a store is none itself
partner.createInstances(['a'], { journal: new Store('partner.sqlite') })
// @ts-expect-error: a ledger takes a list of getInstances
await (await Ledger.open('fleet.db')).record([one])

// @ts-expect-error: what only describes types is no value of the package
export type { Model } from 'greenapi_partner'

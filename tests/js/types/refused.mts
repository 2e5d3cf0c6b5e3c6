// What the types must refuse. A line that compiles after all is an error of its own.

import { CreatedInstance, GreenApiError, Instance, Instances, PartnerClient } from 'greenapi_partner'
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
// @ts-expect-error: an id is one value
await partner.getInstance({ idInstance: 1 })
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

// A user's program, as ESM: everything that the types promise is allowed.

import { subscribe } from 'node:diagnostics_channel'
import {
  type CallOptions,
  type CreatedInstance,
  type DiagnosticsRecord,
  diagnosticsChannel,
  type ErrorCode,
  GreenApiError,
  type Instance,
  type InstanceSettings,
  type Instances,
  NotFoundError,
  OutcomeUnknownError,
  PartnerClient,
  RateLimitedError,
  version,
} from 'greenapi_partner'
import { type Fault, MockServer } from 'greenapi_partner/testing'

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
const nothing: undefined = await partner.deleteInstanceAccount(1101728004n)
const ensured: Instance = await partner.ensureInstance({ name: 'shop-42' }, { settle: 5000, timeout: 9000 })

try {
  await partner.getInstance(1)
} catch (error) {
  if (error instanceof OutcomeUnknownError) {
    const code: 'outcome_unknown' = error.code
    console.log(code)
  } else if (error instanceof GreenApiError) {
    const code: ErrorCode = error.code
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

const mock = await MockServer.start({ listFormat: '2022' })
const fault: Fault = { named: 'no_capacity', times: 2 }
await mock.faults('createInstance', fault, { cut: 'after_action' })
const [request] = await mock.requests('createInstance')
const body: unknown = request?.body
const closed: boolean = partner.closed
partner.close()

export {
  body,
  closed,
  created_at,
  ensured,
  environment,
  host,
  missing,
  names,
  nothing,
  number,
  one,
  plain,
  text,
  token,
  version,
}

// Creates an instance, lists, finds it, deletes it, lists again, and shows what a refusal looks like.
//
//   GREENAPI_PARTNER_TOKEN=gac.… node partner-demo.mjs
//
// It creates a real instance where GREENAPI_PARTNER_API_URL does not name a mock: its first day is charged.

import { GreenApiError, PartnerClient } from 'greenapi_partner'

const partner = new PartnerClient()

const created = await partner.createInstance({
  name: 'shop-42',
  webhookUrl: 'https://shop.example/green-api',
  incomingWebhook: true,
  outgoingAPIMessageWebhook: true,
})
console.log('created: ', created)

const before = await partner.getInstances()
console.log('the list:', before)

const found = await partner.getInstance(created.idInstance)
console.log(`found:    ${found.idInstance} is called ${found.name}, created ${found.timeCreated?.toISOString()}`)

await partner.deleteInstanceAccount(created.idInstance)
console.log(`deleted:  ${created.idInstance}`)

const after = await partner.getInstances()
console.log(`the list: ${after.live.length} live, ${after.deleted.length} deleted`)

try {
  await partner.deleteInstanceAccount(created.idInstance)
} catch (error) {
  if (!(error instanceof GreenApiError)) throw error
  console.log(`refused:  ${error.name}: ${error.message}`)
  console.log(
    `          code ${error.code}, retryable ${error.retryable}, upstream says ${JSON.stringify(error.description)}`,
  )
}

partner.close()

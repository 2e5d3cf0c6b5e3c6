// From a name to a linked phone, a message out and one in, and the end of it.
//
//   GREENAPI_PARTNER_TOKEN=gac.… node onboard-demo.mjs
//
// It creates a real instance where GREENAPI_PARTNER_API_URL does not name a mock: its first day is charged. To try it for
// nothing, run `greenapi-partner-mock --options '{"customer": {"replies": "Hello yourself"}}'`: its customer scans and
// answers by himself.

import { PartnerClient, showInTerminal } from 'greenapi_partner'

const partner = new PartnerClient()

const onboarding = partner.onboard({ name: 'shop-42', incomingWebhook: true }, { interval: 1000 })
await showInTerminal(onboarding) // draws the QR code, until a phone is linked
const shop = onboarding.instance

const sent = await shop.sendMessage({ chatId: '79876543210@c.us', message: 'Hello from shop-42' })
console.log(`sent        ${sent.idMessage}`)

const notifications = shop.notifications()
for await (const notification of notifications) {
  if (notification.typeWebhook !== 'incomingMessageReceived') continue
  console.log(`received    ${JSON.stringify(notification.text)} from ${notification.sender}`)
  await notifications.ack()
  break
}

await partner.offboard(shop.idInstance)
console.log(`offboarded  ${shop.idInstance}`)
partner.close()

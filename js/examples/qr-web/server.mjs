// A page on which a customer of your product links a phone. Its events come from `onboard`, over SSE.
//
//   GREENAPI_PARTNER_TOKEN=gac.… npm start
//
// It creates a real instance where GREENAPI_PARTNER_API_URL does not name a mock: its first day is charged.

import { readFileSync } from 'node:fs'
import fastify from 'fastify'
import { GreenApiError, PartnerClient } from 'greenapi_partner'

const read = (file) => readFileSync(new URL(file, import.meta.url), 'utf8')
const words = JSON.parse(read('errors.json'))
const page = { 'index.html': 'text/html', 'page.css': 'text/css', 'page.js': 'text/javascript' }
const pageHeaders = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; " +
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-cache',
}

// The token stays here: the browser sees events, and none of them holds one. With a store, several processes create a name once.
const partner = new PartnerClient({ store: process.env.STORE })
const phoneNumbers = new Map() // Whose phone is to be linked by number. Not in the URL: URLs are logged.

/**
 * The name of the logged-in customer's instance. Take it from your session, and never from anything else that the browser
 * sends: whoever may choose the name gets the QR code of another customer.
 */
function instanceName(_request) {
  return 'shop-42'
}

/** The client of the customer's instance, or undefined. Creates none. */
async function find(name) {
  const { live } = await partner.getInstances()
  const found = [...live].find((one) => one.name === name)
  return found && partner.instance(found)
}

/** An error for the customer: upstream's reason in our words, or what its code means. */
function inWords(error) {
  const { code, description } = error instanceof GreenApiError ? error : {}
  return { code: code ?? 'unknown', message: words[description] ?? words[code] ?? words.unknown }
}

const app = fastify()

/** Only our own page may ask: another site could make a logged-in browser create an instance, which is billed. */
const ours = {
  preHandler: async (request, reply) => {
    if (request.headers['sec-fetch-site'] === 'same-origin') return
    return reply.code(403).send({ code: 'forbidden', message: words.unknown })
  },
}

for (const [file, type] of Object.entries(page)) {
  app.get(file === 'index.html' ? '/' : `/${file}`, (_request, reply) =>
    reply
      .headers(pageHeaders)
      .type(`${type}; charset=utf-8`)
      .send(read(`page/${file}`)),
  )
}

app.get('/connect', ours, async (request, reply) => {
  const name = instanceName(request)
  const phoneNumber = request.query.by === 'number' ? phoneNumbers.get(name) : undefined
  reply.hijack()
  const browser = reply.raw
  browser.writeHead(200, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-store',
    'X-Accel-Buffering': 'no',
  })
  browser.write('retry: 1000\n\n')
  const heartbeat = setInterval(() => browser.write(': still here\n\n'), 15_000)
  let events
  // An instance that is being created is finished all the same, and whoever comes next finds it.
  browser.on('close', () => events?.return())
  try {
    // What is no phone number is refused here, before anything is asked.
    events = partner.onboard({ name, incomingWebhook: true }, { phoneNumber })
    let step = await events.next()
    while (!step.done && !browser.destroyed) {
      browser.write(`data: ${JSON.stringify(step.value)}\n\n`)
      step = await events.next()
    }
  } catch (error) {
    if (!(error instanceof GreenApiError)) console.error(error)
    browser.write(`event: error\ndata: ${JSON.stringify(inWords(error))}\n\n`)
  } finally {
    clearInterval(heartbeat)
    events?.return()
    browser.end()
  }
})

app.get('/connection', ours, async (request) => {
  const shop = await find(instanceName(request))
  return { linked: (await shop?.getStateInstance()) === 'authorized' }
})

app.post('/connect/phone-number', ours, async (request, reply) => {
  phoneNumbers.set(instanceName(request), String(request.body.phoneNumber))
  return reply.code(204).send()
})

app.post('/connect/code', ours, async (request, reply) => {
  const shop = await find(instanceName(request))
  await shop?.sendAuthorizationCode({ code: String(request.body.code) })
  return reply.code(204).send()
})

app.post('/connect/password', ours, async (request, reply) => {
  const shop = await find(instanceName(request))
  await shop?.sendAuthorizationPassword(String(request.body.password))
  return reply.code(204).send()
})

// This unlinks the phone and keeps the instance, which is billed on. `partner.offboard` deletes it, for good.
app.post('/disconnect', ours, async (request, reply) => {
  const shop = await find(instanceName(request))
  await shop?.logout()
  return reply.code(204).send()
})

app.setErrorHandler((error, _request, reply) => {
  if (!(error instanceof GreenApiError)) console.error(error)
  return reply.code(error.statusCode ?? 502).send(inWords(error))
})

console.log(`Open ${await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT ?? 8000) })}`)

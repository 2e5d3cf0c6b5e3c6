// A product whose customers talk to theirs: an instance on sign-up, its QR code, messages in and out, an end on churn.
//
//   PUBLIC_URL=https://… WEBHOOK_TOKEN=… GREENAPI_PARTNER_TOKEN=gac.… npm start
//
// Here is what browsers and upstream ask for. It writes down what is wanted and what came in, and leaves the rest to
// work.ts.

import type { AddressInfo } from 'node:net'
import express, { type NextFunction, type Request, type Response } from 'express'
import { type AnyNotification, GreenApiError, parseNotification } from 'greenapi_partner'
import { change, nameOf, now } from './store.js'
import { handle, instance, partner, send, settle, takeUp, webhookToken } from './work.js'

const app = express().disable('x-powered-by')

/**
 * The name of the logged-in customer. Take it from your session, and never from anything else that the browser sends:
 * whoever may choose the name gets the QR code of another customer.
 */
function loggedIn(_request: Request): string {
  return 'shop-42'
}

/** Only our own pages may ask: another site could make a logged-in browser sign up, and an instance is charged. */
function ours(request: Request, response: Response, next: NextFunction): void {
  if (request.get('sec-fetch-site') === 'same-origin') next()
  else response.sendStatus(403)
}

/** The wish of a customer, once however often it is told. */
function wish(request: Request, wanted: boolean): void {
  const name = loggedIn(request)
  change(({ customers }) => {
    customers[name] = { idInstance: null, state: null, ...customers[name], wanted, settled: false }
  })
  settle(name)
}

app.post('/customer', ours, (request, response) => {
  wish(request, true)
  response.sendStatus(202)
})

// The phone is logged out, and the instance deleted: it is charged no longer.
app.delete('/customer', ours, (request, response) => {
  wish(request, false)
  response.sendStatus(202)
})

// What the customer's page shows.
app.get('/customer', ours, (request, response) => {
  const name = loggedIn(request)
  const customer = now.customers[name]
  const messages = Object.values(now.outgoing).filter((message) => message.name === name)
  response.json({
    signedUp: customer?.wanted ?? false,
    ready: (customer?.idInstance ?? null) !== null,
    state: customer?.state ?? null,
    messages: messages.map(({ chat, text, state }) => ({ chat, text, state })),
  })
})

// The message is sent, once however often this is asked for.
app.post('/messages', ours, express.json(), (request, response) => {
  const { id, chat, text } = (request.body ?? {}) as { [field: string]: unknown }
  if (typeof id !== 'string' || typeof chat !== 'string' || typeof text !== 'string') {
    response.sendStatus(422)
    return
  }
  const name = loggedIn(request)
  const key = `${name}: ${id}`
  change(({ outgoing }) => {
    outgoing[key] ??= { name, chat, text, state: 'waiting' }
  })
  send(key)
  response.sendStatus(202)
})

// QR codes until a phone has scanned one, as server-sent events. What asks twice creates nothing: that is work.ts's.
app.get('/connect', ours, async (request, response) => {
  const name = loggedIn(request)
  response.set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' })
  response.write('retry: 1000\n\n')
  const tell = (event: object, kind = 'message') => response.write(`event: ${kind}\ndata: ${JSON.stringify(event)}\n\n`)
  const heartbeat = setInterval(() => response.write(': still here\n\n'), 15_000)
  try {
    let customer = now.customers[name]
    while (customer?.wanted && customer.idInstance === null && !response.destroyed) {
      tell({ type: 'waiting', stateInstance: null })
      await new Promise((resolve) => setTimeout(resolve, 1000))
      customer = now.customers[name]
    }
    if (!customer?.wanted || customer.idInstance === null) {
      tell({ code: 'not_found' }, 'error')
      return
    }
    const events = (await instance(customer.idInstance)).authorize()
    response.on('close', () => events.return())
    for await (const event of events) tell(event)
  } catch (error) {
    if (!(error instanceof GreenApiError)) console.error(error)
    tell({ code: error instanceof GreenApiError ? error.code : 'unknown' }, 'error')
  } finally {
    clearInterval(heartbeat)
    response.end()
  }
})

// What upstream has to tell. It is answered with 200 once it is written down, and comes again otherwise.
app.post('/webhook', express.raw({ type: () => true, limit: '10mb' }), (request, response) => {
  let told: AnyNotification
  try {
    const authorization = request.get('authorization') ?? ''
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
    told = parseNotification(body, { authorization, webhookUrlToken: webhookToken })
  } catch (error) {
    const codes: { [code: string]: number } = { unauthorized: 401, invalid_request: 400 }
    response.sendStatus(codes[error instanceof GreenApiError ? error.code : ''] ?? 500)
    return
  }
  receive(told)
  response.sendStatus(200)
})

/** Writes down what matters to us. What is told twice is there once; what is not ours is let go. */
function receive(told: AnyNotification): void {
  const { idInstance } = told
  const name = nameOf(idInstance)
  if (name === undefined) return
  if (told.typeWebhook === 'stateInstanceChanged') {
    const state = told.stateInstance ?? null
    change(({ customers }) => {
      const customer = customers[name]
      if (customer) customer.state = state
    })
  }
  if (told.typeWebhook === 'incomingMessageReceived' && told.idMessage && told.chatId) {
    const { idMessage, chatId: chat, text = null } = told
    change(({ incoming }) => {
      incoming[idMessage] ??= { name, chat, text, handled: false }
    })
    handle(idMessage)
  }
}

const server = app.listen(Number(process.env.PORT ?? 8000), '127.0.0.1', () => {
  console.log(`Listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  takeUp()
})

process.on('SIGTERM', () => {
  server.close()
  server.closeIdleConnections()
  partner.close()
})

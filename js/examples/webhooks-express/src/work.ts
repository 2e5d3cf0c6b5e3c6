// What is done behind the web application's back: creating, deleting, answering, sending.
//
// Each piece of work may be begun twice, or be cut off by the end of the process: what is to be done stands in the store,
// and a process that starts takes up what is left over.

import {
  GreenApiError,
  type InstanceClient,
  OutcomeUnknownError,
  PartnerClient,
  UnauthorizedError,
} from 'greenapi_partner'
import { change, now, type Outgoing } from './store.js'

export const webhookToken = needed('WEBHOOK_TOKEN') // With none, anybody could post what they like.
const webhookUrl = `${needed('PUBLIC_URL')}/webhook`

/** The tokens stay here: no answer, no event and no URL of ours holds one. With a store, several hosts create a name once. */
export const partner = new PartnerClient({ store: process.env.STORE })

/** Of a creation whose outcome is unknown: what has taken effect is listed then. */
const lookAgain = 10 * 60 * 1000

/** Brings about what the customer wants: one instance, or none. */
export function settle(name: string): void {
  inTurn(name, async () => {
    const wanted = now.customers[name]?.wanted
    if (wanted === undefined) return
    const idInstance = wanted ? await create(name) : await remove(name)
    change(({ customers }) => {
      const customer = customers[name]
      if (!customer) return
      if (customer.idInstance !== idInstance) customer.state = null
      customer.idInstance = idInstance
      customer.settled = customer.wanted === wanted // It may be another wish by now.
    })
  })
}

/** The instance of that name, or a new one: what another process has created is found by its name. */
async function create(name: string): Promise<number> {
  const shop = await partner.ensureInstance({
    name,
    webhookUrl,
    webhookUrlToken: webhookToken,
    incomingWebhook: true,
    stateWebhook: true,
  })
  return shop.idInstance
}

/** Deletes what has that name: also an instance whose creation nobody lived to write down. */
async function remove(name: string): Promise<null> {
  const { live } = await partner.getInstances()
  const ids = new Set([...live].filter((one) => one.name === name).map((one) => one.idInstance))
  const known = now.customers[name]?.idInstance
  if (known) ids.add(known)
  for (const id of ids) await partner.offboard(id)
  return null
}

/** Answers a message that came in. Here stands what your product does with it. */
export function handle(id: string): void {
  const message = now.incoming[id]
  if (!message || message.handled) return
  const { name, chat, text } = message
  const answer = `answer to ${id}`
  change(({ incoming, outgoing }) => {
    incoming[id] = { ...message, handled: true }
    outgoing[answer] ??= {
      name,
      chat,
      text: text ? `You wrote: ${text}` : 'I can only read text.',
      state: 'waiting',
    }
  })
  send(answer)
}

/** Sends a message once. If nobody can know whether it was sent, it stays `sending` or `unknown`: look, then decide. */
export function send(id: string): void {
  const message = now.outgoing[id]
  if (!message) return
  inTurn(message.name, async () => {
    if (message.state !== 'waiting') return
    const idInstance = now.customers[message.name]?.idInstance
    const becomes = (state: Outgoing['state']) =>
      change(() => {
        message.state = state
      })
    if (!idInstance) return becomes('failed') // The customer has left.
    becomes('sending')
    try {
      await sendMessage(idInstance, message.chat, message.text)
    } catch (error) {
      if (error instanceof OutcomeUnknownError) becomes('unknown')
      else becomes(error instanceof GreenApiError && error.retryable ? 'waiting' : 'failed')
      throw error
    }
    becomes('sent')
  })
}

async function sendMessage(idInstance: number, chatId: string, message: string): Promise<void> {
  try {
    await (await instance(idInstance)).sendMessage({ chatId, message })
  } catch (error) {
    if (!(error instanceof UnauthorizedError)) throw error
    instances.delete(idInstance) // So it was not sent. The instance's token may be another by now.
    await (await instance(idInstance)).sendMessage({ chatId, message })
  }
}

const instances = new Map<number, InstanceClient>()

/** The client of an instance. Its token comes from the list, and is kept in memory only. */
export async function instance(idInstance: number): Promise<InstanceClient> {
  const known = instances.get(idInstance) ?? partner.instance(await partner.getInstance(idInstance))
  instances.set(idInstance, known)
  return known
}

/** Does what another process has left. */
export function takeUp(): void {
  for (const [name, { settled }] of Object.entries(now.customers)) if (!settled) settle(name)
  for (const id of Object.keys(now.incoming)) handle(id)
  for (const id of Object.keys(now.outgoing)) send(id)
}

const turns = new Map<string, Promise<void>>()

/** Works for a customer after all else that was begun for him, and again later where that helps. */
function inTurn(name: string, work: () => Promise<void>): void {
  const turn = (turns.get(name) ?? Promise.resolve()).then(work).catch((error: unknown) => {
    const delay = again(error)
    console.warn(`${error}${delay === undefined ? '' : `; again in ${delay / 1000} s`}`)
    if (delay !== undefined) setTimeout(inTurn, delay, name, work).unref()
  })
  turns.set(name, turn)
}

/** When a failure is worth another try; what is undefined is for somebody to look at. */
function again(error: unknown): number | undefined {
  if (error instanceof OutcomeUnknownError) return lookAgain
  if (error instanceof GreenApiError && error.retryable) return error.retryAfter ?? 30_000
  return undefined
}

function needed(variable: string): string {
  const value = process.env[variable]
  if (!value) throw new Error(`set ${variable}`)
  return value
}

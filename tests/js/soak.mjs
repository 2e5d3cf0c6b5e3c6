// Mixed traffic with faults for so many rounds at least, and so many seconds; after each, what this process holds, in a line:
// node --no-warnings [--expose-gc] soak.mjs ROUNDS SECONDS, with GREENAPI_PARTNER_TOKEN, GREENAPI_PARTNER_API_URL and GREENAPI_API_URL set.

import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { api } from './helper.mjs'

const { GREENAPI_PARTNER_API_URL: url } = process.env
const [rounds, seconds] = process.argv.slice(2).map(Number)

/** Of each client: the mock leaves some calls unanswered, and a wait soaks nothing. */
const options = { timeout: 1000, maxRetries: 1, pacing: false }
const atOnceCount = 32
const namesCount = 6
/** How many instances a list has: one that is kept is seen. */
const account = 400
/** After so many the mock forgets all that it knows. */
const roundsOfALife = 100
const weather = [
  [0.01, { cut: 'before_request' }],
  [0.01, { cut: 'after_request' }],
  [0.01, { cut: 'after_action' }],
  [0.01, { cut: 'truncated_body' }],
  [0.01, { status: 500 }],
  [0.01, { named: 'rate_limited', retryAfter: '0' }],
  [0.01, { named: 'garbage' }],
  [0.01, { named: 'html_502' }],
  [0.02, { drip: { chunks: 4, delayMs: 5 } }],
  [0.05, { delayMs: 20 }],
  [0.001, { hold: true }],
].map(([share, fault]) => ({ share, fault }))

const end = Date.now() + seconds * 1000
// This one lives as long as a service does; each round has another besides.
const partner = new api.PartnerClient(options)
for (let number = 0; number < rounds || Date.now() < end; number += 1) {
  await prepare(number)
  await round(number)
  // Finalizers run some turns after the collection.
  for (let turn = 0; globalThis.gc && turn < 3; turn += 1) {
    globalThis.gc()
    await wait(0)
  }
  console.log(JSON.stringify(held()))
}
partner.close()

/** What the system says of this process. */
function held() {
  const status = readFileSync('/proc/self/status', 'utf8')
  const told = (name) => Number(status.match(new RegExp(`^${name}:\\s+(\\d+)`, 'm'))[1])
  return { memory: told('VmRSS') * 1024, files: readdirSync('/proc/self/fd').length, threads: told('Threads') }
}

/** What a round finds: an account of the same size, and weather. Ids never come again. */
async function prepare(number) {
  if (number % roundsOfALife === 0) {
    await control('reset', {})
    const pool = 1101 + (Math.floor(number / roundsOfALife) % 8000)
    await control('options', { keepRequests: 100, instanceRateLimits: false, pool })
    await control('instances', { count: account })
    await control('weather', { method: '*', seed: number, faults: weather })
  }
  // What was deleted in the rounds before is in no list any more.
  await control('clock', { advanceSeconds: 100 * 24 * 3600 })
}

async function control(path, body) {
  const answer = await fetch(`${url}/_mock/${path}`, { method: 'POST', body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`)
  await answer.text()
}

async function round(number) {
  await Promise.all([
    failing(oneByOne(`one-${number}`)),
    failing(runs(`run-${number}`)),
    failing(watched(`watched-${number}`)),
    ofANewClient(`new-${number}`),
  ])
  await failing(async () => {
    const left = [...(await partner.getInstances())].filter((one) => !one.deleted && one.name.endsWith(`-${number}`))
    await partner.deleteInstanceAccounts(left).collect()
  })
}

async function oneByOne(name) {
  await failing(async () => {
    const created = await partner.createInstance({ name })
    await partner.getInstance(created.idInstance)
    await partner.deleteInstanceAccount(created)
  })
  await failing(partner.ensureInstance({ name }, { settle: 200 }))
  await failing(partner.getInstances({ timeout: 1 }))
}

async function runs(name) {
  const names = Array.from({ length: namesCount }, (_, number) => `${number}-${name}`)
  const made = (await partner.createInstances(names, { settle: 200 }).collect()).filter((one) => one.idInstance)
  const ids = made.map((one) => one.idInstance)
  await partner.inspect({ ids }).collect()
  for await (const _ of partner.inspect({ ids })) break // what is left of a run that nobody asks for
  await partner.deleteInstanceAccounts(ids).collect()
}

async function watched(name) {
  const changes = partner.watch({ interval: 10 })
  const looking = failing(async () => {
    for await (const _ of changes);
  })
  await failing(partner.createInstance({ name }))
  await changes.return()
  await looking
}

async function ofANewClient(name) {
  const partner = new api.PartnerClient(options)
  await Promise.all([atOnce(partner), ofAFlow(name, partner), ofAnInstance(name, partner)])
  partner.close()
}

async function atOnce(partner) {
  const controller = new AbortController()
  const calls = Array.from({ length: atOnceCount }, () => failing(partner.getInstances()))
  const aborted = Array.from({ length: atOnceCount / 4 }, () =>
    failing(partner.getInstances({ signal: controller.signal })),
  )
  const late = Array.from({ length: 4 }, () => failing(partner.getInstances({ timeout: 1 })))
  controller.abort()
  await Promise.all([...calls, ...aborted, ...late])
}

function ofAFlow(name, partner) {
  return failing(async () => {
    const signal = AbortSignal.timeout(300)
    for await (const event of partner.onboard({ name: `flow-${name}` }, { signal })) if (event.type === 'qrCode') break
  })
}

function ofAnInstance(name, partner) {
  return failing(async () => {
    const shop = partner.instance(await partner.createInstance({ name }))
    const codes = shop.scanQrCode({ signal: AbortSignal.timeout(300) })
    const notifications = shop.notifications({}, { idle: 10, signal: AbortSignal.timeout(100) })
    await Promise.all([failing(codes.next()), failing(notifications.next())])
    await Promise.all([codes.return(), notifications.return()])
  })
}

/** A call that fails is a part of the traffic, and so is one that is given up; anything else ends it all. */
async function failing(work) {
  try {
    return await (typeof work === 'function' ? work() : work)
  } catch (error) {
    if (!(error instanceof api.GreenApiError || ['AbortError', 'TimeoutError'].includes(error.name))) throw error
  }
}

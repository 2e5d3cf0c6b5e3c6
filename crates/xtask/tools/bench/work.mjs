// The worker of Node: `work.mjs PEER WORK URL COUNT CONCURRENCY`, which prints one line of JSON.
//
// Each peer as its documentation recommends for speed: one client for all calls, connections kept alive, a pool as large as the number of
// calls at once. `NODE_EXTRA_CA_CERTS` names the certificate of a server that speaks TLS.

import { readFileSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'

const [peer, work, url] = process.argv.slice(2, 5)
const [count, concurrency] = process.argv.slice(5, 7).map(Number)
const token = 'gac.0000000000000000000000000000000000000000000000'
// Enough to open every connection.
const warmUp = Math.max(100, 4 * concurrency)
// How often a list is had for the time; the median counts.
const times = 5

// Where an account of so many instances is; the server closes the connections of the work `cold` after each answer.
const base = (instances) => `${url}/${instances}${work === 'cold' ? '/close' : ''}`
const createUrl = (instances) => `${base(instances)}/partner/createInstance/${token}`
const listUrl = (instances) => `${base(instances)}/partner/getInstances/${token}`

// What a peer can do: create an instance of a name and give its id; list, and give the list.
const peers = {
  async greenapi_partner(instances) {
    const { PartnerClient } = await import('greenapi_partner')
    const caFile = process.env.NODE_EXTRA_CA_CERTS
    const partner = new PartnerClient({ partnerToken: token, partnerApiUrl: base(instances), caFile })
    return {
      create: async (name) => (await partner.createInstance({ name })).idInstance,
      list: () => partner.getInstances(),
    }
  },

  // GREEN-API's own client, on axios.
  async '@green-api/whatsapp-api-client-js-v2'(instances) {
    const { default: official } = await import('@green-api/whatsapp-api-client-js-v2')
    const partner = new official.GreenApiPartnerClient({ partnerToken: token, partnerApiUrl: base(instances) })
    // It reports every call on the console, which is no part of the call.
    for (const method of ['log', 'info', 'debug']) console[method] = () => {}
    return {
      create: async (name) => (await partner.createInstance({ name })).idInstance,
      list: () => partner.getInstances(),
    }
  },

  async axios(instances) {
    const { default: axios } = await import('axios')
    const client = axios.create(agents())
    return {
      create: async (name) => (await client.post(createUrl(instances), { name })).data.idInstance,
      list: async () => (await client.get(listUrl(instances))).data,
    }
  },

  async got(instances) {
    const { got } = await import('got')
    const { httpAgent, httpsAgent } = agents()
    const client = got.extend({ agent: { http: httpAgent, https: httpsAgent }, retry: { limit: 0 } })
    return {
      create: async (name) => (await client.post(createUrl(instances), { json: { name } }).json()).idInstance,
      list: () => client.get(listUrl(instances)).json(),
    }
  },

  async undici(instances) {
    const { Pool } = await import('undici')
    const pool = new Pool(new URL(url).origin, { connections: concurrency })
    const path = (whole) => whole.slice(url.length)
    return {
      create: async (name) => {
        const headers = { 'content-type': 'application/json' }
        const body = JSON.stringify({ name })
        const answer = await pool.request({ method: 'POST', path: path(createUrl(instances)), headers, body })
        return (await answer.body.json()).idInstance
      },
      list: async () => (await pool.request({ method: 'GET', path: path(listUrl(instances)) })).body.json(),
    }
  },

  async fetch(instances) {
    const headers = { 'content-type': 'application/json' }
    return {
      create: async (name) => {
        const answer = await fetch(createUrl(instances), { method: 'POST', headers, body: JSON.stringify({ name }) })
        return (await answer.json()).idInstance
      },
      list: async () => (await fetch(listUrl(instances))).json(),
    }
  },
}

function agents() {
  const options = { keepAlive: true, maxSockets: concurrency }
  return { httpAgent: new http.Agent(options), httpsAgent: new https.Agent(options) }
}

async function create() {
  const client = await peers[peer](0)
  await calls(client, 'warm', warmUp)
  return await measured(() => calls(client, 'work', count))
}

// So many calls, never more of them at once than there may be.
async function calls(client, stem, count) {
  let next = 0
  const one = async () => {
    while (next < count) {
      const id = await client.create(`${stem}-${next++}`)
      if (!(id > 0)) throw new Error('no instance was created')
    }
  }
  await Promise.all(Array.from({ length: concurrency }, one))
}

// The list once, kept, for the memory; and five times for the time.
async function list() {
  const small = await peers[peer](100)
  sum(await small.list())
  const client = await peers[peer](count)
  let kept
  const figures = await measured(async () => {
    kept = await client.list()
    sum(kept)
  })
  kept = undefined
  const all = []
  for (let time = 0; time < times; time++) {
    const began = performance.now()
    sum(await client.list())
    all.push((performance.now() - began) / 1000)
  }
  return { ...figures, seconds: all.sort((one, other) => one - other)[times >> 1] }
}

// One field of each.
function sum(list) {
  let sum = 0
  for (const one of list) sum += one.idInstance
  if (!(sum > 0)) throw new Error('the list is empty')
}

async function measured(work) {
  // From now on the peak counts anew.
  writeFileSync('/proc/self/clear_refs', '5')
  const rss_before = memory('VmRSS:')
  const began = performance.now()
  await work()
  const seconds = (performance.now() - began) / 1000
  return { seconds, count, rss_before, rss_peak: memory('VmHWM:') }
}

// This process's, in bytes.
function memory(field) {
  const line = readFileSync('/proc/self/status', 'utf8')
    .split('\n')
    .find((line) => line.startsWith(field))
  return Number(line.split(/\s+/)[1]) * 1024
}

const works = { create, cold: create, list }
const figures = await works[work]()
process.stdout.write(`${JSON.stringify(figures)}\n`, () => process.exit(0))

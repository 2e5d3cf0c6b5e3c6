// An answer that ends, or pauses, after any of its bytes: half of one is no answer, and no creation is sent again.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { api } from './helper.mjs'

/** Of the looks of upstream's. */
const partnerToken = 'gac.ca11ab1eca11ab1eca11ab1eca11ab1eca11ab1eca11ab'
const token = 'ca11ab1e5ca11ab1e5ca11ab1e5ca11ab1e5ca11ab1e5ca11a'
const created = { idInstance: 1101728000, apiTokenInstance: token, typeInstance: 'whatsapp' }
const answers = { createInstance: created, getInstances: [created] }
const atOnce = 32

for (const [operation, value] of Object.entries(answers)) {
  test(`each byte of an answer to ${operation}`, async () => {
    const body = JSON.stringify(value)
    const answer = `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    const { server, requests, url } = await cuttingHost(answer)
    const sizes = Array.from({ length: answer.length + 1 }, (_, size) => size)
    const left = ['close', 'reset', 'split'].flatMap((way) => sizes.map((size) => ({ way, size })))
    const problems = []
    const worker = async () => {
      for (let one = left.pop(); one; one = left.pop()) {
        const { way, size } = one
        // After all of it, a reset is one of a connection that nobody needs any more.
        if (way === 'reset' && size === answer.length) continue
        const { code, told } = await ended(`${url}/${way}/${size}`, operation)
        const isWhole = way === 'split' || size === answer.length
        const ofCut = operation === 'createInstance' ? 'outcome_unknown, 1' : 'success, 2'
        const got = `${code}, ${requests.get(`${way}/${size}`)}`
        if (got !== (isWhole ? 'success, 1' : ofCut)) problems.push(`${way} after ${size}: ${got}`)
        if (told.includes('ca11ab1e')) problems.push(`${way} after ${size}: it tells the token`)
      }
    }
    await Promise.all(Array.from({ length: atOnce }, worker))
    server.close()
    assert.deepEqual(problems, [])
  })
}

/** How the call ends, and all that its error tells. Its client's budget no other call has spent. */
async function ended(partnerApiUrl, operation) {
  const partner = new api.PartnerClient({ partnerToken, partnerApiUrl, timeout: 30_000 })
  try {
    await (operation === 'createInstance' ? partner.createInstance({ name: 'shop-42' }) : partner.getInstances())
    return { code: 'success', told: '' }
  } catch (error) {
    const { code } = error
    return { code, told: inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error) + error.stack }
  } finally {
    partner.close()
  }
}

/** Sends an answer only so far, or in two pieces; each request says in its path how: `/<way>/<bytes>/…`. */
async function cuttingHost(answer) {
  const requests = new Map()
  const server = createServer((socket) => {
    let request = ''
    socket.on('error', () => {})
    socket.setEncoding('latin1').on('data', (text) => {
      request += text
      const [head, body] = request.split('\r\n\r\n')
      const [, length = 0] = head.match(/content-length: (\d+)/i) ?? []
      if (body === undefined || body.length < Number(length)) return
      const [, way, size] = head.split(' ')[1].split('/')
      const count = (requests.get(`${way}/${size}`) ?? 0) + 1
      requests.set(`${way}/${size}`, count)
      reply(socket, count === 1 ? way : 'close', count === 1 ? Number(size) : answer.length)
    })
  })
  function reply(socket, way, size) {
    const [first, rest] = [answer.slice(0, size), answer.slice(size)]
    // A turn of the loop after the first piece: the client may read what there is.
    if (way === 'split') socket.write(first, () => setImmediate(() => socket.end(rest)))
    else if (way === 'reset') socket.write(first, () => socket.resetAndDestroy())
    else socket.end(first)
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, requests, url: `http://127.0.0.1:${server.address().port}` }
}

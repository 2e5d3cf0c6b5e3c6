// Signals, exits and terminated workers in the middle of each kind of call: the program ends in time, as it was told, and nothing
// is created a second time.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { describe, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { MockServer, root } from './helper.mjs'

/**
 * A kind of call, and when a program is in the middle of it. `call` is what it does, with a `signal` to abort it; `held` is the
 * method that the mock does not answer, or nothing where an open socket is the middle; `creations` says how often the mock was
 * asked to create by then: there must not be more afterwards.
 */
const kinds = {
  'a creation': {
    call: "partner.createInstance({ name: 'shop-42' }, { signal })",
    held: 'createInstance',
    creations: 1,
  },
  'an ensured creation': {
    call: "partner.ensureInstance({ name: 'shop-42' }, { signal })",
    held: 'createInstance',
    creations: 1,
  },
  'a run that creates': {
    call: "partner.createInstances(['a', 'b', 'c'], { concurrency: 1, signal }).collect()",
    held: 'createInstance',
    creations: 1,
  },
  'a run that deletes': {
    call: 'partner.deleteInstanceAccounts([id], { signal }).collect()',
    held: 'deleteInstanceAccount',
  },
  'an inspection': { call: 'partner.inspect({ signal }).collect()', held: 'getStateInstance' },
  'a watch': { call: 'all(partner.watch({ interval: 10, signal }))', held: 'getInstances' },
  'a flow that creates': {
    call: "all(partner.onboard({ name: 'shop-42' }, { signal }))",
    held: 'createInstance',
    creations: 1,
  },
  'a flow that shows codes': { call: 'all(shop.authorize({ signal }))' },
  'the socket of codes': { call: 'all(shop.scanQrCode({ signal }))' },
  'a long poll': { call: 'all(shop.notifications({}, { signal }))', held: 'receiveNotification' },
}

const common = (at, call, handler = '') => `
  const options = { partnerToken: ${JSON.stringify(at.token)}, partnerApiUrl: ${JSON.stringify(at.url)}, apiUrl: ${JSON.stringify(at.url)} }
  const partner = new api.PartnerClient(options)
  const id = ${at.id}
  const shop = partner.instance(id, ${JSON.stringify(at.idToken)})
  const controller = new AbortController()
  const { signal } = controller
  const all = async (events) => {
    for await (const _ of events);
  }
  ${handler}
  const ending = ${call}
`

/** Kinds for which a program without a handler is tried: the system ends it, whatever it does. */
const without = ['a run that creates', 'the socket of codes']

/** What ends a program, which handler it has for that, and how it is seen to end. */
const endings = {
  'SIGTERM without a handler': { signal: 'SIGTERM', handler: '', ends: [null, 'SIGTERM'], printed: '' },
  'Ctrl-C without a handler': { signal: 'SIGINT', handler: '', ends: [null, 'SIGINT'], printed: '' },
  'Ctrl-C that aborts': {
    signal: 'SIGINT',
    handler: "process.once('SIGINT', () => controller.abort())",
    ends: [0, null],
    printed: 'AbortError\n',
  },
  'SIGTERM that exits': {
    signal: 'SIGTERM',
    handler: "process.once('SIGTERM', () => process.exit(3))",
    ends: [3, null],
    printed: '',
  },
}

describe('in the middle of', { concurrency: 4 }, () => {
  for (const [kind, { call, held, creations = 0 }] of Object.entries(kinds)) {
    for (const [ending, { signal, handler, ends, printed }] of Object.entries(endings)) {
      if (!handler && !without.includes(kind)) continue
      test(`${kind}: ${ending}`, async () => {
        const at = await start(held)
        const source = `
          import { api } from './helper.mjs'
          ${common(at, call, handler)}
          process.on('warning', () => {}) // a creation that is cut off is worth one
          ending.catch((error) => console.log(error.name))
        `
        const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '--eval', source], {
          cwd: `${root}/tests/js`,
        })
        const ended = Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)])
        await at.inTheMiddle()
        child.kill(signal)
        assert.deepEqual(await ended, [ends, printed, ''])
        await at.isOver(creations)
      })
    }

    test(`${kind}: its worker is terminated`, async () => {
      const at = await start(held)
      const source = `
        import(${JSON.stringify(new URL('../../js/index.mjs', import.meta.url).href)}).then((api) => {
          ${common(at, call)}
          ending.catch(() => {})
        })
      `
      const worker = new Worker(source, { eval: true })
      await at.inTheMiddle()
      assert.equal(await worker.terminate(), 1)
      // What was sent and belongs to more than the call, a creation of a name or an item of a run, goes on to its end.
      await at.release()
      await at.isOver(creations)
    })
  }
})

/** A mock of its own, which does not answer, and what waits for the middle and the end. */
async function start(held) {
  const mock = await MockServer.start({ instanceRateLimits: false })
  await mock.addInstance({ name: 'shop-1' })
  const [{ idInstance: id, apiTokenInstance: idToken }] = await mock.instances()
  if (held) await mock.faults(held, { hold: true, times: -1 })
  const inTheMiddle = () =>
    held ? mock.waitForRequests({ method: held, outcome: 'held' }) : mock.waitForSockets(id, 1)
  const isOver = async (creations) => {
    await mock.waitForConnections(0)
    await mock.waitForSockets(id, 0)
    assert.equal((await mock.requests('createInstance')).length, creations)
    mock.close()
  }
  return { url: mock.url, token: mock.partnerToken, id, idToken, inTheMiddle, isOver, release: () => mock.release() }
}

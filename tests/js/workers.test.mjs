// Worker threads: each with its own copy of the package, over one runtime.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { clientOf, runProgram, startMock } from './helper.mjs'

const mock = await startMock()
const workerData = {
  partnerToken: mock.partnerToken,
  partnerApiUrl: mock.url,
  package: new URL('../../js/index.mjs', import.meta.url).href,
}

/** A worker that runs `body` with a client named `partner`, and posts what it gives. */
function startWorker(body) {
  const source = `
    const { parentPort, workerData: { package: path, ...options } } = require('node:worker_threads')
    import(path).then(async (api) => {
      const partner = new api.PartnerClient(options)
      ${body}
    })
  `
  return new Worker(source, { eval: true, workerData })
}

test('several workers call at once, beside the main thread', async () => {
  await mock.reset()
  const workers = [1, 2, 3, 4].map((number) =>
    startWorker(`
      for (let at = 0; at < 5; at += 1) await partner.createInstance({ name: 'w${number}' })
      parentPort.postMessage((await partner.getInstances()).find((await partner.ensureInstance({ name: 'w${number}' })).idInstance).name)
    `),
  )
  const partner = clientOf(mock)
  const [names] = await Promise.all([
    Promise.all(workers.map(async (worker) => (await once(worker, 'message'))[0])),
    partner.createInstance({ name: 'main' }),
  ])
  assert.deepEqual(names, ['w1', 'w2', 'w3', 'w4'])
  assert.equal((await partner.getInstances()).length, 21)
})

test('a worker that has nothing to do ends by itself', async () => {
  const [code] = await once(startWorker('await partner.getInstances()'), 'exit')
  assert.equal(code, 0)
})

test('a terminated worker hangs up on its call, and the others go on', async () => {
  await mock.reset()
  await mock.faults('createInstance', { hold: true })
  const worker = startWorker("await partner.createInstance({ name: 'a' })")
  await mock.waitForRequests({ method: 'createInstance', outcome: 'held' })
  await worker.terminate()
  await mock.waitForRequests({ method: 'createInstance', outcome: 'hung_up' })
  assert.equal((await clientOf(mock).getInstances()).length, 0)
})

test('a terminated worker leaves no socket of its flow', async () => {
  await mock.reset()
  await mock.addInstance({ idInstance: 1101000042, apiTokenInstance: 'token' })
  const worker = startWorker(`
    for await (const event of partner.instance(1101000042, 'token').scanQrCode()) console.assert(event.type === 'qrCode')
  `)
  await mock.waitForSockets(1101000042, 1)
  await worker.terminate()
  await mock.waitForSockets(1101000042, 0)
})

test('a terminated worker begins nothing more of its run', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'greenapi-partner-worker-'))
  after(() => rmSync(folder, { recursive: true }))
  for (const leaves of ['await run.next()', 'await new Promise(() => setInterval(() => {}, 1000))']) {
    await mock.reset()
    await mock.faults('createInstance', { headers: {} }, { hold: true })
    const options = { journal: join(folder, `${leaves.length}.journal`), concurrency: 1 }
    const worker = startWorker(`
      const run = partner.createInstances(['a', 'b', 'c'], ${JSON.stringify(options)})
      await run.next()
      ${leaves}
      run.stop()
    `)
    await mock.waitForRequests({ method: 'createInstance', outcome: 'held' })
    await worker.terminate()
    await mock.release()
    const again = await onceFree(() => clientOf(mock).createInstances(['a', 'b', 'c'], options).collect())
    assert.deepEqual(
      again.map(({ name, status }) => [name, status]).sort(),
      [
        ['a', 'skipped'],
        ['b', 'skipped'],
        ['c', 'done'],
      ],
      'c was left to whoever comes next',
    )
  }
})

/** What a run gives once the one before has let go of its journal. */
async function onceFree(work) {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!/in use/.test(error.message)) throw error
    }
  }
}

test("an error's class is the worker's own", async () => {
  const worker = startWorker(`
    const error = await partner.deleteInstanceAccount(1).catch((error) => error)
    parentPort.postMessage([error instanceof api.NotFoundError, error.code])
  `)
  assert.deepEqual((await once(worker, 'message'))[0], [true, 'not_found'])
})

test("a worker's environment is its own", async () => {
  const source = `
    import(${JSON.stringify(workerData.package)}).then(async (api) => {
      require('node:worker_threads').parentPort.postMessage((await new api.PartnerClient().getInstances()).length)
    })
  `
  await mock.reset()
  const env = { GREENAPI_PARTNER_TOKEN: mock.partnerToken, GREENAPI_PARTNER_API_URL: mock.url }
  assert.deepEqual(await once(new Worker(source, { eval: true, env }), 'message'), [0])
})

test('workers come and go without the main thread ever loading the package', async () => {
  const { stdout, stderr, code } = await runProgram(
    `
    import { once } from 'node:events'
    import { Worker } from 'node:worker_threads'
    const source = \`import('../../js/index.mjs').then(async (api) => {
      const { length } = await new api.PartnerClient().getInstances()
      require('node:worker_threads').parentPort.postMessage(length)
    })\`
    for (let round = 0; round < 3; round += 1) {
      const worker = new Worker(source, { eval: true, execArgv: [] })
      const ended = once(worker, 'exit') // Listened for before the message: it may come with it.
      const [length] = await once(worker, 'message')
      await ended
      console.log(length)
    }
    `,
    { env: { GREENAPI_PARTNER_TOKEN: mock.partnerToken, GREENAPI_PARTNER_API_URL: mock.url } },
  )
  assert.deepEqual({ stdout, stderr, code }, { stdout: '0\n0\n0\n', stderr: '', code: 0 })
})

// Nothing keeps a process alive when it is idle; a call in flight does.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runProgram, startMock } from './helper.mjs'

const mock = await startMock()
const env = { GREENAPI_PARTNER_TOKEN: mock.partnerToken, GREENAPI_PARTNER_API_URL: mock.url }
const clean = { stdout: '', stderr: '', code: 0, signal: null }

test('a process ends by itself after its last call, with nothing closed', async () => {
  const source = `
    import { api } from './helper.mjs'
    globalThis.partner = new api.PartnerClient()
    globalThis.list = await partner.getInstances()
  `
  assert.deepEqual(await runProgram(source, { env }), clean)
})

test('a process with an idle mock ends by itself', async () => {
  const source = `
    import { MockServer, clientOf } from './helper.mjs'
    globalThis.mock = await MockServer.start()
    globalThis.partner = clientOf(mock)
    await partner.createInstance({ name: 'a' })
  `
  assert.deepEqual(await runProgram(source), clean)
})

test('a process that listens to the channel ends by itself', async () => {
  const source = `
    import { subscribe } from 'node:diagnostics_channel'
    import { api } from './helper.mjs'
    subscribe(api.diagnosticsChannel, () => {})
    await new api.PartnerClient().getInstances()
  `
  assert.deepEqual(await runProgram(source, { env }), clean)
})

test('a call in flight keeps the process until it ends', async () => {
  await mock.reset()
  await mock.faults('getInstances', { hold: true })
  const source = `
    import { api } from './helper.mjs'
    new api.PartnerClient().getInstances().then((list) => console.log(list.length))
  `
  const program = runProgram(source, { env })
  await mock.waitForRequests({ method: 'getInstances', outcome: 'held' })
  await mock.release()
  assert.deepEqual(await program, { ...clean, stdout: '0\n' })
})

test('a client that nobody holds does not drop its call', async () => {
  await mock.reset()
  await mock.faults('getInstances', { hold: true })
  const source = `
    import { api } from './helper.mjs'
    const listing = (() => new api.PartnerClient().getInstances())()
    const collecting = setInterval(() => globalThis.gc(), 1)
    listing.then((list) => console.log(list.length)).finally(() => clearInterval(collecting))
  `
  const program = runProgram(source, { env, args: ['--expose-gc'] })
  await mock.waitForRequests({ method: 'getInstances', outcome: 'held' })
  await mock.release()
  assert.deepEqual(await program, { ...clean, stdout: '0\n' })
})

test('a mock that nobody holds goes on', async () => {
  const source = `
    import { api, MockServer } from './helper.mjs'
    const partner = await (async () => {
      const { url: partnerApiUrl, partnerToken } = await MockServer.start()
      return new api.PartnerClient({ partnerApiUrl, partnerToken })
    })()
    for (let round = 0; round < 5; round += 1) {
      await new Promise(setImmediate)
      globalThis.gc()
    }
    console.log((await partner.getInstances()).length)
  `
  assert.deepEqual(await runProgram(source, { args: ['--expose-gc'] }), { ...clean, stdout: '0\n' })
})

test('process.exit with a call in flight ends the process', async () => {
  await mock.reset()
  await mock.faults('getInstances', { hold: true })
  const source = `
    import { api } from './helper.mjs'
    new api.PartnerClient().getInstances()
    const response = await fetch(process.env.GREENAPI_PARTNER_API_URL + '/_mock/requests/wait?method=getInstances&outcome=held')
    await response.text()
    process.exit(3)
  `
  assert.deepEqual(await runProgram(source, { env }), { ...clean, code: 3 })
  await mock.waitForRequests({ method: 'getInstances', outcome: 'hung_up' })
})

const waiting = `
  import { api } from './helper.mjs'
  globalThis.events = new api.PartnerClient().onboard({ name: 'a' })
  await events.next()
`

test('a flow that nobody asks for a step does not keep the process', async () => {
  await mock.reset()
  assert.deepEqual(await runProgram(waiting, { env }), clean)
})

test('process.exit with a flow that waits ends the process and its socket', async () => {
  await mock.reset()
  const source = `
    ${waiting}
    for await (const event of events) if (event.type === 'qrCode') break
    const scan = events.instance.scanQrCode()
    await scan.next()
    scan.next()
    setImmediate(() => process.exit(3))
  `
  assert.deepEqual(await runProgram(source, { env }), { ...clean, code: 3 })
  const [{ idInstance }] = await mock.instances()
  await mock.waitForSockets(idInstance, 0)
})

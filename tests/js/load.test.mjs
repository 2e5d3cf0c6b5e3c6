// Load: ten thousand calls at once, storms of aborts, a server that stalls every connection, one that is killed and comes back.

import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { clientOf, rejection, runProgram, startMock } from './helper.mjs'

const calls = 10_000

test('ten thousand creations at once end with an instance each', async () => {
  const mock = await startMock({ keepRequests: 2 * calls })
  await mock.faults('createInstance', { hold: true, times: calls })
  // The other side of ten thousand sockets, in a process of its own: Node takes as many files as the system lets it have.
  const source = `
    import { clientOf } from './helper.mjs'
    const partner = clientOf({ url: process.env.URL, partnerToken: process.env.TOKEN }, { timeout: 300_000 })
    const creations = Array.from({ length: ${calls} }, (_, number) => partner.createInstance({ name: 'shop-' + number }))
    console.log(new Set((await Promise.all(creations)).map((one) => one.idInstance)).size)
  `
  const program = runProgram(source, { env: { URL: mock.url, TOKEN: mock.partnerToken } })
  await patiently(() => mock.waitForConnections(calls))
  await patiently(() => mock.waitForRequests({ method: 'createInstance', outcome: 'held', count: calls }))
  await mock.release()
  assert.deepEqual(await program, { code: 0, signal: null, stdout: `${calls}\n`, stderr: '' })
  assert.equal((await mock.instances()).length, calls)
})

/** A wait of the mock is over after 30 seconds: too soon for so many, on a machine that is busy. */
async function patiently(wait) {
  for (;;) {
    try {
      return await wait()
    } catch (error) {
      if (!/answered 504/.test(error.message)) throw error
    }
  }
}

test('storms of aborts leave no connection, no listener, and no call that is made twice', async () => {
  const mock = await startMock()
  const partner = clientOf(mock)
  process.removeAllListeners('warning') // creations that are aborted warn
  await mock.weather('*', 1, [0.3, { delayMs: 5 }], [0.2, { hold: true }])
  const ends = { done: 0, aborted: 0 }
  const call = async (number) => {
    const controller = new AbortController()
    const { signal } = controller
    const made = number % 2 ? partner.getInstances({ signal }) : partner.createInstance({ name: 'a' }, { signal })
    // In the same turn, in the next one, a little later, and on its way.
    const abort = () => controller.abort()
    const moments = [abort, () => setImmediate(abort), () => setTimeout(abort, number % 9), () => queueMicrotask(abort)]
    moments[Math.floor(number / 2) % moments.length]()
    const error = await made.then(
      () => undefined,
      (error) => error,
    )
    assert.ok(error === undefined || error.name === 'AbortError', error)
    ends[error ? 'aborted' : 'done'] += 1
  }
  for (let storm = 0; storm < 5; storm += 1) {
    await Promise.all(Array.from({ length: 400 }, (_, number) => call(number)))
  }
  assert.equal(ends.done + ends.aborted, 2000)
  assert.ok(ends.aborted > 1000, JSON.stringify(ends))
  assert.ok((await mock.requests('createInstance')).length <= 1000)
  await mock.clearFaults()
  await partner.createInstance({ name: 'b' })
  partner.close()
  await mock.waitForConnections(0)
})

test('a server that stalls every connection ends every call in time, and wedges nothing', async () => {
  const mock = await startMock()
  const sockets = new Set()
  let open = false
  const gate = createServer((socket) => {
    sockets.add(socket.on('error', () => {}))
    if (!open) return
    const upstream = connect(new URL(mock.url).port, '127.0.0.1').on('error', () => {})
    socket.pipe(upstream).pipe(socket)
  }).listen(0, '127.0.0.1')
  await once(gate, 'listening')
  const partner = clientOf({ url: `http://127.0.0.1:${gate.address().port}`, partnerToken: mock.partnerToken })
  const options = { timeout: 1000 }
  const made = Array.from({ length: 400 }, (_, number) =>
    rejection(number % 2 ? partner.getInstances(options) : partner.createInstance({ name: 'a' }, options)),
  )
  const codes = (await Promise.all(made)).map(({ code }) => code)
  assert.deepEqual(new Set(codes.filter((_, number) => number % 2)), new Set(['timeout']))
  // A creation that has not even got its connection in time was not sent.
  const created = codes.filter((_, number) => number % 2 === 0)
  assert.ok(
    created.every((code) => ['outcome_unknown', 'timeout'].includes(code)),
    created.join(),
  )
  open = true
  await partner.createInstance({ name: 'a' })
  assert.equal((await partner.getInstances()).length, 1)
  partner.close()
  gate.close()
  for (const socket of sockets) socket.destroy()
})

test('a server that is killed and comes back on the same port is found again, and nothing is created twice', async () => {
  let server = await startServer()
  const partner = clientOf(server)
  await partner.createInstance({ name: 'before' })
  for (let round = 0; round < 3; round += 1) {
    const waiting = Array.from({ length: 16 }, () => rejection(partner.createInstance({ name: 'lost' })))
    await server.held(16)
    server.child.kill('SIGKILL')
    await once(server.child, 'exit')
    assert.deepEqual(new Set((await Promise.all(waiting)).map(({ code }) => code)), new Set(['outcome_unknown']))
    const refused = await rejection(partner.createInstance({ name: 'refused' }))
    assert.deepEqual([refused.code, /nothing was sent$/.test(refused.message)], ['unavailable', true])
    server = await startServer(server)
    const { idInstance } = await partner.createInstance({ name: 'shop-42' })
    const list = await partner.getInstances()
    assert.deepEqual(
      [...list].map((one) => [one.idInstance, one.name]),
      [[idInstance, 'shop-42']],
    )
  }
  server.child.kill('SIGKILL')
})

/** A mock in a process of its own, in the place of another. It answers one creation, and holds those that come after it. */
async function startServer({ port = 0, partnerToken } = {}) {
  const source = `
    import { MockServer } from './helper.mjs'
    const [port, partnerToken] = JSON.parse(process.env.PLACE)
    const mock = await MockServer.start({ port, ...(partnerToken && { partnerToken }) })
    await mock.faults('createInstance', { headers: {} }, { hold: true, times: -1 })
    console.log(JSON.stringify({ url: mock.url, partnerToken: mock.partnerToken }))
    setInterval(() => {}, 1 << 30)
  `
  const child = spawn(process.execPath, ['--input-type=module', '--eval', source], {
    cwd: new URL('.', import.meta.url),
    env: { ...process.env, PLACE: JSON.stringify([port, partnerToken]) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(createInterface({ input: child.stdout }), 'line')
  const { url, ...rest } = JSON.parse(line)
  const held = (count) => fetch(`${url}/_mock/requests/wait?method=createInstance&outcome=held&count=${count}`)
  return { child, url, port: Number(new URL(url).port), held, ...rest }
}

test('a call goes on while the event loop stands still for a process', async () => {
  const mock = await startMock()
  const partner = clientOf(mock)
  const creating = partner.createInstance({ name: 'parent' })
  const source = `
    import { clientOf } from './helper.mjs'
    await clientOf({ url: process.env.URL, partnerToken: process.env.TOKEN }).createInstance({ name: 'child' })
  `
  execFileSync(process.execPath, ['--input-type=module', '--eval', source], {
    cwd: new URL('.', import.meta.url),
    env: { ...process.env, URL: mock.url, TOKEN: mock.partnerToken },
  })
  await creating
  assert.deepEqual((await mock.instances()).map(({ name }) => name).sort(), ['child', 'parent'])
  assert.equal((await partner.getInstances()).length, 2)
})

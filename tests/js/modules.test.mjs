// One package behind `import` and `require`.

import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { api, clientOf, MockServer, rejection, runProgram, startMock } from './helper.mjs'

const require = createRequire(import.meta.url)

test('ESM and CommonJS give the same classes', () => {
  const cjs = require('../../js/index.js')
  for (const name of Object.keys(api)) assert.equal(api[name], cjs[name], name)
  assert.equal(require('../../js/testing.js').MockServer, MockServer)
})

test('Node sees every name of the CommonJS files without running them', async () => {
  for (const file of ['index.js', 'testing.js']) {
    const seen = Object.keys(await import(`../../js/${file}`)).filter(
      (name) => !['default', 'module.exports'].includes(name),
    )
    assert.deepEqual(seen.sort(), Object.keys(require(`../../js/${file}`)).sort(), file)
  }
})

test('every class has the name that it is exported by', () => {
  const exported = Object.entries({ ...api, MockServer })
  const classes = exported.filter(([, value]) => /^class\b/.test(value))
  assert.ok(classes.length > 60)
  assert.deepEqual(
    classes.map(([, Class]) => Class.name),
    classes.map(([name]) => name),
  )
})

test('what a program never touches is not loaded, and what it touches is', async () => {
  const { stdout, stderr } = await runProgram(`
    import { createRequire } from 'node:module'
    const require = createRequire(import.meta.url)
    const api = require('../../js/index.js')
    const isLoaded = () => Object.keys(require.cache).some((file) => file.endsWith('records.js'))
    console.log(JSON.stringify([Object.keys(api).length, isLoaded(), api.Settings.name, isLoaded()]))
  `)
  assert.equal(stderr, '')
  assert.deepEqual(JSON.parse(stdout), [Object.keys(api).length, false, 'Settings', true])
})

test('a call whose answer could not be made into anything is not sent', async () => {
  const mock = await startMock()
  const env = { GREENAPI_PARTNER_TOKEN: mock.partnerToken, GREENAPI_PARTNER_API_URL: mock.url }
  const { stdout } = await runProgram(
    `
    import Module, { createRequire } from 'node:module'
    const { InstanceClient, PartnerClient } = createRequire(import.meta.url)('../../js/index.js')
    const load = Module._load
    Module._load = (request, ...rest) => {
      if (['./model.js', './records.js'].includes(request)) throw new Error('too many open files')
      return load(request, ...rest)
    }
    const partner = new PartnerClient()
    const shop = new InstanceClient({ idInstance: 1101000001, apiTokenInstance: 'token', apiUrl: process.env.GREENAPI_PARTNER_API_URL })
    const calls = [
      () => partner.createInstance({ name: 'shop-42' }),
      () => partner.ensureInstance({ name: 'shop-42' }),
      () => shop.sendMessage({ chatId: '79876543210@c.us', message: 'Hello' }),
    ]
    for (const call of calls) console.log(await call().catch(({ message }) => message))
    `,
    { env },
  )
  assert.equal(stdout, 'too many open files\n'.repeat(3))
  assert.deepEqual(await mock.requests(), [])
})

test('an error from one is an instance of the class from the other', async () => {
  const { NotFoundError } = require('../../js/index.js')
  const error = await rejection(clientOf(await startMock()).deleteInstanceAccount(1))
  assert.ok(error instanceof NotFoundError)
})

test('the package loads nothing but itself and Node', () => {
  const { dependencies, optionalDependencies, scripts } = require('../../js/package.json')
  assert.deepEqual(
    [dependencies, optionalDependencies, scripts.install, scripts.postinstall],
    [undefined, undefined, undefined, undefined],
  )
})

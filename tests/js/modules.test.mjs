// One package behind `import` and `require`.

import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { api, clientOf, MockServer, rejection, startMock } from './helper.mjs'

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

// A firm's authority: the variable that the users of Node have set is read here too.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { createServer } from 'node:tls'
import { readText, root, runProgram, startMock } from './helper.mjs'

const mock = await startMock()
const authority = join(root, 'tests/tls/authority.pem')

/** A TLS server that passes everything on to the mock. */
const server = createServer({ cert: readText('tests/tls/server.pem'), key: readText('tests/tls/server.key') })
server.on('secureConnection', (outside) => {
  const inside = connect(new URL(mock.url).port, '127.0.0.1')
  outside.pipe(inside).pipe(outside)
  for (const socket of [outside, inside]) socket.on('error', () => inside.destroy() && outside.destroy())
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
after(() => server.close())

const nothing = { SSL_CERT_FILE: '', SSL_CERT_DIR: '', NODE_EXTRA_CA_CERTS: '' }
const url = `https://localhost:${server.address().port}`
const client = { GREENAPI_PARTNER_TOKEN: mock.partnerToken, GREENAPI_PARTNER_API_URL: url }

/** What a program says that creates an instance. */
async function said(env) {
  const source = `
    import { api } from './helper.mjs'
    try {
      const partner = new api.PartnerClient()
      await partner.createInstance({ name: 'shop-42' })
      console.log('created')
    } catch (error) {
      console.log(error.name, error.retryable, error.message)
    }
  `
  const { stdout, code } = await runProgram(source, { env: { ...nothing, ...client, ...env } })
  assert.equal(code, 0)
  return stdout
}

test('what Node trusts is trusted', async () => {
  await mock.reset()
  assert.equal(await said({ NODE_EXTRA_CA_CERTS: authority }), 'created\n')
})

test('one that cannot be read is named', async () => {
  const words = 'ConfigurationError false NODE_EXTRA_CA_CERTS: /nowhere/ca.pem cannot be read: '
  assert.ok((await said({ NODE_EXTRA_CA_CERTS: '/nowhere/ca.pem' })).startsWith(words))
})

test('a server that nobody vouches for gets nothing', async () => {
  await mock.reset()
  const words = 'ConfigurationError false createInstance: the certificate of the host localhost is not trusted: '
  assert.ok((await said({})).startsWith(words))
  assert.deepEqual(await mock.requests(), [])
})

// The installed package from CommonJS: the same classes as the ES module's.

const assert = require('node:assert/strict')
const { PartnerClient, UnauthorizedError } = require('greenapi_partner')
const { MockServer } = require('greenapi_partner/testing')

async function main() {
  const mock = await MockServer.start()
  const stranger = new PartnerClient({ partnerToken: 'gac.wrong', partnerApiUrl: mock.url })
  try {
    await assert.rejects(stranger.getInstances(), { code: 'unauthorized', operation: 'getInstances' })
    assert.equal((await import('greenapi_partner')).UnauthorizedError, UnauthorizedError)
  } finally {
    stranger.close()
    await mock.close()
  }
}

main()

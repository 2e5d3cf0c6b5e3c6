// The installed package from TypeScript: its own types, under --strict.

import assert from 'node:assert/strict'
import { type ErrorCode, GreenApiError, type Instances, PartnerClient } from 'greenapi_partner'
import { MockServer } from 'greenapi_partner/testing'

const mock = await MockServer.start()
const partner = new PartnerClient({ partnerToken: mock.partnerToken, partnerApiUrl: mock.url })
try {
  const names = ['shop-1', 'shop-2']
  await Promise.all(names.map((name) => partner.ensureInstance({ name })))
  const instances: Instances = await partner.getInstances()
  const listed: (string | null)[] = [...instances].map((one) => one.name)
  assert.deepEqual(listed.sort(), names)

  let code: ErrorCode | undefined
  try {
    await partner.getInstance(1)
  } catch (error) {
    if (!(error instanceof GreenApiError)) throw error
    code = error.code
  }
  assert.equal(code, 'not_found')
} finally {
  partner.close()
  await mock.close()
}

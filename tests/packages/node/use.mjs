// The installed package as an ES module, against the mock that it brings along.

import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { NotFoundError, PartnerClient } from 'greenapi_partner'
import { MockServer } from 'greenapi_partner/testing'

const mock = await MockServer.start()
const partner = new PartnerClient({ partnerToken: mock.partnerToken, partnerApiUrl: mock.url })
try {
  const created = await partner.createInstance({ name: 'shop-42', incomingWebhook: true })
  assert.equal(created.apiTokenInstance.length, 50)
  assert.ok(!inspect(created).includes(created.apiTokenInstance))

  const { live } = await partner.getInstances()
  assert.deepEqual(
    Array.from(live, (one) => [one.idInstance, one.name]),
    [[created.idInstance, 'shop-42']],
  )

  assert.equal(await partner.deleteInstanceAccount(created.idInstance), undefined)
  assert.equal((await partner.getInstance(created.idInstance)).deleted, true)
  await assert.rejects(partner.deleteInstanceAccount(created.idInstance), NotFoundError)
} finally {
  partner.close()
  await mock.close()
}

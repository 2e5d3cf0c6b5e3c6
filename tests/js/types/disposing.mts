// `await using` and `using`; types.test.mjs compiles and runs it.

import { PartnerClient } from 'greenapi_partner'
import { MockServer } from 'greenapi_partner/testing'

const clients: PartnerClient[] = []
{
  await using mock = await MockServer.start()
  using first = new PartnerClient({ partnerToken: mock.partnerToken, partnerApiUrl: mock.url })
  await using second = new PartnerClient({ partnerToken: mock.partnerToken, partnerApiUrl: mock.url })
  clients.push(first, second)
  console.log(
    (await first.getInstances()).length,
    clients.map(({ closed }) => closed),
  )
}
console.log(clients.map(({ closed }) => closed))

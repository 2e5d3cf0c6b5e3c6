// A program to be bundled. What it sees of the package's classes, and of two errors that really happen, it prints as JSON.

import { inspect } from 'node:util'
import * as api from 'greenapi_partner'
import { GreenApiError, NotFoundError, PartnerClient, UnauthorizedError } from 'greenapi_partner'
import { MockServer } from 'greenapi_partner/testing'

async function main() {
  const mock = await MockServer.start()
  const clientWith = (partnerToken) => new PartnerClient({ partnerToken, partnerApiUrl: mock.url })
  const partner = clientWith(mock.partnerToken)
  const shown = [await partner.createInstance({ name: 'shop-42' }), partner.inspect(), partner.onboard({ name: 'a' })]
  const report = {
    errors: Object.entries(api)
      .filter(([name]) => name.endsWith('Error'))
      .map(([name, Class]) => [name, Class.name, new Class('words').name, new Class('words').code ?? null]),
    notFound: await caught(partner.deleteInstanceAccount(1), NotFoundError),
    unauthorized: await caught(clientWith('gac.wrong').getInstances(), UnauthorizedError),
    shown: shown.map((one) => inspect(one).split(' ')[0]),
  }
  mock.close()
  console.log(JSON.stringify(report))
}

async function caught(call, Class) {
  try {
    await call
  } catch (error) {
    return [error instanceof Class, error instanceof GreenApiError, error.name, `${error}`.split(':')[0], error.code]
  }
}

main()

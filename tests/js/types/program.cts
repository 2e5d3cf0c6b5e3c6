// A user's program, as CommonJS.

import greenapi = require('greenapi_partner')
import testing = require('greenapi_partner/testing')

async function main(): Promise<greenapi.Instances> {
  const mock = await testing.MockServer.start()
  const partner: greenapi.PartnerClient = new greenapi.PartnerClient({ partnerApiUrl: mock.url })
  return partner.getInstances().catch((error: unknown) => {
    if (error instanceof greenapi.NotFoundError) throw new Error(error.code)
    throw error
  })
}

export = main

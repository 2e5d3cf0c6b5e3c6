// Worker: a process that has a store in common with others, and ensures the names that it is told.
//
// It says that it is ready. Then a line of JSON comes in for each name, and one goes out with its instance's id, or with the
// code of an error.

import { createInterface } from 'node:readline'
import { PartnerClient, Store } from '../../js/index.mjs'

const [address, schema, claim, partnerApiUrl, partnerToken] = process.argv.slice(2)
const store = new Store(address, { schema, claim: claim * 1000 })
const partner = new PartnerClient({ partnerToken, partnerApiUrl, store })
console.log(JSON.stringify({ ready: true }))

for await (const line of createInterface({ input: process.stdin })) ensure(JSON.parse(line))

async function ensure({ name, settle, timeout, retry_unknown: retryUnknown }) {
  const options = { settle: settle * 1000, timeout: timeout * 1000, retryUnknown }
  const got = await partner.ensureInstance({ name }, options).then(
    ({ idInstance }) => String(idInstance),
    (error) => error.code,
  )
  console.log(JSON.stringify({ name, got }))
}

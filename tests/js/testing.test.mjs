// The mock as a user's own tests see it.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { api, clientOf, MockServer, rejection, startMock } from './helper.mjs'

test('a mock has an address and a token of its own', async () => {
  const [one, two] = await Promise.all([startMock(), startMock()])
  assert.match(one.url, /^http:\/\/127\.0\.0\.1:\d+$/)
  assert.match(one.partnerToken, /^gac\.[0-9a-f]{46}$/)
  assert.notEqual(one.url, two.url)
  assert.notEqual(one.partnerToken, two.partnerToken)
})

test('options are taken at the start and changed while it runs', async () => {
  const mock = await startMock({ partnerToken: 'gac.mine', listFormat: '2022' })
  await mock.addInstances(1)
  const partner = clientOf(mock)
  assert.equal(mock.partnerToken, 'gac.mine')
  assert.equal((await partner.getInstances()).at(0).isPartner, null)
  await mock.options({ listFormat: 'current' })
  assert.equal((await partner.getInstances()).at(0).isPartner, true)
})

test('an option that does not exist is refused', async () => {
  const error = await rejection(MockServer.start({ listformat: '2022' }))
  assert.ok(error instanceof api.ConfigurationError)
  assert.match(error.message, /listformat/)
})

test('a port that is taken is refused', async () => {
  const mock = await startMock()
  const error = await rejection(MockServer.start({ port: Number(new URL(mock.url).port) }))
  assert.equal(error.code, 'configuration')
})

test('it shows what it received', async () => {
  const mock = await startMock()
  const partner = clientOf(mock)
  await partner.createInstance({ name: 'shop-42' })
  await partner.getInstances()
  const [{ verb, path, body, outcome, headers }] = await mock.requests('createInstance')
  assert.deepEqual(
    { verb, path, body, outcome },
    {
      verb: 'POST',
      path: `/partner/createInstance/${mock.partnerToken}`,
      body: { name: 'shop-42' },
      outcome: 'answered',
    },
  )
  assert.equal(headers['user-agent'], `greenapi-partner/${api.version} node/${process.versions.node}`)
  assert.equal((await mock.requests()).length, 2)
})

test('it shows what the account holds', async () => {
  const mock = await startMock()
  await mock.addInstances(2)
  const created = await clientOf(mock).createInstance({ name: 'shop-42' })
  const held = await mock.instances()
  assert.equal(held.length, 3)
  assert.equal(held.find(({ name }) => name === 'shop-42').idInstance, created.idInstance)
})

test('faults are used once each, and reset forgets them', async () => {
  const mock = await startMock()
  const partner = clientOf(mock)
  await mock.faults('createInstance', { named: 'no_capacity' }, { named: 'unauthorized' }, { named: 'no_capacity' })
  const codes = []
  for (let at = 0; at < 2; at += 1) codes.push((await rejection(partner.createInstance({ name: 'a' }))).code)
  assert.deepEqual(codes, ['no_capacity', 'unauthorized'])
  await mock.reset()
  assert.ok((await partner.createInstance({ name: 'a' })) instanceof api.CreatedInstance)
})

test('a fault that does not exist is refused', async () => {
  const mock = await startMock()
  assert.match((await rejection(mock.faults('createInstance', { status: 'five' }))).message, /faults answered 400/)
})

test('its clock can be set and moved', async () => {
  const mock = await startMock()
  const day = 86_400
  assert.equal((await mock.setClock('2026-11-22T10:00:00Z')).toISOString(), '2026-11-22T10:00:00.000Z')
  await clientOf(mock).createInstance({ name: 'a' })
  assert.equal((await mock.advanceClock(2 * day)).toISOString(), '2026-11-24T10:00:00.000Z')
  const [instance] = await clientOf(mock).getInstances()
  assert.equal(instance.timeCreated.toISOString(), '2026-11-22T10:00:00.000Z')
  assert.equal(instance.expirationDate.toISOString(), '2026-11-25T10:00:00.000Z')
})

test('it counts the days that upstream would charge', async () => {
  const mock = await startMock()
  await mock.setClock('2026-11-22T20:59:00Z')
  const { idInstance } = await clientOf(mock).createInstance({ name: 'shop-42' })
  await mock.advanceClock(120)
  assert.deepEqual(await mock.charges(), {
    total: 2,
    instances: [
      {
        idInstance,
        name: 'shop-42',
        tariff: 'PARTNER_23',
        firstDay: '2026-11-22',
        lastDay: '2026-11-23',
        days: 2,
      },
    ],
    days: { '2026-11-22': 1, '2026-11-23': 1 },
  })
})

test('it has a past if it is told to', async () => {
  const mock = await startMock()
  await mock.simulate({ seed: 7, days: 30, instances: 12, prefixes: ['north', 'south'] })
  const names = [...(await clientOf(mock).getInstances())].map(({ name }) => name.split('-')[0])
  assert.equal(names.length, 12)
  assert.deepEqual([...new Set(names)].sort(), ['north', 'south'])
  await mock.reset()
  await mock.simulate()
  assert.ok((await mock.charges()).total > 100)
})

test('it has weather', async () => {
  const mock = await startMock()
  const hasty = clientOf(mock, { maxRetries: 0 })
  const create = () =>
    hasty.createInstance({ name: 'shop-42' }).then(
      () => 'created',
      ({ code }) => code,
    )
  const sequences = []
  for (let round = 0; round < 2; round += 1) {
    await mock.weather('createInstance', 1, [0.5, { named: 'no_capacity' }])
    const codes = []
    for (let at = 0; at < 12; at += 1) codes.push(await create())
    sequences.push(codes)
  }
  assert.deepEqual(sequences[0], sequences[1])
  assert.deepEqual([...new Set(sequences[0])].sort(), ['created', 'no_capacity'])
  await mock.clearFaults()
  for (let at = 0; at < 12; at += 1) assert.equal(await create(), 'created')
})

test('a closed mock is gone, and close is harmless twice', async () => {
  const mock = await startMock()
  mock.close()
  mock.close()
  assert.equal((await rejection(clientOf(mock, { maxRetries: 0 }).getInstances())).code, 'unavailable')
})

test('closing hangs up on calls', async () => {
  const mock = await startMock()
  await mock.faults('getInstances', { hold: true })
  const ended = rejection(clientOf(mock, { maxRetries: 0 }).getInstances())
  await mock.waitForRequests({ method: 'getInstances', outcome: 'held' })
  mock.close()
  assert.equal((await ended).code, 'unavailable')
})

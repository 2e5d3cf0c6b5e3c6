// Holds the package and its types to tests/contract.json: nothing is in one language only, or documented in none.

import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { api, clientOf, readJson, readText, rejection, startMock } from './helper.mjs'

const contract = readJson('tests/contract.json')
const types = readText('js/index.d.ts')
const mock = await startMock()

/** The text of one declaration of index.d.ts, to its closing brace. */
function declaration(head) {
  const start = types.search(new RegExp(`\\n(export|declare) (abstract )?${head}[ <]`))
  assert.notEqual(start, -1, `index.d.ts has no "${head}"`)
  return types.slice(start, types.indexOf('\n}\n', start))
}

/** What stands before a line of a declaration: its comment. */
function comment(text, member) {
  const [, above] = text.match(new RegExp(`/\\*\\*((?:(?!\\*/)[^])*)\\*/\\n  ${member}`)) ?? []
  assert.ok(above, `${member} is documented`)
  return above
}

const camelCase = (name) => name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase())

/** The text of a comment, without what leads its lines. */
function words(above) {
  return above
    .split('\n')
    .map((line) => line.replace(/^ *\* ?/, ''))
    .join('\n')
}

/** The words of core about an operation, as they stand in its comment. */
function fromCore(above, name) {
  return words(above).split(`--- ${name} (from core) ---\n`)[1]?.split('\n--- end ---')[0]
}

const clients = [
  ['PartnerClient', contract.operations, ['instance', 'partnerApiUrl']],
  [
    'InstanceClient',
    contract.instance_operations,
    ['idInstance', 'idInstanceText', 'apiTokenInstance', 'typeInstance', 'apiUrl', 'mediaUrl'],
  ],
]
for (const [name, operations, more] of clients) {
  test(`every operation is a method of ${name}, and there are no others`, () => {
    const members = Object.getOwnPropertyNames(api[name].prototype)
    const others = ['constructor', 'close', 'closed', ...more]
    assert.deepEqual(
      members.filter((member) => !others.includes(member)).sort(),
      operations.map(({ node }) => node).sort(),
    )
  })

  test(`every method of ${name} is documented with the words of core, its page, and its parameters`, () => {
    const client = declaration(`class ${name}`)
    for (const { node, page, prose } of operations) {
      const above = comment(client, `${node}\\(`)
      assert.ok(words(above).includes(`\n${prose.node}\n`), node)
      if (node !== 'qrPageUrl') assert.match(above, /@param options/, node)
      assert.match(above, /@see https:\/\/green-api\.com\//, node)
      if (page) assert.ok(above.includes(`@see ${page}`), `${node} names ${page}`)
    }
  })
}

test('every function is exported, and documented with the words of core', () => {
  for (const { node, prose } of contract.functions) {
    assert.equal(typeof api[node], 'function')
    const [, above] = types.match(new RegExp(`/\\*\\*((?:(?!\\*/)[^])*)\\*/\\nexport function ${node}\\(`)) ?? []
    assert.equal(fromCore(above ?? '', node), prose.node, node)
  }
})

test('what bills and remembers is there, and documented with the words of core', () => {
  const places = {
    billing: [api.Instances, api.Ledger],
    waste: [api.Billing],
    ifDeleted: [api.Billing],
  }
  for (const { node, prose, examples } of contract.fleet) {
    if (['Journal', 'Ledger', 'Store'].includes(node)) {
      const [, above] = types.match(new RegExp(`/\\*\\*((?:(?!\\*/)[^])*)\\*/\\nexport class ${node} `)) ?? []
      const example = examples.node ? `\n\n\`\`\`js\n${examples.node}\n\`\`\`` : ''
      assert.equal(fromCore(above ?? '', node), words(prose.node + example))
      assert.equal(typeof api[node], 'function')
      continue
    }
    for (const Class of places[node]) {
      assert.ok(node in Class.prototype, `${Class.name}.${node}`)
      const above = comment(declaration(`class ${Class.name}`), `${node}\\(`)
      assert.equal(fromCore(above, node), prose.node, `${Class.name}.${node}`)
    }
  }
})

test('every parameter of an operation is taken under its name, and no other', async () => {
  const instance = clientOf(mock).instance(1101000001, 'token')
  const samples = {
    text: 'x',
    int: 5,
    number: 5.5,
    flag: true,
    phone: '79001234567',
    json: {},
    texts: ['x'],
    id: 5,
    bytes: new Uint8Array(1),
  }
  const sample = ({ kind, among = [], parts = [] }) => {
    if (among.length > 0) return among[0]
    if (kind === 'object') return object(parts)
    return kind === 'objects' ? [object(parts), object(parts)] : samples[kind]
  }
  const object = (parts) => Object.fromEntries(parts.map((part) => [part.wire, sample(part)]))
  for (const { node, kind, params } of contract.instance_operations) {
    if (kind !== 'method' || params.length < 2) continue
    const given = object(params)
    for (const ranged of ['delaySendMessagesMilliseconds', 'typingTime']) if (ranged in given) given[ranged] = 1000
    if ('webhookUrl' in given) given.webhookUrl = 'https://shop.example/hook'
    const taken = await instance[node](given).catch((error) => error)
    assert.notEqual(taken.code, 'invalid_request', `${node}: ${taken.message}`)
    const refused = await instance[node]({ ...given, odd: 1 }).catch((error) => error)
    assert.deepEqual([refused.code, refused.operation], ['invalid_request', node])
    assert.match(refused.message, /odd/)
  }
})

test('every error code has a class, and there are no others', () => {
  for (const { code, class: name, retryable } of contract.errors) {
    const Class = api[name]
    assert.ok(Class.prototype instanceof api.GreenApiError, name)
    const error = new Class('words')
    assert.deepEqual([error.name, error.code, error.retryable], [name, code, retryable])
  }
  const exported = Object.keys(api).filter((name) => name.endsWith('Error') && name !== 'GreenApiError')
  assert.deepEqual(exported.sort(), contract.errors.map(({ class: name }) => name).sort())
})

test('every field of a model is declared and documented', () => {
  for (const [name, fields] of Object.entries(contract.models)) {
    if (name === 'CreateInstance' || name === 'Progress') continue
    const isBase = (of) => (base) => types.includes(`class ${of} extends ${base} {`)
    const basesOf = (of) => ['InstanceModel', 'Instance', 'Notification', 'Content'].filter(isBase(of))
    const bases = basesOf(name).flatMap((base) => [base, ...basesOf(base)])
    const declared = [`class ${name}`, ...bases.map((base) => `class ${base}`)].map(declaration).join('')
    for (const { wire } of fields) {
      const getter = wire.split('.').at(-1)
      if (getter !== 'typeWebhook')
        assert.match(comment(`${declared}\n`, `get ${getter}\\(`), /\w/, `${name}.${getter}`)
    }
  }
})

test('the progress of a run has its fields, declared and documented', () => {
  const declared = declaration('interface Progress')
  for (const { wire, doc } of contract.models.Progress) assert.equal(comment(declared, `readonly ${wire}:`).trim(), doc)
  const { progress } = clientOf(mock).inspect()
  assert.deepEqual(
    Object.keys(progress),
    contract.models.Progress.map(({ wire }) => wire),
  )
})

test('every event has a class, its type, and its place in the union', () => {
  const [, union] = types.match(/export type AuthorizeEvent = (.*)/)
  const [, ofOnboard] = types.match(/export type OnboardEvent = (.*)/)
  for (const [type, name] of Object.entries(contract.events)) {
    assert.match(declaration(`class ${name}`), new RegExp(`get type\\(\\): '${type}'`))
    assert.ok([...union.split(' | '), ...ofOnboard.split(' | ')].includes(name), name)
  }
})

test('every notification has a class, its type, and its place in the union', () => {
  const [, union] = types.match(/export type AnyNotification =\n((?: {2}\| \w+\n)+)/)
  for (const [type, name] of Object.entries(contract.notifications)) {
    assert.ok(api[name].prototype instanceof api.Notification, name)
    assert.match(declaration(`class ${name}`), new RegExp(`get typeWebhook\\(\\): '${type}'`))
  }
  const others = ['UnknownNotification', 'UnreadableNotification']
  assert.deepEqual(union.match(/\w+/g).sort(), [...Object.values(contract.notifications), ...others].sort())
})

test('every setting is declared and documented', () => {
  const settings = declaration('interface InstanceSettings')
  for (const { wire, doc } of contract.models.CreateInstance) {
    const told = doc.replace(/[a-z]+(?:_[a-z]+)+/g, camelCase)
    assert.equal(comment(settings, `${wire}\\?:`).trim(), told)
  }
})

test('every setting is sent, under its name', async () => {
  const samples = { text: 'x', int: 1000, flag: true }
  const fields = contract.models.CreateInstance
  const settings = Object.fromEntries(fields.map(({ wire, kind }) => [wire, samples[kind]]))
  settings.webhookUrl = 'https://shop.example/hook'
  await clientOf(mock).createInstance(settings)
  const [{ body }] = await mock.requests('createInstance')
  assert.deepEqual(Object.keys(body).sort(), fields.map(({ wire }) => wire).sort())
})

test('every option is declared and documented with its default', () => {
  const places = {
    client: ['PartnerClientOptions', 'ClientOptions'],
    instance_client: ['InstanceClientOptions', 'ClientOptions'],
    ensureInstance: ['EnsureOptions'],
    onboard: ['OnboardOptions', 'AuthorizeOptions', 'ReadyOptions', 'WaitOptions'],
    inspect: ['InspectOptions'],
    createInstances: ['CreateInstancesOptions', 'BulkOptions'],
    deleteInstanceAccounts: ['DeleteInstanceAccountsOptions', 'BulkOptions'],
    setInstancesSettings: ['SetInstancesSettingsOptions', 'BulkOptions'],
    findDuplicates: ['FindDuplicatesOptions'],
    deleteDuplicates: ['DeleteDuplicatesOptions'],
    watch: ['WatchOptions'],
    deliver: ['DeliverOptions', 'RunOptions'],
  }
  const ofOperations = contract.operations.filter(({ node }) => node in places)
  const all = [...Object.entries(contract.options), ...ofOperations.map(({ node, beside }) => [node, beside])]
  for (const [place, options] of all) {
    const declared = places[place].map((name) => declaration(`interface ${name}`)).join('')
    for (const { name, kind, env, default: value } of options) {
      if (name === 'timeout' && kind === 'duration' && value === null) continue
      const about = comment(declared, `${camelCase(name)}\\?:`).replace(/(\d) (\d)/g, '$1$2')
      assert.match(about, /Defaults to/, name)
      if (env) assert.ok(about.includes(env), `${name} names ${env}`)
      if (typeof value === 'number')
        assert.ok(about.includes(String(kind === 'duration' ? value * 1000 : value)), `${name}: ${value}`)
    }
  }
})

const optionSamples = {
  partnerToken: 'gac.x',
  partnerApiUrl: mock.url,
  apiUrl: mock.url,
  mediaUrl: mock.url,
  timeout: 5,
  maxRetries: 0,
  maxResponseSize: 1,
  proxy: 'http://127.0.0.1:1',
  caFile: undefined,
  pacing: false,
  interval: 50,
  rebootAfter: null,
  phoneNumber: '79001234567',
}

test('every option of a client is taken', () => {
  const of = (options) =>
    Object.fromEntries(options.map(({ name }) => [camelCase(name), optionSamples[camelCase(name)]]))
  const { client, instance_client: instanceClient } = contract.options
  assert.doesNotThrow(() => new api.PartnerClient(of(client)))
  const instance = { idInstance: 1, apiTokenInstance: 'x', ...of(instanceClient) }
  assert.doesNotThrow(() => new api.InstanceClient(instance))
})

test('every option of a flow is taken', async () => {
  const instance = clientOf(mock).instance(1101000001, 'token')
  const aborted = { signal: AbortSignal.abort('not now') }
  const of = (options) =>
    Object.fromEntries(options.map(({ name }) => [camelCase(name), optionSamples[camelCase(name)]]))
  const beside = (operations, name) => operations.find(({ node }) => node === name).beside
  const wait = beside(contract.instance_operations, 'waitUntilReady')
  const authorize = beside(contract.instance_operations, 'authorize')
  assert.equal(await rejection(instance.waitUntilReady({ ...of(wait), ...aborted })), 'not now')
  assert.equal(await rejection(instance.authorize({ ...of(authorize), ...aborted }).next()), 'not now')
  assert.equal(
    await rejection(
      clientOf(mock)
        .onboard({ name: 'a' }, { ...of(authorize), ...aborted })
        .next(),
    ),
    'not now',
  )
})

test('every option of a run, a watch and a bill is taken, and no other', async () => {
  const partner = clientOf(mock)
  const of = (name) => {
    const { beside } = [...contract.operations, ...contract.fleet].find(({ node }) => node === name)
    return Object.fromEntries(beside.map(({ wire, kind }) => [wire, fleetSamples[wire] ?? kindSamples[kind]]))
  }
  const calls = {
    inspect: [(options) => partner.inspect(options), { ids: [1], ...of('inspect') }],
    createInstances: [(options) => partner.createInstances([], options), of('createInstances')],
    deleteInstanceAccounts: [(options) => partner.deleteInstanceAccounts([], options), of('deleteInstanceAccounts')],
    setInstancesSettings: [
      (options) => partner.setInstancesSettings([], { incomingWebhook: true }, options),
      of('setInstancesSettings'),
    ],
    rebootInstances: [(options) => partner.rebootInstances([], options), of('rebootInstances')],
    logoutInstances: [(options) => partner.logoutInstances([], options), of('logoutInstances')],
    findDuplicates: [(options) => partner.findDuplicates(options), of('findDuplicates')],
    deleteDuplicates: [(options) => partner.deleteDuplicates(options), of('deleteDuplicates')],
    watch: [(options) => partner.watch(options), of('watch')],
    deliver: [(options) => partner.deliver({ url: 'https://a.example', secret: 'whsec_' }, options), of('deliver')],
    billing: [(options) => list.billing(options), of('billing')],
  }
  await mock.reset()
  const list = await partner.getInstances()
  for (const [name, [call, options]] of Object.entries(calls)) {
    assert.doesNotThrow(() => call(options), name)
    assert.throws(() => call({ ...options, odd: 1 }), { code: 'invalid_request', operation: name })
    assert.throws(() => call('no object'), { code: 'invalid_request', operation: name })
    for (const option of Object.keys(options)) {
      assert.throws(() => call({ ...options, [option]: Symbol('wrong') }), { code: 'invalid_request' }, option)
    }
  }
})

const kindSamples = {
  date: '2026-11-01',
  flag: true,
  int: 5,
  text: 'x',
  duration: 50,
  ids: [1],
  decimal: '1.50',
  prices: '1.50',
  path: 'x',
  time: '2026-11-25T12:00:00Z',
  ledger: undefined,
  journal: 'x',
}
const fleetSamples = { until: new Date(), listedAt: '2026-11-25T12:00:00Z' }

test('every option of a store is taken', () => {
  const { beside } = contract.fleet.find(({ node }) => node === 'Store')
  const samples = { text: 'x', duration: 60_000 }
  const options = Object.fromEntries(beside.map(({ name, kind }) => [name, samples[kind]]))
  assert.equal(new api.Store('partner.sqlite', options).account, 'x')
  for (const option of Object.keys(options)) {
    assert.throws(() => new api.Store('partner.sqlite', { [option]: true }), { code: 'configuration' }, option)
    assert.match(declaration('interface StoreOptions'), new RegExp(`  ${option}\\?: `))
  }
})

test('ESM, CommonJS and the types export the same names', () => {
  const cjs = createRequire(import.meta.url)('../../js/index.js')
  const declared = [...types.matchAll(/^export (?:abstract )?(?:class|const|function) (\w+)/gm)].map(([, name]) => name)
  assert.deepEqual(Object.keys(api).sort(), Object.keys(cjs).sort())
  assert.deepEqual(declared.sort(), Object.keys(cjs).sort())
})

test('every word is a constant', () => {
  for (const [name, { words }] of Object.entries(contract.words)) {
    const constants = api[name.endsWith('s') ? `${name}es` : `${name}s`]
    assert.deepEqual(Object.values(constants), words, name)
    assert.ok(Object.isFrozen(constants))
  }
})

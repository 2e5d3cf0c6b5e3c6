// Runs tests/scenarios: what the client promises in every language. The format is described in its README.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { api, filesBelow, readJson, startMock } from './helper.mjs'

const contract = readJson('tests/contract.json')
const wireNames = new Map(
  Object.values(contract.models).flatMap((fields) => fields.map(({ name, wire }) => [name, wire])),
)
const operations = new Map(contract.operations.map(({ python, node }) => [python, node]))

const files = filesBelow('tests/scenarios').filter((path) => path.endsWith('.json'))
const mock = await startMock()

test('there are scenarios', () => {
  assert.notEqual(files.length, 0)
})

for (const path of files) {
  const scenario = readJson(path)
  if (scenario.only && !scenario.only.includes('node')) continue
  test(`${path.slice('tests/scenarios/'.length)}: ${scenario.promise}`, () => run(scenario))
}

async function run(scenario) {
  await prepare(scenario)
  const session = { open: () => new api.PartnerClient(clientOptions(scenario.client)), last: undefined }
  for (const step of scenario.steps) await runStep(session, step)
  session.client?.close()

  for (const [method, count] of Object.entries(scenario.requests ?? {})) {
    assert.equal((await mock.requests(method)).length, count, `requests of ${method}`)
  }
  for (const [method, bodies] of Object.entries(scenario.bodies ?? {})) {
    const received = await mock.requests(method)
    assert.deepEqual(
      received.map((request) => request.body),
      bodies,
      `bodies of ${method}`,
    )
  }
  if (scenario.account) {
    const instances = await mock.instances()
    const deleted = instances.filter((instance) => instance.deleted).length
    const { live = instances.length - deleted, deleted: gone = deleted } = scenario.account
    assert.deepEqual({ live: instances.length - deleted, deleted }, { live, deleted: gone }, 'the account')
  }
}

async function prepare({ mock: prepared = {}, faults = {} }) {
  await mock.reset()
  if (prepared.options) await mock.options(prepared.options)
  if (prepared.clock) await mock.setClock(prepared.clock)
  for (const instance of prepared.instances ?? []) await mock.addInstance(instance)
  for (const [method, list] of Object.entries(faults)) await mock.faults(method, ...list)
}

async function runStep(session, { call, args = {}, timeout, expect }) {
  let outcome
  try {
    outcome = { value: await act(session, call, args, timeout) }
  } catch (error) {
    if (!(error instanceof api.GreenApiError)) throw error
    outcome = { error }
  }
  if (expect.error) {
    assert.ok(outcome.error, `${call} should fail with ${expect.error.code}`)
    compareError(outcome.error, expect.error)
  } else {
    if (outcome.error) throw outcome.error
    compareValue(outcome.value, expect.value, call)
    if (outcome.value instanceof api.Instance || outcome.value instanceof api.CreatedInstance)
      session.last = outcome.value
  }
}

async function act(session, call, args, timeout) {
  if (call === 'new_client') {
    session.open().close()
    return null
  }
  session.client ??= session.open()
  if (call === 'close') return session.client.close() ?? null
  const { settle, ...given } = args
  const options = { timeout: milliseconds(timeout), settle: milliseconds(settle) }
  if (settle === undefined) delete options.settle
  const argument = 'id_instance' in given ? id(session, given.id_instance) : renamed(given)
  const parameters = call === 'get_instances' ? [options] : [argument, options]
  return (await session.client[operations.get(call)](...parameters)) ?? null
}

function clientOptions(given = {}) {
  const { max_retries: maxRetries, ca_file: caFile, timeout, proxy } = given
  const { partner_token: partnerToken = '{token}', partner_api_url: partnerApiUrl = '{mock}' } = given
  return {
    partnerToken: filled(partnerToken),
    partnerApiUrl: filled(partnerApiUrl),
    timeout: milliseconds(timeout),
    maxRetries,
    proxy,
    caFile,
  }
}

function filled(text) {
  return typeof text === 'string' ? text.replace('{mock}', mock.url).replace('{token}', mock.partnerToken) : text
}

function id(session, given) {
  return given === '{last.id_instance}' ? session.last.idInstance : given
}

function renamed(args) {
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [wireNames.get(name) ?? name, value]))
}

function milliseconds(seconds) {
  return seconds === undefined || seconds === null ? undefined : seconds * 1000
}

function compareError(error, expected) {
  const { retry_after: retryAfter, ...same } = expected
  const wanted = { ...same, ...('retry_after' in expected && { retryAfter: milliseconds(retryAfter) ?? null }) }
  const got = Object.fromEntries(Object.keys(wanted).map((key) => [key, error[key]]))
  assert.deepEqual(got, wanted)
}

function compareValue(value, expected, where) {
  if (expected === null || expected === undefined) {
    assert.equal(value, null, where)
  } else if (value instanceof api.Instances) {
    compareList(value, expected)
  } else {
    compareItem(value, expected, where)
  }
}

function compareList(list, { len, live, deleted, items = [] }) {
  const wanted = { len, live, deleted }
  const got = { len: list.length, live: list.live.length, deleted: list.deleted.length }
  for (const [key, count] of Object.entries(wanted)) if (count !== undefined) assert.equal(got[key], count, key)
  for (const [index, item] of items.entries()) compareItem(list.at(index), item, `item ${index}`)
}

function compareItem(item, expected, where) {
  for (const [name, wanted] of Object.entries(expected)) {
    const value = item[wireNames.get(name) ?? name]
    assert.deepEqual(value instanceof Date ? rfc3339(value) : value, wanted, `${where}: ${name}`)
  }
}

/** Without the fraction where there is none, as core writes it. */
function rfc3339(time) {
  return time.toISOString().replace(/\.?0*Z$/, 'Z')
}

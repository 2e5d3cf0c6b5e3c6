// Faults, each at every moment: the scenarios that tests/faults.json and the contract's operations make together, which the
// README of tests/scenarios explains. Each operation of the partner meets every fault here, and each of an instance every
// 40th, beginning at another one; GREENAPI_PARTNER_LONG=1 runs all of them, as Rust's tests do always.

import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { api, readJson, startMock } from './helper.mjs'
import { run } from './scenarios.mjs'

const contract = readJson('tests/contract.json')
const { calls, ends, faults } = readJson('tests/faults.json')
const methods = (list) => list.filter(({ kind }) => kind === 'method').map((one) => [one.name, one])
const operations = new Map([...methods(contract.operations), ...methods(contract.instance_operations)])
const ofPartners = new Set(contract.operations.map(({ name }) => name))

const partnerToken = 'gac.ca11ab1eca11ab1eca11ab1eca11ab1eca11ab1eca11ab'
const idInstance = 1101728000
const apiTokenInstance = 'ca11ab1e5ca11ab1e5ca11ab1e5ca11ab1e5ca11ab1e5ca11a'
const canaries = /ca11ab1e|canary-of/
const retries = 2
const atOnce = 32

test('every operation has a call', () => {
  assert.deepEqual(Object.keys(calls).sort(), [...operations.keys()].sort())
})

test('every fault ends as the documents say, whatever the operation', async () => {
  const [left, wrong, shown] = [chosen(), [], []]
  const note = (record) => shown.push(inspect(record, { depth: 9 }))
  const told = (error) => shown.push(printed(error))
  subscribe(api.diagnosticsChannel, note)
  const workers = Array.from({ length: atOnce }, async () => {
    const mock = await startMock({ partnerToken })
    for (let meeting = left.pop(); meeting; meeting = left.pop()) {
      let problem = await played(meeting, mock, told)
      // Where the first connection is not free yet, the client opens another, and the fault finds no call to meet.
      for (let again = 0; again < 2 && problem && meeting.before; again++) problem = await played(meeting, mock, told)
      if (problem) wrong.push(`${meeting.operation} · ${meeting.fault}, ${meeting.code}: ${problem.message}`)
    }
  })
  await Promise.all(workers)
  unsubscribe(api.diagnosticsChannel, note)
  assert.deepEqual(wrong, [])
  assert.notEqual(shown.length, 0)
  // A canary must not be in the report of a failure either.
  assert.equal(
    shown.some((text) => canaries.test(text)),
    false,
  )
})

/** What was not as it should be. */
async function played(meeting, mock, told) {
  await mock.reset()
  try {
    await run(scenario(meeting), mock, told)
    return undefined
  } catch (problem) {
    return problem
  }
}

/** Those that are run: see above. */
function chosen() {
  const every = process.env.GREENAPI_PARTNER_LONG === '1' ? 1 : 40
  return [...operations.keys()].flatMap((operation, number) =>
    Object.keys(faults)
      .filter((_, place) => ofPartners.has(operation) || (number + place) % every === 0)
      .flatMap((fault) => meetings(operation, fault)),
  )
}

/** A fault with each request that comes; and with the first alone, where another follows. */
function meetings(operation, fault) {
  const row = faults[fault]
  const columns = [
    operation,
    calls[operation].silent && 'silent',
    ofPartners.has(operation) && 'partner',
    operations.get(operation).retry,
  ]
  const means = ends[row.end][columns.find((column) => ends[row.end][column])]
  const always = {
    operation,
    fault,
    row,
    times: -1,
    code: means.replace('again: ', ''),
    requests: 1,
    before: before(operation, row),
  }
  if (!means.startsWith('again: ')) return [always]
  const once = { ...always, times: 1, code: 'success', requests: 2 }
  return row.fault.reusedConnection ? [once] : [once, { ...always, requests: 1 + retries }]
}

/** What is called first where the fault is one of a kept connection: another of the same pool. */
function before(operation, { fault }) {
  if (!fault.reusedConnection) return undefined
  const isOnce = operations.get(operation).retry === 'once'
  if (ofPartners.has(operation)) return isOnce ? 'createInstance' : 'getInstances'
  return isOnce ? 'clearMessagesQueue' : 'getStateInstance'
}

function scenario({ operation, row, times, code, requests, before }) {
  const { type: typeInstance = 'whatsapp', phone = '79001234567', answer } = calls[operation]
  const again = before === operation ? 1 : 0
  const done = row.acts || code === 'success' ? 1 : 0
  const accounts = {
    createInstance: { live: done + again, deleted: 0 },
    deleteInstanceAccount: { live: 1 - done, deleted: done },
  }
  const fault = { ...row.fault, times }
  const hasAnswer = ['status', 'body', 'text', 'named'].some((key) => key in fault)
  const instances = operation === 'createInstance' ? [] : [{ idInstance, apiTokenInstance, typeInstance, phone }]
  return {
    client: { max_retries: retries },
    mock: { options: { instanceRateLimits: false, rebootAnswers: 0, etag: false }, instances },
    faults: {
      [operation]: answer ? [hasAnswer ? fault : { ...fault, body: answer }, { body: answer, times: -1 }] : [fault],
    },
    steps: steps({ operation, row, code, before }),
    requests: { [operation]: requests + again },
    account: accounts[operation],
  }
}

function steps({ operation, row, code, before }) {
  const client = {
    id_instance: idInstance,
    api_token_instance: apiTokenInstance,
    api_url: '{mock}',
    media_url: '{mock}',
    pacing: false,
    max_retries: retries,
  }
  const called = (name) => ({ call: operations.get(name).python, args: calls[name].args })
  const expect = code === 'success' ? undefined : { error: { code, operation } }
  return [
    ...(ofPartners.has(operation) ? [] : [{ call: 'new_instance_client', args: client }]),
    ...(before ? [called(before)] : []),
    { ...called(operation), timeout: row.timeout, expect },
  ]
}

/** All the ways in which an error ends up in a log. */
function printed(error) {
  const deep = { depth: Number.POSITIVE_INFINITY, showHidden: true, maxArrayLength: null }
  return [inspect(error, deep), String(error), JSON.stringify(error), error.stack].join('\n')
}

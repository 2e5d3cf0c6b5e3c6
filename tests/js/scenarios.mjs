// Plays a scenario: prepares a mock, makes the calls, and compares. The format is described in the README of tests/scenarios.

import assert from 'node:assert/strict'
import { Fleet } from './fleet-steps.mjs'
import { api, readJson } from './helper.mjs'

const contract = readJson('tests/contract.json')
const operations = new Map([...contract.operations, ...contract.instance_operations].map((one) => [one.python, one]))
const ofInstances = new Set(contract.instance_operations.map(({ python }) => python))

/** What the runner's own names are in JavaScript: those of fields and parameters are upstream's. */
const names = new Map(
  [...Object.values(contract.models), ...contract.instance_operations.map(({ params }) => params)]
    .flat()
    .map(({ name, wire }) => [name, wire.split('.').at(-1)]),
)
const property = (name) => names.get(name) ?? name
const camelCase = (name) => name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase())

/** Plays a scenario on a mock that has seen nothing yet. `told` gets each error that a call ends in. */
export async function run(scenario, mock, told = () => {}) {
  await prepare(scenario, mock)
  const session = new Session(scenario.client, mock, told)
  for (const step of scenario.steps) await session.run(step)
  if (scenario.files) assert.deepEqual(session.files(), scenario.files, 'the files')
  session.close()

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

async function prepare({ mock: prepared = {}, faults = {} }, mock) {
  if (prepared.options) await mock.options(prepared.options)
  if (prepared.clock) await mock.setClock(prepared.clock)
  for (const instance of prepared.instances ?? []) await mock.addInstance(instance)
  for (const [method, list] of Object.entries(faults)) await mock.faults(method, ...filled(list, mock))
}

/** The steps of one scenario, on a partner client and an instance's, each made when it is first needed. */
class Session {
  #mock
  #told
  #options
  #partner
  #instance
  #last
  #mockAnswer
  #lastMessage
  #fleet = new Fleet(() => this.#thePartner(), property)

  constructor(options, mock, told) {
    this.#mock = mock
    this.#told = told
    this.#options = this.#clientOptions({ partner_token: '{token}', partner_api_url: '{mock}', ...options })
  }

  close() {
    this.#fleet.close()
    this.#partner?.close()
  }

  /** What the scenario's folder holds: each file's name and its text. */
  files() {
    return this.#fleet.files()
  }

  async run(step) {
    if (step.events) return this.#iterate(step)
    const outcome = await outcomeOf(() => (step.mock ? this.#control(step) : this.#call(step)))
    if (outcome.error) this.#told(outcome.error)
    compare(outcome, this.#filled(step.expect ?? {}), step.call ?? step.mock)
    const { value } = outcome
    if (value instanceof api.Instance || value instanceof api.CreatedInstance) this.#last = value
    this.#lastMessage = value?.idMessage ?? this.#lastMessage
  }

  async #iterate(step) {
    const { call, events, expect } = step
    let iteration
    const next = () =>
      outcomeOf(async () => {
        iteration ??= this.#iteration(step)
        const { done, value } = await iteration.next()
        return done ? null : value
      })
    for (const { value, then = [] } of events) {
      const { value: got, error } = await next()
      if (error) throw error
      assert.notEqual(got, null, `${call} ended before ${JSON.stringify(value)}`)
      compareValue(got, this.#filled(value), call)
      if ('instance' in iteration) this.#instance = iteration.instance
      for (const after of then) await (after.ack ? iteration.ack() : this.run(after))
    }
    if (expect) compare(await next(), this.#filled(expect), call)
    await iteration?.return()
    if (iteration) assert.equal((await iteration.next()).done, true, 'over for good')
  }

  #iteration(step) {
    if (step.call === 'watch') return this.#fleet.watch(step)
    return this.#clientOf(step.call)[operations.get(step.call).node](...this.#parameters(step))
  }

  async #control({ mock: path, verb = 'POST', body }) {
    const known = this.#instance ?? this.#last
    this.#mockAnswer = await this.#mock.control(verb, path.replace('{id}', known?.idInstance), body)
    return this.#mockAnswer
  }

  async #call(step) {
    const { call } = step
    const args = this.#arguments(step)
    if (this.#fleet.has(call)) return this.#fleet.call({ ...step, args })
    if (call === 'new_client') {
      new api.PartnerClient(this.#options).close()
      return null
    }
    if (call === 'new_instance_client') {
      this.#instance = new api.InstanceClient(this.#clientOptions(args))
      return this.#instance
    }
    if (call === 'instance') {
      const { id_instance: id, api_token_instance: token, api_url: apiUrl, media_url: mediaUrl, from } = args
      this.#instance = from
        ? this.#thePartner().instance(this.#last)
        : this.#thePartner().instance(id, token, { apiUrl, mediaUrl })
      return this.#instance
    }
    const client = this.#clientOf(call)
    if (call === 'close') return client.close() ?? null
    return (await client[operations.get(call).node](...this.#parameters(step))) ?? null
  }

  #clientOf(call) {
    const isAlone = this.#partner === undefined && this.#instance !== undefined
    return ofInstances.has(call) || (call === 'close' && isAlone) ? this.#theInstance() : this.#thePartner()
  }

  #thePartner() {
    this.#partner ??= new api.PartnerClient(this.#options)
    return this.#partner
  }

  #theInstance() {
    this.#instance ??= this.#thePartner().instance(this.#last)
    return this.#instance
  }

  /** The arguments of a step, filled; a file as what it is. */
  #arguments({ args = {} }) {
    return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, this.#argument(name, value)]))
  }

  #argument(name, value) {
    if (value === '{last.id_instance}') return (this.#last ?? this.#instance).idInstance
    if (value === '{last.id_message}') return this.#lastMessage
    if (name === 'path') return this.#fleet.path(value)
    const [, field] = typeof value === 'string' ? (value.match(/^\{mock\.(\w+)\}$/) ?? []) : []
    if (field && field !== 'url') return this.#mockAnswer[field]
    if (name === 'file' && typeof value === 'object') return new File([Buffer.from(value.base64, 'base64')], value.name)
    return this.#filled(value)
  }

  /** What the method takes: a single mandatory argument by itself, others as one object, the options last. */
  #parameters(step) {
    const { kind, name, params = [] } = operations.get(step.call)
    const {
      settle,
      interval,
      idle,
      reboot_after: rebootAfter,
      verify_timeout: verifyTimeout,
      max_size: maxSize,
      ...rest
    } = this.#arguments(step)
    const durations = { timeout: step.timeout, settle, interval, idle, rebootAfter, verifyTimeout }
    const options = {}
    const flags = {
      reapply: 'reapply',
      verify: 'verify',
      verify_settings: 'verifySettings',
      compare_settings: 'compareSettings',
    }
    for (const [flag, name] of Object.entries(flags)) {
      if (flag in rest) options[name] = rest[flag]
      delete rest[flag]
    }
    for (const [option, seconds] of Object.entries(durations)) {
      if (seconds !== undefined) options[option] = milliseconds(seconds)
    }
    if (kind === 'flow' && 'phone_number' in rest) {
      options.phoneNumber = rest.phone_number
      delete rest.phone_number
    }
    if (maxSize !== undefined) options.maxSize = maxSize
    if (name === 'qrPageUrl') return []
    const given = renamed(rest)
    if (name === 'call') {
      const { method, ...parts } = given
      return [method, parts, options]
    }
    if ('id_instance' in rest) return [rest.id_instance, options]
    if (ofInstances.has(step.call)) {
      const positional = params.length === 1 && params[0].required
      const takesNothing = params.length === 0 && name !== 'notifications' && Object.keys(given).length === 0
      if (takesNothing) return [options]
      return [positional ? given[params[0].wire] : given, options]
    }
    return step.call === 'get_instances' ? [options] : [given, options]
  }

  #filled(value) {
    return filled(value, this.#mock)
  }

  #clientOptions(given) {
    const named = Object.entries(given).map(([name, value]) => [camelCase(name), this.#filled(value)])
    const options = Object.fromEntries(named)
    return 'timeout' in options ? { ...options, timeout: milliseconds(options.timeout) } : options
  }
}

/** What a call ended in. */
async function outcomeOf(work) {
  try {
    return { value: await work() }
  } catch (error) {
    if (!(error instanceof api.GreenApiError)) throw error
    return { error }
  }
}

function compare({ value, error }, expected, where) {
  if (expected.error) {
    assert.ok(error, `${where} should fail with ${expected.error.code}`)
    compareError(error, expected.error)
  } else {
    if (error) throw error
    if ('value' in expected) compareValue(value, expected.value, where)
  }
}

/** The same with the mock's address and token in its texts. */
function filled(value, mock) {
  if (typeof value === 'string') return value.replaceAll('{mock}', mock.url).replaceAll('{token}', mock.partnerToken)
  if (Array.isArray(value)) return value.map((item) => filled(item, mock))
  if (typeof value !== 'object' || value === null || value instanceof File) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, filled(inner, mock)]))
}

function renamed(args) {
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [property(name), value]))
}

/** Seconds as milliseconds; what is no number on purpose stays so. */
function milliseconds(seconds) {
  return typeof seconds === 'number' ? seconds * 1000 : seconds
}

function compareError(error, { retry_after: retryAfter, says = '', ...same }) {
  const told = says.replace(/[a-z]+(?:_[a-z]+)+/g, (name) => names.get(name) ?? camelCase(name))
  assert.ok(error.message.includes(told), `${error.message} says ${told}`)
  const wanted = retryAfter === undefined ? same : { ...same, retryAfter: milliseconds(retryAfter) }
  const got = Object.fromEntries(Object.keys(wanted).map((key) => [key, error[key]]))
  assert.deepEqual(got, wanted)
}

function compareValue(value, expected, where) {
  if (Array.isArray(expected)) {
    assert.equal(value.length, expected.length, where)
    for (const [index, item] of expected.entries()) compareValue(value[index], item, `${where}: ${index}`)
  } else if (typeof expected !== 'object' || expected === null) {
    assert.deepEqual(value, expected, where)
  } else if (value instanceof api.Instances) {
    compareList(value, expected)
  } else if (value?.type in contract.events) {
    compareItem(value.toJSON(), expected, where)
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
    const value = plain(name in item ? item[name] : item[property(name)])
    const place = `${where}: ${name}`
    if (tables.includes(name) && Array.isArray(value)) assert.equal(value.length, wanted.length, place)
    if ((name === 'items' || tables.includes(name)) && Array.isArray(value)) {
      for (const [index, row] of wanted.entries()) compareItem(value[index], row, `${place}: ${index}`)
    } else if (parts.includes(name) && typeof wanted === 'object') compareItem(value, wanted, place)
    else assert.deepEqual(value, wanted, place)
  }
}

/** The tables of a bill: all their rows are compared. */
const tables = ['instances', 'days', 'months', 'prefixes', 'other', 'waste']
/** Of these only the keys that are named are compared. */
const parts = ['progress', 'saving', 'settings']

/** A value as scenarios write it. */
function plain(value) {
  if (value instanceof Date) return rfc3339(value)
  if (value instanceof api.GreenApiError) return value.code
  return value instanceof api.Instance ? value.idInstance : value
}

/** Without the fraction where there is none, as core writes it. */
function rfc3339(time) {
  return time.toISOString().replace(/\.?0*Z$/, 'Z')
}

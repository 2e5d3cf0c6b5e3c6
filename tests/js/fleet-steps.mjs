// The steps of a scenario over many instances: runs, watches, ledgers and bills.

import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { api, readJson } from './helper.mjs'

const { operations } = readJson('tests/contract.json')
const runs = new Map(
  ['inspect', 'create_instances', 'delete_instance_accounts', 'set_instances_settings', 'reboot_instances']
    .concat('logout_instances', 'find_duplicates', 'delete_duplicates', 'deliver')
    .map((name) => [name, operations.find(({ python }) => python === name).node]),
)

/** What a scenario remembers of its fleet. */
export class Fleet {
  #partner
  #property
  #snapshot
  #ledger
  #folder

  /** `partner` gives the client, `property` a field's name in JavaScript. */
  constructor(partner, property) {
    this.#partner = partner
    this.#property = property
  }

  close() {
    this.#ledger?.close()
    if (this.#folder) rmSync(this.#folder, { recursive: true })
  }

  files() {
    const folder = this.path('{tmp}')
    return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]))
  }

  has(call) {
    return runs.has(call) || call in steps
  }

  call({ call, args, timeout }) {
    const given = { ...args, timeout }
    return runs.has(call) ? this.run(call, given) : steps[call](this, given)
  }

  /** A run to its end; its results in the order of what was given, or by id. */
  async run(call, { specs, ids, url, secret, ...rest }) {
    const partner = this.#partner()
    let run
    if (call === 'inspect') run = partner.inspect(this.options({ ids, ...rest }))
    else if (call === 'deliver') run = partner.deliver({ url, secret }, this.options(rest))
    else if (call === 'create_instances') run = partner.createInstances(this.#specs(specs), this.options(rest))
    else if (call === 'set_instances_settings') {
      const { timeout, verify, verify_timeout, ...settings } = rest
      const options = this.options({ timeout, verify, verify_timeout })
      run = partner.setInstancesSettings(ids, this.#renamed(settings), options)
    } else run = partner[runs.get(call)](...(ids === undefined ? [] : [ids]), this.options(rest))
    const place = ({ index, idInstance }) => index ?? idInstance
    const told = [...(await run.collect())].sort((one, other) => place(one) - place(other))
    if (run.report) {
      assert.deepEqual(run.report().map(data), told.map(data), 'the report is what was told')
    }
    return { len: told.length, items: told, progress: run.progress }
  }

  /** A watch from where the last one was. */
  watch({ args, timeout }) {
    const since = this.#snapshot
    this.#snapshot = undefined
    return this.#partner().watch(this.options({ ...args, since: args?.since ?? since, timeout }))
  }

  /** Waits for the first list of a watch, whose changes nobody has asked for. */
  async base(given) {
    const watch = this.#partner().watch(this.options(given))
    const none = watch.next()
    while (watch.snapshot() === undefined) {
      // An error ends it.
      await Promise.race([none, new Promise(setImmediate)])
    }
    this.#snapshot = watch.snapshot()
    watch.stop()
    assert.equal((await none).done, true, 'a base has no changes')
    return null
  }

  async record() {
    await (await this.#theLedger()).record(await this.#partner().getInstances())
    return null
  }

  async recordInspections() {
    await (await this.#theLedger()).recordInspections(await this.#partner().inspect({ history: true }).collect())
    return null
  }

  inStore({ store }) {
    this.#ledger = new api.Ledger(this.#store(store))
    return null
  }

  reopen() {
    this.#ledger.close()
    this.#ledger = undefined
    return null
  }

  async billing({ from, idle_days: idleDays = 0, if_deleted: ids = [], ...rest }) {
    const source = from === 'ledger' ? await this.#theLedger() : await this.#partner().getInstances()
    const bill = await source.billing(this.options(rest))
    const { instances, days, months, prefixes, other, total, forecast } = bill
    return {
      total,
      total_days: bill.totalDays,
      unpriced_days: bill.unpricedDays,
      forecast,
      next_charge_at: bill.nextChargeAt,
      complete_since: bill.completeSince,
      ...{ instances, days, months, prefixes, other },
      waste: bill.waste(idleDays),
      saving: bill.ifDeleted(ids),
    }
  }

  /** Options under their names here, paths filled in. */
  options(given) {
    const options = Object.entries(given).filter(([, value]) => value !== undefined)
    return Object.fromEntries(options.map(([name, value]) => [camelCase(name), this.#option(name, value)]))
  }

  #option(name, value) {
    if (name === 'journal') {
      return typeof value === 'object' ? this.#store(value.store).journal(value.name) : this.path(value)
    }
    return durations.includes(name) && typeof value === 'number' ? value * 1000 : value
  }

  #store(path) {
    return new api.Store(this.path(path))
  }

  async #theLedger() {
    this.#ledger ??= await api.Ledger.open(this.path('{tmp}/ledger.db'))
    return this.#ledger
  }

  path(text) {
    this.#folder ??= mkdtempSync(join(tmpdir(), 'greenapi-partner-fleet-'))
    return text.replace('{tmp}', this.#folder)
  }

  #specs(specs) {
    return specs?.map((spec) => (typeof spec === 'object' ? this.#renamed(spec) : spec))
  }

  #renamed(fields) {
    return Object.fromEntries(Object.entries(fields).map(([name, value]) => [this.#property(name), value]))
  }
}

const steps = {
  'watch.base': (fleet, args) => fleet.base(args),
  'ledger.record': (fleet) => fleet.record(),
  'ledger.record_inspections': (fleet) => fleet.recordInspections(),
  'ledger.in_store': (fleet, args) => fleet.inStore(args),
  'ledger.reopen': (fleet) => fleet.reopen(),
  billing: (fleet, args) => fleet.billing(args),
}

const durations = ['settle', 'interval', 'timeout', 'verify_timeout']
const data = (model) => model.toJSON()
const camelCase = (name) => name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase())

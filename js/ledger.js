'use strict'

// What upstream's list forgets, kept in a file or a store. It is read and written outside of the event loop.

const native = require('./native.js')
const { Billing } = require('./billing.js')
const { run } = require('./cancel.js')
const { disposable } = require('./dispose.js')
const { ConfigurationError } = require('./errors.js')
const { origin } = require('./fields.js')
const { billingText, iterated } = require('./partner-options.js')
const { nativeInstances } = require('./instances.js')
const { made } = require('./made.js')
const { named } = require('./named.js')
const { describe, pathText, refused } = require('./options.js')
const { classes } = require('./records.js')
const { Store, nativeStore } = require('./store.js')

/** A ledger as Rust has it, while it is open; undefined for undefined. */
let nativeLedger

class Ledger {
  #native

  static {
    nativeLedger = (operation, value) => {
      if (value === undefined || (value instanceof Ledger && #native in value)) return value?.#open()
      throw refused(operation, `the option ledger must be a Ledger, not ${describe(value)}`)
    }
  }

  constructor(source) {
    if (source instanceof Store) this.#native = made(native.NativeLedger.inStore(nativeStore(source)))
    else if (source instanceof native.NativeLedger) this.#native = source
    else throw new ConfigurationError('a ledger is made with Ledger.open(path), or of a store: new Ledger(store)')
  }

  static async open(path) {
    const file = pathText('Ledger.open', path)
    return new Ledger(await run(undefined, (call) => native.NativeLedger.open(call, file)))
  }

  async record(instances) {
    const listed = nativeInstances(instances)
    if (listed === undefined) {
      throw refused('record', `the instances must be those of getInstances, not ${describe(instances)}`)
    }
    await run(undefined, (call) => this.#open().record(call, listed))
  }

  async recordInspections(inspections) {
    const records = Array.from(iterated('recordInspections', 'inspections', inspections), inspectionOf)
    await run(undefined, (call) => this.#open().recordInspections(call, records))
  }

  async billing(options) {
    const asked = billingText('billing', options)
    return new Billing(await run(undefined, (call) => this.#open().billing(call, asked)))
  }

  close() {
    this.#native.close()
  }

  get closed() {
    return this.#native.closed
  }

  #open() {
    if (this.closed) throw new ConfigurationError('the ledger is closed')
    return this.#native
  }
}

disposable(Ledger)

/** An inspection as Rust has it, outside of any table. */
function inspectionOf(value) {
  if (!(value instanceof classes.Inspection)) {
    throw refused('recordInspections', `the inspections must be what inspect gives, not ${describe(value)}`)
  }
  const { source, index } = origin(value)
  return source instanceof native.NativeTable ? source.item(index) : source
}

module.exports = { ...named({ Ledger }), nativeLedger }

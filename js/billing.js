'use strict'

const { inspect } = require('node:util')
const { daysOf, idTexts } = require('./fleet-options.js')
const { made } = require('./made.js')
const { named } = require('./named.js')
const { wrapped } = require('./records.js')
const { table } = require('./table.js')

/** What instances cost. A table is made when it is first read. */
class Billing {
  #native
  #tables = new Map()

  constructor(source) {
    this.#native = source
  }

  get instances() {
    return this.#table('instances')
  }

  get days() {
    return this.#table('days')
  }

  get months() {
    return this.#table('months')
  }

  get prefixes() {
    return this.#table('prefixes')
  }

  get other() {
    return this.#table('other')
  }

  get total() {
    return this.#native.total
  }

  get totalDays() {
    return this.#native.totalDays
  }

  get unpricedDays() {
    return this.#native.unpricedDays
  }

  get forecast() {
    return this.#native.forecast
  }

  get nextChargeAt() {
    return new Date(this.#native.nextChargeAt)
  }

  get completeSince() {
    const { completeSince } = this.#native
    return completeSince === null ? null : new Date(completeSince)
  }

  waste(idleDays) {
    return table(this.#native.waste(daysOf('waste', 'idleDays', idleDays)))
  }

  ifDeleted(ids) {
    return wrapped(made(this.#native.ifDeleted(idTexts('ifDeleted', ids))))
  }

  [inspect.custom](depth, options) {
    const { total, totalDays, unpricedDays, forecast, nextChargeAt, completeSince } = this
    const shown = { total, totalDays, unpricedDays, forecast, nextChargeAt, completeSince }
    return `Billing ${inspect(shown, { ...options, depth })}`
  }

  #table(name) {
    if (!this.#tables.has(name)) this.#tables.set(name, table(this.#native[name]()))
    return this.#tables.get(name)
  }
}

module.exports = named({ Billing })

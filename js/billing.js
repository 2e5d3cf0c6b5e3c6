'use strict'

const { inspect } = require('node:util')
const { daysOf, idTexts } = require('./partner-options.js')
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
    source.hold()
    const { total, totalDays, unpricedDays, forecast, completeSince } = source
    Object.assign(this, { total, totalDays, unpricedDays, forecast })
    const own = (name, get) => Object.defineProperty(this, name, { get, enumerable: true })
    own('nextChargeAt', () => new Date(source.nextChargeAt))
    own('completeSince', () => (completeSince === null ? null : new Date(completeSince)))
    for (const name of ['instances', 'days', 'months', 'prefixes', 'other']) own(name, () => this.#table(name))
    Object.freeze(this)
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

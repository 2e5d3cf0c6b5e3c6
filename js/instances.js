'use strict'

// A list of instances. It stays in Rust; an item is made when it is touched.

const { inspect } = require('node:util')
const { Billing } = require('./billing.js')
const { billingText } = require('./partner-options.js')
const { made } = require('./made.js')
const { Instance } = require('./model.js')
const { named } = require('./named.js')
const { idText } = require('./options.js')
const { paged } = require('./pages.js')

/** What `assert.deepStrictEqual` compares of a list, which has no other property of its own. */
const compared = Symbol('instances')

/** A list as Rust has it; undefined for anything else. */
let nativeInstances

class Instances {
  #source

  static {
    nativeInstances = (value) => (value instanceof Instances && #source in value ? value.#source : undefined)
  }

  constructor(source) {
    this.#source = source
    source.hold()
    Object.defineProperty(this, compared, { get: () => this.toArray(), enumerable: true })
  }

  get length() {
    return this.#source.length
  }

  at(index) {
    const position = Math.trunc(index) || 0
    const found = position < 0 ? position + this.length : position
    return found >= 0 && found < this.length ? new Instance(this.#source, found) : undefined
  }

  find(idInstance) {
    const found = made(this.#source.find(idText('find', idInstance)))
    return found === null ? undefined : new Instance(found)
  }

  get live() {
    return new Instances(this.#source.live())
  }

  get deleted() {
    return new Instances(this.#source.deleted())
  }

  slice(start = 0, end = this.length) {
    const from = within(start, this.length)
    return new Instances(this.#source.slice(from, Math.max(from, within(end, this.length))))
  }

  toArray() {
    return Array.from(this)
  }

  [Symbol.iterator]() {
    return paged(Instance, this.#source)
  }

  billing(options) {
    return new Billing(made(this.#source.billing(billingText('billing', options))))
  }

  toArrow(options) {
    return this.#source.toArrow(options?.includeTokens === true)
  }

  toJSON(options) {
    return Array.from(this, (instance) => instance.toJSON(options))
  }

  [inspect.custom]() {
    return table(this)
  }
}

/** A position as `Array.prototype.slice` takes it. */
function within(position, length) {
  const whole = Math.trunc(position) || 0
  return whole < 0 ? Math.max(whole + length, 0) : Math.min(whole, length)
}

/** The list for people: a line per instance, the first of them only, no tokens. */
function table(instances) {
  const lines = instances.slice(0, shownAtMost).toArray().map(columns)
  const widths = lines.reduce((all, line) => line.map((text, column) => Math.max(text.length, all[column] ?? 0)), [])
  const rows = lines.map((line) => `  ${line.map((text, column) => text.padEnd(widths[column])).join('  ')}`.trimEnd())
  const more = instances.length - lines.length
  if (more > 0) rows.push(`  … ${more} more`)
  return `Instances(${instances.length}) [${rows.map((row) => `\n${row}`).join('')}${rows.length > 0 ? '\n' : ''}]`
}

function columns(instance) {
  const created = instance.timeCreated?.toISOString().replace('T', ' ').slice(0, 16) ?? ''
  const state = instance.deleted ? 'deleted' : 'live'
  return [instance.idInstanceText, printable(instance.name ?? ''), instance.typeInstance ?? '', state, created]
}

/** A name as a terminal may show it: upstream takes any character in one. */
function printable(name) {
  return name.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, (odd) => {
    return `\\u${odd.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

const shownAtMost = 20

module.exports = { ...named({ Instances }), nativeInstances }

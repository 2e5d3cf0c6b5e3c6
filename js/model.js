'use strict'

// What a partner's calls give. A list stays in Rust; who goes through it reads it by pages: one field of many items at
// once.

const { inspect } = require('node:util')
const native = require('./native.js')
const { Model, origin, withFields } = require('./fields.js')
const { idText } = require('./options.js')

class CreatedInstance extends Model {}

class Instance extends Model {}

withFields(CreatedInstance, native.NativeCreated.fields())
withFields(Instance, native.NativeInstance.fields())

/** A new or a listed instance as Rust has it, outside of any list; undefined for anything else. */
function nativeInstance(value) {
  if (!(value instanceof CreatedInstance || value instanceof Instance)) return undefined
  const { source, index } = origin(value)
  return source instanceof native.NativeInstances ? source.item(index) : source
}

/** Neighbouring items of a list; a field of theirs crosses over when it is first read of one of them. */
class Page {
  #source
  #start
  #columns = []

  constructor(source, start) {
    this.#source = source
    this.#start = start
  }

  cell(index, position) {
    this.#columns[position] ??= this.#source.column(position, this.#start, this.#start + pageLength)
    return this.#columns[position][index - this.#start]
  }
}

class Instances {
  #source

  constructor(source) {
    this.#source = source
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
    const found = this.#source.find(idText('find', idInstance))
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

  *[Symbol.iterator]() {
    const { length } = this
    for (let start = 0; start < length; start += pageLength) {
      const page = new Page(this.#source, start)
      const end = Math.min(start + pageLength, length)
      for (let index = start; index < end; index += 1) yield new Instance(this.#source, index, page)
    }
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
  return [instance.idInstanceText, instance.name ?? '', instance.typeInstance ?? '', state, created]
}

const shownAtMost = 20
const pageLength = 256

module.exports = { CreatedInstance, Instance, Instances, nativeInstance }

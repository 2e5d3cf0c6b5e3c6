'use strict'

// What every model is: a source in Rust, a position in it, and the cells of that position once one of them has been read.

const { inspect } = require('node:util')
const { ProtocolError, fromNative } = require('./errors.js')

/** Reads one cell of a model: off its page, if it stands on one; else the first read fetches them all. */
let cell
/** Where a model's values are, for Rust: the source, and the position in it. */
let origin

/** Something that came back; its fields are the getters that `withFields` adds, one for each field of the contract. */
class Model {
  #source
  #index
  #page
  #cells

  static {
    cell = (model, position) => {
      if (model.#page) return model.#page.cell(model.#index, position)
      model.#cells ??= model.#source.cells(model.#index)
      return model.#cells[position]
    }
    origin = (model) => (#source in model ? { source: model.#source, index: model.#index } : undefined)
  }

  constructor(source, index = 0, page = undefined) {
    this.#source = source
    this.#index = index
    this.#page = page
  }

  get extra() {
    return JSON.parse(this.#source.extra(this.#index))
  }

  toJSON(options) {
    return JSON.parse(this.#source.json(this.#index, options?.includeTokens === true))
  }
}

/**
 * A model of the class: a getter for each field, and what `util.inspect` shows. `instance` makes the model of a nested
 * instance.
 */
function withFields(Class, fields, instance) {
  const reader = (kind) => (kind === 'instance' ? (source) => once(source, instance) : readers[kind])
  fields.forEach(({ name: path, kind }, position) => {
    const name = property(path)
    const read = reader(kind)
    define(Class.prototype, name, (model) => read(cell(model, position), name))
    if (name === 'idInstance') define(Class.prototype, 'idInstanceText', (model) => decimal(cell(model, position)))
  })
  Object.defineProperty(Class.prototype, inspect.custom, {
    value(depth, options) {
      return `${Class.name} ${inspect(shown(this, fields), { ...options, depth })}`
    },
  })
}

/** `instanceData.idInstance` is `idInstance` here. */
function property(path) {
  return path.slice(path.lastIndexOf('.') + 1)
}

function define(prototype, name, read) {
  Object.defineProperty(prototype, name, {
    configurable: true,
    get() {
      return read(this)
    },
  })
}

const same = (value) => value

/** What a cell becomes, by the kind of its field. */
const readers = {
  int: number,
  text: same,
  flag: same,
  time: (milliseconds) => (milliseconds === null ? null : new Date(milliseconds)),
  json: (text) => (text === null ? null : JSON.parse(text)),
  decimal: same,
  date: same,
  error: (failure) => once(failure, fromNative),
}

/** What was made of something of Rust: one object, however often it is read. */
const known = new WeakMap()

function once(source, make) {
  if (source === null) return null
  if (!known.has(source)) known.set(source, make(source))
  return known.get(source)
}

function number(value, name) {
  if (typeof value !== 'string') return value
  const instead = name === 'idInstance' ? 'idInstanceText' : 'it from toJSON()'
  throw new ProtocolError(`${name} ${value} is above 2^53-1, and a number would round it: read ${instead}`)
}

function decimal(value) {
  return value === null ? null : String(value)
}

/**
 * What a model holds, for people: tokens masked; what people wrote, what is absent, and a nested instance, whose id and
 * name stand beside it, left out.
 */
function shown(model, fields) {
  const present = {}
  fields.forEach(({ name, kind, secret, personal }, position) => {
    const value = personal || kind === 'instance' ? null : cell(model, position)
    if (value !== null) present[property(name)] = secret ? masked : (views[kind] ?? readers[kind])(value)
  })
  return present
}

/** What people see of a cell, where that is not what a program reads. */
const views = { int: same, error: ({ code }) => code }

const masked = '***'

module.exports = { Model, cell, origin, withFields }

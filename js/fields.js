'use strict'

// Base of every model: a frozen object with its fields as own properties, made from a source in Rust and a position in it.
// Secrets are no own properties: they are read by their names, and nothing that copies, compares or prints finds them.

const { inspect } = require('node:util')
const { ProtocolError, fromNative } = require('./errors.js')
const fill = require('./fill.js')
const { Page } = require('./pages.js')

/** A cell of a model, off its page. */
let cell
/** Where a model's values are, for Rust: the source, and the position in it. */
let origin

/** Something that came back; its properties are those that `withFields` says of its class. */
class Model {
  #source
  #index
  #page

  static {
    cell = (model, position) => model.#page.cell(model.#index, position)
    origin = (model) => (#source in model ? { source: model.#source, index: model.#index } : undefined)
  }

  constructor(source, index = 0, page = undefined) {
    this.#source = source
    this.#index = index
    this.#page = page ?? Page.alone(source, index)
    if (!page) source.hold()
    settle(this, this.#page, index)
  }

  get extra() {
    return JSON.parse(this.#source.extra(this.#index))
  }

  toJSON(options) {
    return JSON.parse(this.#source.json(this.#index, options?.includeTokens === true))
  }
}

/** What the properties of a class's models are: `type` of an event, the fields, and the prototype for rounded numbers. */
const layout = Symbol('layout')

/**
 * A model of the class: which properties it has, and what `util.inspect` shows. `instance` makes the model of a nested
 * instance.
 */
function withFields(Class, fields, instance) {
  const { prototype, type } = Class
  const properties = fields.map(({ name: path, kind, secret }, position) => {
    const name = path.slice(path.lastIndexOf('.') + 1) // `instanceData.idInstance` is `idInstance` here.
    const read = kind === 'instance' ? (source) => once(source, instance) : readers[kind]
    // A moment is made at once: a getter of its own costs a model more.
    const isTime = kind === 'time'
    const get = read === undefined || isTime ? undefined : getter((model) => read(cell(model, position)))
    return { name, position, kind, secret, isTime, made: get && { get, enumerable: true } }
  })
  const own = properties.filter(({ secret }) => !secret)
  const numbers = own.filter(({ kind }) => kind === 'int').map(({ position }) => position)
  for (const { name, position, secret } of properties) {
    if (secret) define(prototype, name, { get: getter((model) => cell(model, position)) })
    if (name === 'idInstance')
      define(prototype, 'idInstanceText', { get: getter(({ idInstance }) => text(idInstance)) })
  }
  const fillIn = fill[Class.name] ?? filler(own)
  define(prototype, layout, { value: { type, own, numbers, fillIn, rounding: rounding(prototype, own) } })
  define(prototype, inspect.custom, {
    value(depth, options) {
      return `${Class.name} ${inspect(shown(this, fields), { ...options, depth })}`
    },
  })
}

/**
 * Gives a new model its properties. What is a value is one, and a moment is a `Date` of the model's own; what is made of other
 * values is made when it is read.
 */
function settle(model, page, index) {
  const { type, numbers, fillIn, rounding } = model[layout]
  if (page.hasRounded(numbers) && numbers.some((position) => typeof page.cell(index, position) === 'string')) {
    Object.setPrototypeOf(model, rounding)
    settleExactly(model)
  } else {
    if (type !== undefined) model.type = type
    fillIn(model, page, index)
  }
  Object.freeze(model)
}

/** Fills models with properties that are made when they are read. */
function filler(own) {
  return (model, page, index) => {
    for (const { name, position, isTime, made } of own) {
      const value = page.cell(index, position)
      if (made !== undefined && value !== null) Object.defineProperty(model, name, made)
      else model[name] = isTime && value !== null ? new Date(value) : value
    }
  }
}

/** The same for a model with a number that JavaScript would round: it has no such property, and whoever reads it is told. */
function settleExactly(model) {
  const { type, own } = model[layout]
  if (type !== undefined) define(model, 'type', { value: type, enumerable: true })
  for (const { name, position, kind, isTime, made } of own) {
    const given = cell(model, position)
    const value = isTime && given !== null ? new Date(given) : given
    const isRounded = kind === 'int' && typeof value === 'string'
    if (isRounded && name === 'idInstance') define(model, 'idInstanceText', { value, enumerable: true })
    if (isRounded) continue
    define(model, name, made === undefined || value === null ? { value, enumerable: true } : made)
  }
}

/** Between such a model and its class: getters that say why there is no number. */
function rounding(prototype, own) {
  const between = Object.create(prototype)
  for (const { name, position, kind } of own) {
    if (kind !== 'int') continue
    const instead = name === 'idInstance' ? 'idInstanceText' : 'it from toJSON()'
    const refuse = (model) => {
      const value = cell(model, position)
      throw new ProtocolError(`${name} ${value} is above 2^53-1, and a number would round it: read ${instead}`)
    }
    define(between, name, { get: getter(refuse) })
  }
  return between
}

function define(object, name, descriptor) {
  Object.defineProperty(object, name, { configurable: true, ...descriptor })
}

function getter(read) {
  return function get() {
    return read(this)
  }
}

/** What is made of a cell when it is read, by the kind of its field; the others are what they are. */
const readers = {
  time: (milliseconds) => new Date(milliseconds),
  json: (value) => JSON.parse(value),
  error: (failure) => once(failure, fromNative),
}

/** What was made of something of Rust: one object, however often it is read. */
const known = new WeakMap()

function once(source, make) {
  if (!known.has(source)) known.set(source, make(source))
  return known.get(source)
}

function text(value) {
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
    if (value !== null) present[name.slice(name.lastIndexOf('.') + 1)] = secret ? masked : view(kind, value)
  })
  return present
}

/** What people see of a cell. */
function view(kind, value) {
  if (kind === 'error') return value.code
  return kind in readers ? readers[kind](value) : value
}

const masked = '***'

module.exports = { Model, origin, withFields }

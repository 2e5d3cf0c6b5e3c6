'use strict'

// An instance as it was created or listed.

const native = require('./native.js')
const { Model, origin, withFields } = require('./fields.js')
const { named } = require('./named.js')

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

module.exports = { ...named({ CreatedInstance, Instance }), nativeInstance }

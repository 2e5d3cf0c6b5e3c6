'use strict'

// An instance as it was created or listed.

const native = require('./native.js')
const { Model, origin, withFields } = require('./fields.js')
const { named } = require('./named.js')

class CreatedInstance extends Model {}

class Instance extends Model {}

class EnsuredInstance extends Instance {}

withFields(CreatedInstance, native.NativeCreated.fields())
withFields(Instance, native.NativeInstance.fields())
withFields(EnsuredInstance, native.NativeEnsured.fields())

/** A new or a listed instance as Rust has it, outside of any list; undefined for anything else. */
function nativeInstance(value) {
  if (!(value instanceof CreatedInstance || value instanceof Instance)) return undefined
  const { source, index } = origin(value)
  const isPart = source instanceof native.NativeInstances || source instanceof native.NativeEnsured
  return isPart ? source.item(index) : source
}

module.exports = { ...named({ CreatedInstance, Instance, EnsuredInstance }), nativeInstance }

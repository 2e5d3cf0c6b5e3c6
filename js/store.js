'use strict'

// The store that a partner's processes share. Nothing is opened before it is needed.

const { inspect } = require('node:util')
const native = require('./native.js')
const { made } = require('./made.js')
const { named } = require('./named.js')
const { describe, misconfigured, storeOptions, storeText } = require('./options.js')

/** A store as Rust has it: of one, or of a path or URL; undefined for undefined. */
let nativeStore

class Store {
  #native

  static {
    nativeStore = (value) => {
      if (value === undefined || value === null) return undefined
      if (value instanceof Store && #native in value) return value.#native
      if (typeof value === 'string') return new Store(value).#native
      throw misconfigured(`the option store must be a Store, a path or a postgresql:// URL, not ${describe(value)}`)
    }
  }

  constructor(address, options) {
    this.#native = made(native.NativeStore.open(storeText(address), storeOptions(options)))
  }

  get address() {
    return this.#native.address
  }

  get account() {
    return this.#native.account
  }

  [inspect.custom](depth, options) {
    const { address, account } = this
    return `Store ${inspect({ address, account }, { ...options, depth })}`
  }
}

module.exports = { ...named({ Store }), nativeStore }

'use strict'

// The store that a partner's processes share, and journals in it. Nothing is opened before it is needed.

const { inspect } = require('node:util')
const native = require('./native.js')
const { made } = require('./made.js')
const { named } = require('./named.js')
const { describe, misconfigured, pathText, refused, storeOptions, storeText } = require('./options.js')

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

  journal(name) {
    return new Journal(this, this.#native.journal(pathText('journal', name, 'the name')), name)
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

/** A journal as Rust has it; undefined for the path of a file, and for undefined. */
let nativeJournal

class Journal {
  #native
  #store
  #name

  static {
    nativeJournal = (operation, value) => {
      if (value === undefined || value === null || typeof value === 'string') return undefined
      if (value instanceof Journal && #native in value) return value.#native
      throw refused(operation, `the option journal must be a Journal or a path, not ${describe(value)}`)
    }
  }

  constructor(store, source, name) {
    if (!(source instanceof native.NativeJournal)) throw misconfigured('a store gives a journal: store.journal(name)')
    this.#native = source
    this.#store = store
    this.#name = name
  }

  get name() {
    return this.#name
  }

  [inspect.custom](depth, options) {
    const { name } = this
    return `Journal ${inspect({ name, store: this.#store }, { ...options, depth })}`
  }
}

module.exports = { ...named({ Journal, Store }), nativeJournal, nativeStore }

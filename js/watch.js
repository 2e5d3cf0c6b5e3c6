'use strict'

const { Flow } = require('./flow.js')
const { named } = require('./named.js')

/** The changes of an account. */
class Watch extends Flow {
  #native

  constructor(source, signal) {
    super(source, signal)
    this.#native = source
  }

  snapshot() {
    return this.#native.snapshot() ?? undefined
  }

  stop() {
    this.#native.stop()
  }
}

module.exports = named({ Watch })

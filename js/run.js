'use strict'

// Work on many instances: its results as they come, and what can be asked of it meanwhile.

const { inspect } = require('node:util')
const { Flow } = require('./flow.js')
const { named } = require('./named.js')
const { table } = require('./table.js')

/** A run. `return` and an abort stop it: nothing more is begun. */
class Run extends Flow {
  #native

  constructor(source, signal) {
    super(source, signal)
    this.#native = source
  }

  get progress() {
    return JSON.parse(this.#native.progress())
  }

  stop() {
    this.#native.stop()
  }

  async collect() {
    let begun = false
    try {
      const rest = await this.besides((source, call) => {
        begun = true
        return source.collect(call)
      })
      if (rest === undefined && begun) throw new DOMException('the run was left while it was collected', 'AbortError')
      return table(rest ?? this.#native.none())
    } finally {
      await this.return()
    }
  }

  [inspect.custom](depth, options) {
    return `${this.constructor.name} ${inspect({ progress: this.progress }, { ...options, depth })}`
  }
}

/** A run that changes things, and knows how each of its items stands. */
class BulkRun extends Run {
  #native

  constructor(source, signal) {
    super(source, signal)
    this.#native = source
  }

  report() {
    return table(this.#native.report())
  }
}

module.exports = named({ BulkRun, Run })

'use strict'

// Iterations: one step in Rust after the other, until one is the last, fails, or is aborted.

const { inspect } = require('node:util')
const { attempt, reasonOf, watch } = require('./cancel.js')
const { disposableIterator } = require('./dispose.js')
const { named } = require('./named.js')
const { wrapped } = require('./records.js')

/** An async iterator. Steps that are asked for at once wait for each other; `return` waits for none. */
class Flow {
  #source
  #signal
  #ended = false
  #step
  #forget
  #last = Promise.resolve()

  constructor(source, signal) {
    this.#source = source
    this.#signal = signal
  }

  next() {
    return this.#after(async () => {
      if (this.#ended) return done()
      const value = await this.#run((call) => this.#source.next(call)).catch((error) => {
        this.#end()
        throw error
      })
      if (value !== undefined) return { done: false, value: wrapped(value) }
      // An abort closes the source too, which may say that nothing follows before the step says that it was aborted.
      if (!this.#ended && this.#signal?.aborted) {
        this.#end()
        throw reasonOf(this.#signal)
      }
      return this.return()
    })
  }

  async return(value) {
    this.#end()
    return done(value)
  }

  [Symbol.asyncIterator]() {
    return this
  }

  [inspect.custom]() {
    return `${this.constructor.name} {}`
  }

  /** A step besides `next`, in its turn, and what it gives; without effect once the iteration is over. */
  besides(start) {
    return this.#after(async () => (this.#ended ? undefined : this.#run((call) => start(this.#source, call))))
  }

  /** What a step gives; undefined where `return` ended it. An aborted step takes the flow with it, in Rust. */
  async #run(start) {
    this.#forget ??= watch(this.#signal, { cancel: () => this.#stop() }) // Between two steps, too.
    const outcome = await attempt(this.#signal, (call) => {
      this.#step = call
      return start(call)
    })
    if (outcome !== null) return outcome
    if (this.#ended) return undefined
    this.#end()
    throw reasonOf(this.#signal)
  }

  #after(work) {
    const step = this.#last.then(work)
    this.#last = step.catch(() => {})
    return step
  }

  #end() {
    this.#ended = true
    this.#stop()
    this.#forget?.()
  }

  #stop() {
    this.#step?.cancel()
    this.#source.close()
  }
}

disposableIterator(Flow)

/** The events on the way from created to linked. */
class Events extends Flow {
  #instance

  /** `instance` gives the instance that is being linked, or null as long as there is none. */
  constructor(source, signal, instance) {
    super(source, signal)
    this.#instance = instance
  }

  get instance() {
    return this.#instance()
  }
}

/** The notifications of an instance. */
class Notifications extends Flow {
  /** Whether the last one that was given was not acknowledged yet. Who asks for the next acknowledges it. */
  #isOpen = false
  #asked = 0

  async next() {
    this.#isOpen = false
    this.#asked += 1
    try {
      const step = await super.next()
      this.#isOpen = !step.done && this.#asked === 1
      return step
    } finally {
      this.#asked -= 1
    }
  }

  async ack() {
    if (!this.#isOpen) return
    await this.besides((source, call) => source.ack(call))
    this.#isOpen = false
  }
}

function done(value) {
  return { done: true, value }
}

module.exports = named({ Events, Flow, Notifications })

'use strict'

// One call, from its start in Rust to its end here: signal, records, error.

const native = require('./native.js')
const { fromNative } = require('./errors.js')
const { listened, publish, recorder } = require('./log.js')

/**
 * Starts a call and gives its value. An abort drops the call in Rust at once, and with it its connection.
 *
 * @param {AbortSignal | undefined} signal
 * @param {(call: native.Call) => Promise<any>} start
 */
async function run(signal, start) {
  const outcome = await attempt(signal, start)
  if (outcome === null) throw reasonOf(signal)
  return outcome
}

/** The same, but gives null where the call was cancelled. */
async function attempt(signal, start) {
  // Not `throwIfAborted`, which jsdom's signals lack.
  if (signal?.aborted) throw reasonOf(signal)
  const call = new native.Call(recorder, listened())
  const forget = watch(signal, call)
  try {
    const outcome = await start(call)
    publish()
    if (outcome instanceof native.NativeError) throw fromNative(outcome)
    return outcome
  } finally {
    forget()
    call.cancel() // It is over. But one that nobody held on to until here could be collected, and so cancelled.
  }
}

/** Why it was aborted. Signals of before 2022, such as those of a polyfill, do not say it. */
function reasonOf(signal) {
  return signal.reason === undefined ? new DOMException('This operation was aborted', 'AbortError') : signal.reason
}

/** What each signal can stop: one listener for all of it, and none once it is over. */
const watched = new WeakMap()

function watch(signal, call) {
  if (signal === undefined) return nothing
  const calls = watched.get(signal) ?? new Calls(signal)
  calls.add(call)
  return () => calls.delete(call)
}

class Calls {
  #calls = new Set()
  #signal
  #abort = () => {
    for (const call of this.#calls) call.cancel()
  }

  constructor(signal) {
    this.#signal = signal
    watched.set(signal, this)
  }

  add(call) {
    if (this.#calls.size === 0) this.#signal.addEventListener('abort', this.#abort)
    this.#calls.add(call)
  }

  delete(call) {
    this.#calls.delete(call)
    if (this.#calls.size === 0) this.#signal.removeEventListener('abort', this.#abort)
  }
}

function nothing() {}

module.exports = { attempt, reasonOf, run, watch }

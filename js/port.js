'use strict'

// Port: what Rust's threads tell this one. Rust calls `deliver`, which publishes the records that there are and settles the promises of
// the calls that have ended; a call's records come before its end.

const { isNativeError } = require('node:util/types')
const native = require('./native.js')
const { publish } = require('./log.js')

const port = new native.Port(deliver)

/** What settles each call, by its ticket. */
const begun = new Map()
let last = 0

/** A number that no call under way has. */
function ticket() {
  do last = (last + 1) >>> 0
  while (begun.has(last))
  return last
}

/** What the call with this ticket ends in. `start` begins it, once. */
function ended(ticket, start) {
  return new Promise((resolve, reject) => {
    start()
    begun.set(ticket, { resolve, reject })
  })
}

function deliver() {
  const [records, ...ends] = port.take()
  publish(records)
  for (let at = 0; at < ends.length; at += 2) {
    const { resolve, reject } = begun.get(ends[at])
    begun.delete(ends[at])
    // What a call fails with comes as a record of ours: an error is the bridge's.
    if (isNativeError(ends[at + 1])) reject(ends[at + 1])
    else resolve(ends[at + 1])
  }
}

/** Publishes what was recorded of what is no call. */
function hear() {
  publish(port.takeRecords())
}

module.exports = { ended, hear, port, ticket }

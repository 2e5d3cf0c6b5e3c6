'use strict'

// Records of core: on the diagnostics channel `greenapi_partner`, and warnings that nobody hears there as
// process warnings.

const { channel } = require('node:diagnostics_channel')
const native = require('./native.js')

const records = channel('greenapi_partner')
const recorder = new native.Recorder(publish)

/** Hands out what was recorded, in order. Rust calls it while calls run, and every call does at its end. */
function publish() {
  const taken = recorder.take()
  if (taken === null) return
  for (const record of JSON.parse(taken)) {
    if (records.hasSubscribers) records.publish(record)
    else if (record.level === 'warning') process.emitWarning(record.message, { type: 'GreenApiWarning' })
  }
}

/** Whether somebody wants every record of a call that begins now. */
function listened() {
  return records.hasSubscribers
}

module.exports = { recorder, publish, listened, diagnosticsChannel: records.name }

'use strict'

// Records of core: on the diagnostics channel `greenapi_partner`, and warnings that nobody hears there as
// process warnings.

const { channel } = require('node:diagnostics_channel')

const records = channel('greenapi_partner')

/** Hands out what was recorded, in order; JSON, or null where that is nothing. */
function publish(recorded) {
  if (recorded === null) return
  for (const record of JSON.parse(recorded)) {
    if (records.hasSubscribers) records.publish(record)
    else if (record.level === 'warning') process.emitWarning(record.message, { type: 'GreenApiWarning' })
  }
}

/** Whether somebody wants every record of a call that begins now. */
function listened() {
  return records.hasSubscribers
}

module.exports = { publish, listened, diagnosticsChannel: records.name }

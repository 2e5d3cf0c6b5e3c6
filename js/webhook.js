'use strict'

const native = require('./native.js')
const { made } = require('./made.js')
const { bodyBytes, headerPairs, rawBytes, verifyOptions, webhookOptions } = require('./options.js')
const { wrapped } = require('./records.js')

/** The notification of a webhook. The operation of its errors is the one that core names. */
function parseNotification(body, options) {
  const { authorization, webhookUrlToken } = webhookOptions(operation, options)
  return wrapped(
    made(native.NativeRecord.parseNotification(bodyBytes(operation, body), authorization, webhookUrlToken)),
  )
}

/** An event that was posted by `deliver`. */
function verifyEvent(body, headers, options) {
  const { secret, tolerance } = verifyOptions('verifyEvent', options)
  const [bytes, pairs] = [rawBytes('verifyEvent', body), headerPairs('verifyEvent', headers)]
  return wrapped(made(native.NativeRecord.verifyEvent(bytes, pairs, secret, tolerance)))
}

const operation = 'webhook'

module.exports = { parseNotification, verifyEvent }

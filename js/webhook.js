'use strict'

const native = require('./native.js')
const { made } = require('./made.js')
const { bodyBytes, webhookOptions } = require('./options.js')
const { wrapped } = require('./records.js')

/** The notification of a webhook. The operation of its errors is the one that core names. */
function parseNotification(body, options) {
  const { authorization, webhookUrlToken } = webhookOptions(operation, options)
  return wrapped(
    made(native.NativeRecord.parseNotification(bodyBytes(operation, body), authorization, webhookUrlToken)),
  )
}

const operation = 'webhook'

module.exports = { parseNotification }

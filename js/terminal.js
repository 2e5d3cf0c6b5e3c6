'use strict'

const native = require('./native.js')
const { origin } = require('./fields.js')
const { QrCode, nativeQrCode } = require('./qr-code.js')

/** Draws events as they come; each over the one before, where that is a terminal. */
async function showInTerminal(events, options) {
  const stream = options?.stream ?? process.stdout
  const view = new native.NativeTerminal(stream.isTTY === true)
  let last
  for await (const event of events) {
    stream.write(drawn(view, event))
    last = event
  }
  return last
}

function drawn(view, event) {
  return event instanceof QrCode ? view.drawQrCode(nativeQrCode(event)) : view.draw(origin(event).source)
}

module.exports = { showInTerminal }

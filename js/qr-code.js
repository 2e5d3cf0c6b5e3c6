'use strict'

// A QR code. The picture stays in Rust; what is not asked for is not made, and what copies, compares or prints does not
// find it: it is as secret as a token.

const { inspect } = require('node:util')

/** Where a code's picture is, for Rust. */
let nativeQrCode

class QrCode {
  #source

  static {
    nativeQrCode = (qrCode) => qrCode.#source
  }

  constructor(source) {
    this.#source = source
    source.hold()
    this.type = 'qrCode'
    Object.defineProperty(this, 'expiresAt', { get: () => new Date(source.expiresAt()), enumerable: true })
    Object.freeze(this)
  }

  get png() {
    return this.#source.png()
  }

  get dataUrl() {
    return this.#source.dataUrl()
  }

  get text() {
    return this.#source.text()
  }

  svg() {
    return this.#source.svg()
  }

  terminal() {
    return this.#source.terminal()
  }

  toJSON() {
    return JSON.parse(this.#source.json())
  }

  [inspect.custom](depth, options) {
    return `QrCode ${inspect({ expiresAt: this.expiresAt }, { ...options, depth })}`
  }
}

module.exports = { QrCode, nativeQrCode }

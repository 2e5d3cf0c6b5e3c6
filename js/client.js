'use strict'

const { inspect } = require('node:util')
const native = require('./native.js')
const { run } = require('./cancel.js')
const { fromNative } = require('./errors.js')
const { publish, recorder } = require('./log.js')
const { CreatedInstance, Instance, Instances } = require('./model.js')
const { callOptions, clientOptions, ensureOptions, idText, settingsText } = require('./options.js')

class PartnerClient {
  #native

  constructor(options) {
    this.#native = open(clientOptions(options))
  }

  async createInstance(settings, options) {
    const body = settingsText('createInstance', settings)
    const { signal, timeout } = callOptions('createInstance', options)
    return new CreatedInstance(await run(signal, (call) => this.#native.createInstance(call, body, timeout)))
  }

  async getInstances(options) {
    const { signal, timeout } = callOptions('getInstances', options)
    return new Instances(await run(signal, (call) => this.#native.getInstances(call, timeout)))
  }

  async getInstance(idInstance, options) {
    const id = idText('getInstance', idInstance)
    const { signal, timeout } = callOptions('getInstance', options)
    return new Instance(await run(signal, (call) => this.#native.getInstance(call, id, timeout)))
  }

  async deleteInstanceAccount(idInstance, options) {
    const id = idText('deleteInstanceAccount', idInstance)
    const { signal, timeout } = callOptions('deleteInstanceAccount', options)
    await run(signal, (call) => this.#native.deleteInstanceAccount(call, id, timeout))
  }

  async ensureInstance(settings, options) {
    const body = settingsText('ensureInstance', settings)
    const { settle, signal, timeout } = ensureOptions('ensureInstance', options)
    return new Instance(await run(signal, (call) => this.#native.ensureInstance(call, body, timeout, settle)))
  }

  close() {
    this.#native.close()
  }

  get closed() {
    return this.#native.closed
  }

  get partnerApiUrl() {
    return this.#native.partnerApiUrl
  }

  [inspect.custom](depth, options) {
    const { partnerApiUrl, closed } = this
    return `PartnerClient ${inspect({ partnerApiUrl, closed }, { ...options, depth })}`
  }
}

// Where the runtime has `using` and `await using`, or its symbols.
if (Symbol.dispose) {
  define(Symbol.dispose, function dispose() {
    this.close()
  })
}
if (Symbol.asyncDispose) {
  define(Symbol.asyncDispose, async function asyncDispose() {
    this.close()
  })
}

function define(symbol, value) {
  Object.defineProperty(PartnerClient.prototype, symbol, { value, configurable: true, writable: true })
}

function open(options) {
  const opened = native.NativeClient.open({ ...options, language: `node/${process.versions.node}` }, recorder)
  publish()
  if (opened instanceof native.NativeError) throw fromNative(opened)
  return opened
}

module.exports = { PartnerClient }

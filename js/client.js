'use strict'

const { inspect } = require('node:util')
const native = require('./native.js')
const { run } = require('./cancel.js')
const { disposable } = require('./dispose.js')
const { Events } = require('./flow.js')
const { runOptions, specsOf, watchOptions, idTexts } = require('./fleet-options.js')
const { InstanceClient } = require('./instance.js')
const { Instances } = require('./instances.js')
const { nativeLedger } = require('./ledger.js')
const { recorder } = require('./log.js')
const { language, made } = require('./made.js')
const { CreatedInstance, Instance, nativeInstance } = require('./model.js')
const { named } = require('./named.js')
const {
  authorizeOptions,
  callOptions,
  clientOptions,
  ensureOptions,
  hostOptions,
  idText,
  objectOf,
  settingsText,
  tokenText,
} = require('./options.js')
const { BulkRun, Run } = require('./run.js')
const { Watch } = require('./watch.js')

class PartnerClient {
  #native

  constructor(options) {
    this.#native = made(native.NativeClient.open({ ...clientOptions(options), language }, recorder))
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

  instance(which, apiTokenInstance, hosts) {
    return new InstanceClient(this.#instance(which, apiTokenInstance, hosts))
  }

  onboard(settings, options) {
    const body = settingsText('onboard', settings)
    const { signal, ...timing } = authorizeOptions('onboard', options)
    const events = made(this.#native.onboard(body, timing))
    let instance = null
    return new Events(events, signal, () => {
      if (instance === null && events.instance) instance = new InstanceClient(events.instance)
      return instance
    })
  }

  async offboard(idInstance, options) {
    const id = idText('offboard', idInstance)
    const { signal, timeout } = callOptions('offboard', options)
    await run(signal, (call) => this.#native.offboard(call, id, timeout))
  }

  inspect(options) {
    return this.#run(Run, 'inspect', {}, options)
  }

  createInstances(specs, options) {
    return this.#run(BulkRun, 'createInstances', { specs: specsOf('createInstances', specs) }, options)
  }

  deleteInstanceAccounts(ids, options) {
    return this.#run(BulkRun, 'deleteInstanceAccounts', { ids: idTexts('deleteInstanceAccounts', ids) }, options)
  }

  setInstancesSettings(ids, settings, options) {
    const of = {
      ids: idTexts('setInstancesSettings', ids),
      settings: objectOf('setInstancesSettings', settings, 'the settings'),
    }
    return this.#run(BulkRun, 'setInstancesSettings', of, options)
  }

  rebootInstances(ids, options) {
    return this.#run(BulkRun, 'rebootInstances', { ids: idTexts('rebootInstances', ids) }, options)
  }

  logoutInstances(ids, options) {
    return this.#run(BulkRun, 'logoutInstances', { ids: idTexts('logoutInstances', ids) }, options)
  }

  watch(given) {
    const { signal, ledger, options } = watchOptions('watch', given)
    return new Watch(made(this.#native.watch(options, nativeLedger('watch', ledger))), signal)
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

  #run(Class, method, of, given) {
    const { signal, options } = runOptions(method, of, given)
    return new Class(made(this.#native.run(method, options)), signal)
  }

  #instance(which, apiTokenInstance, hosts) {
    const known = nativeInstance(which)
    if (known instanceof native.NativeCreated) return made(this.#native.instanceOfCreated(known))
    if (known !== undefined) return made(this.#native.instanceOfListed(known))
    const { apiUrl, mediaUrl } = hostOptions(hosts)
    return made(this.#native.instance(idText(undefined, which), tokenText(apiTokenInstance), apiUrl, mediaUrl))
  }
}

disposable(PartnerClient)

module.exports = named({ PartnerClient })

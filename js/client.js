'use strict'

const { inspect } = require('node:util')
const native = require('./native.js')
const { run } = require('./cancel.js')
const { disposable } = require('./dispose.js')
const { InstanceClient } = require('./instance.js')
const { later } = require('./later.js')
const { recorder } = require('./log.js')
const { language, made } = require('./made.js')
const { named } = require('./named.js')
const {
  callOptions,
  clientOptions,
  ensureOptions,
  hostOptions,
  idText,
  objectOf,
  onboardOptions,
  settingsText,
  tokenText,
} = require('./options.js')

// A call has loaded what it makes of its answer before it is sent: `new models.…` is looked up before its arguments.
const fleetOptions = later(() => require('./fleet-options.js'))
const flow = later(() => require('./flow.js'))
const lists = later(() => require('./instances.js'))
const ledgers = later(() => require('./ledger.js'))
const models = later(() => require('./model.js'))
const runs = later(() => require('./run.js'))
const watches = later(() => require('./watch.js'))

class PartnerClient {
  #native

  constructor(options) {
    this.#native = made(native.NativeClient.open({ ...clientOptions(options), language }, recorder))
  }

  async createInstance(settings, options) {
    const body = settingsText('createInstance', settings)
    const { signal, timeout } = callOptions('createInstance', options)
    return new models.CreatedInstance(await run(signal, (call) => this.#native.createInstance(call, body, timeout)))
  }

  async getInstances(options) {
    const { signal, timeout } = callOptions('getInstances', options)
    return new lists.Instances(await run(signal, (call) => this.#native.getInstances(call, timeout)))
  }

  async getInstance(idInstance, options) {
    const id = idText('getInstance', idInstance)
    const { signal, timeout } = callOptions('getInstance', options)
    return new models.Instance(await run(signal, (call) => this.#native.getInstance(call, id, timeout)))
  }

  async deleteInstanceAccount(idInstance, options) {
    const id = idText('deleteInstanceAccount', idInstance)
    const { signal, timeout } = callOptions('deleteInstanceAccount', options)
    await run(signal, (call) => this.#native.deleteInstanceAccount(call, id, timeout))
  }

  async ensureInstance(settings, options) {
    const body = settingsText('ensureInstance', settings)
    const { compareSettings, settle, signal, timeout } = ensureOptions('ensureInstance', options)
    return new models.EnsuredInstance(
      await run(signal, (call) => this.#native.ensureInstance(call, body, timeout, settle, compareSettings)),
    )
  }

  instance(which, apiTokenInstance, hosts) {
    return new InstanceClient(this.#instance(which, apiTokenInstance, hosts))
  }

  onboard(settings, options) {
    const body = settingsText('onboard', settings)
    const { signal, ...timing } = onboardOptions('onboard', options)
    const events = made(this.#native.onboard(body, timing))
    let instance = null
    return new flow.Events(events, signal, () => {
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
    return this.#run(runs.Run, 'inspect', {}, options)
  }

  createInstances(specs, options) {
    return this.#run(
      runs.BulkRun,
      'createInstances',
      { specs: fleetOptions.specsOf('createInstances', specs) },
      options,
    )
  }

  deleteInstanceAccounts(ids, options) {
    return this.#run(
      runs.BulkRun,
      'deleteInstanceAccounts',
      { ids: fleetOptions.idTexts('deleteInstanceAccounts', ids) },
      options,
    )
  }

  setInstancesSettings(ids, settings, options) {
    const of = {
      ids: fleetOptions.idTexts('setInstancesSettings', ids),
      settings: objectOf('setInstancesSettings', settings, 'the settings'),
    }
    return this.#run(runs.BulkRun, 'setInstancesSettings', of, options)
  }

  rebootInstances(ids, options) {
    return this.#run(runs.BulkRun, 'rebootInstances', { ids: fleetOptions.idTexts('rebootInstances', ids) }, options)
  }

  logoutInstances(ids, options) {
    return this.#run(runs.BulkRun, 'logoutInstances', { ids: fleetOptions.idTexts('logoutInstances', ids) }, options)
  }

  watch(given) {
    const { signal, ledger, options } = fleetOptions.watchOptions('watch', given)
    return new watches.Watch(made(this.#native.watch(options, ledgers.nativeLedger('watch', ledger))), signal)
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
    const { signal, options } = fleetOptions.runOptions(method, of, given)
    return new Class(made(this.#native.run(method, options)), signal)
  }

  #instance(which, apiTokenInstance, hosts) {
    const known = models.nativeInstance(which)
    if (known instanceof native.NativeCreated) return made(this.#native.instanceOfCreated(known, recorder))
    if (known !== undefined) return made(this.#native.instanceOfListed(known, recorder))
    const { apiUrl, mediaUrl } = hostOptions(hosts)
    return made(this.#native.instance(idText(undefined, which), tokenText(apiTokenInstance), apiUrl, mediaUrl))
  }
}

disposable(PartnerClient)

module.exports = named({ PartnerClient })

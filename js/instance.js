'use strict'

const { inspect } = require('node:util')
const native = require('./native.js')
const { run } = require('./cancel.js')
const { disposable } = require('./dispose.js')
const { ProtocolError } = require('./errors.js')
const { later } = require('./later.js')
const { recorder } = require('./log.js')
const { language, made } = require('./made.js')
const { named } = require('./named.js')
const {
  argumentsText,
  authorizeOptions,
  callOptions,
  idleOptions,
  instanceClientOptions,
  nativeFile,
  notificationsArguments,
  objectOf,
  otherCall,
  readyOptions,
  setSettingsOptions,
  receiptText,
  waitOptions,
} = require('./options.js')

// As in client.js, a call has loaded what it makes of its answer before it is sent.
const flow = later(() => require('./flow.js'))
const records = later(() => require('./records.js'))

class InstanceClient {
  #native

  constructor(options) {
    this.#native = options instanceof native.NativeInstanceClient ? options : open(instanceClientOptions(options))
  }

  async getStateInstance(options) {
    return this.#invoke('getStateInstance', {}, options)
  }

  async getStateInstanceHistory(given, options) {
    return this.#invoke('getStateInstanceHistory', given ?? {}, options)
  }

  async qr(options) {
    return this.#invoke('qr', {}, options)
  }

  scanQrCode(options) {
    const { signal, timeout } = callOptions('scanQrCode', options)
    return new flow.Events(this.#native.scanQrCode(timeout), signal, () => this)
  }

  async getAuthorizationCode(phoneNumber, options) {
    return this.#invoke('getAuthorizationCode', { phoneNumber }, options)
  }

  async startAuthorization(phoneNumber, options) {
    await this.#invoke('startAuthorization', { phoneNumber }, options)
  }

  async sendAuthorizationCode(given, options) {
    await this.#invoke('sendAuthorizationCode', given, options)
  }

  async sendAuthorizationPassword(password, options) {
    await this.#invoke('sendAuthorizationPassword', { password }, options)
  }

  async logout(options) {
    await this.#invoke('logout', {}, options)
  }

  async reboot(options) {
    await this.#invoke('reboot', {}, options)
  }

  async getSettings(options) {
    return this.#invoke('getSettings', {}, options)
  }

  async setSettings(settings, options) {
    const { beside, options: call } = setSettingsOptions('setSettings', options)
    await this.#invoke('setSettings', { ...objectOf('setSettings', settings ?? {}), ...beside }, call)
  }

  async getWaSettings(options) {
    return this.#invoke('getWaSettings', {}, options)
  }

  async getAccountSettings(options) {
    return this.#invoke('getAccountSettings', {}, options)
  }

  async setProfilePicture(file, options) {
    return this.#invoke('setProfilePicture', {}, options, await nativeFile('setProfilePicture', file))
  }

  async updateApiToken(options) {
    return this.#invoke('updateApiToken', {}, options)
  }

  async sendMessage(message, options) {
    return this.#invoke('sendMessage', message, options)
  }

  async sendFileByUrl(message, options) {
    return this.#invoke('sendFileByUrl', message, options)
  }

  async sendFileByUpload(message, options) {
    const { file, ...fields } = objectOf('sendFileByUpload', message)
    return this.#invoke(
      'sendFileByUpload',
      fields,
      options,
      await nativeFile('sendFileByUpload', file, fields.fileName),
    )
  }

  async receiveNotification(given, options) {
    return (await this.#invoke('receiveNotification', given ?? {}, options)) ?? null
  }

  async deleteNotification(receiptId, options) {
    const receipt = receiptText('deleteNotification', receiptId)
    await this.#send('deleteNotification', `{"receiptId":${BigInt(receipt)}}`, options)
  }

  notifications(given, options) {
    const { receiveTimeout } = notificationsArguments('notifications', given)
    const { idle, signal, timeout } = idleOptions('notifications', options)
    return new flow.Notifications(this.#native.notifications(receiveTimeout, idle, timeout), signal)
  }

  async checkWhatsapp(phoneNumber, options) {
    return this.#invoke('checkWhatsapp', { phoneNumber }, options)
  }

  async checkAccount(given, options) {
    return this.#invoke('checkAccount', given, options)
  }

  async call(method, given, options) {
    const { parts, file } = await otherCall(method, given)
    const { signal, timeout } = callOptions(method, options)
    return JSON.parse(await run(signal, (call) => this.#native.callOther(call, method, parts, file, timeout)))
  }

  async waitUntilReady(options) {
    const { signal, ...timing } = readyOptions('waitUntilReady', options)
    return run(signal, (call) => this.#native.waitUntilReady(call, timing))
  }

  async waitUntilAuthorized(options) {
    const { signal, ...timing } = waitOptions('waitUntilAuthorized', options)
    await run(signal, (call) => this.#native.waitUntilAuthorized(call, timing))
  }

  authorize(options) {
    const { signal, ...timing } = authorizeOptions('authorize', options)
    return new flow.Events(this.#native.authorize(timing), signal, () => this)
  }

  qrPageUrl() {
    return this.#native.qrPageUrl()
  }

  close() {
    this.#native.close()
  }

  get closed() {
    return this.#native.closed
  }

  get idInstance() {
    const id = Number(this.idInstanceText)
    if (Number.isSafeInteger(id)) return id
    throw new ProtocolError(`idInstance ${id} is above 2^53-1, and a number would round it: read idInstanceText`)
  }

  get idInstanceText() {
    return this.#native.idInstance
  }

  get apiTokenInstance() {
    return this.#native.apiTokenInstance
  }

  get typeInstance() {
    return this.#native.typeInstance
  }

  get apiUrl() {
    return this.#native.apiUrl
  }

  get mediaUrl() {
    return this.#native.mediaUrl
  }

  [inspect.custom](depth, options) {
    const { idInstanceText: idInstance, apiUrl, closed } = this
    return `InstanceClient ${inspect({ idInstance, apiUrl, closed }, { ...options, depth })}`
  }

  async #invoke(operation, given, options, file) {
    return this.#send(operation, argumentsText(operation, given), options, file)
  }

  async #send(operation, json, options, file) {
    const { signal, timeout } = callOptions(operation, options)
    return records.wrapped(await run(signal, (call) => this.#native.invoke(call, operation, json, file, timeout)))
  }
}

disposable(InstanceClient)

function open({ id, token, options }) {
  return made(native.NativeInstanceClient.open(id, token, { ...options, language }, recorder))
}

/** The public page with an instance's QR code. */
function qrPageUrl(instance) {
  return instance.qrPageUrl()
}

module.exports = { ...named({ InstanceClient }), qrPageUrl }

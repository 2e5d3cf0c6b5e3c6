'use strict'

// Upstream in a box, for tests: a server in this process, and its control API over HTTP.

const native = require('./native.js')
const { disposable } = require('./dispose.js')
const { ConfigurationError } = require('./errors.js')
const { named } = require('./named.js')

/** The mocks that run: one that nobody refers to any more is still somebody's server. */
const running = new Set()

class MockServer {
  #native

  constructor(started) {
    this.#native = started
  }

  static async start(options = {}) {
    const started = await native.NativeMock.start(JSON.stringify(options))
    if (typeof started === 'string') throw new ConfigurationError(`the mock did not start: ${started}`)
    const mock = new MockServer(started)
    running.add(mock)
    return mock
  }

  get url() {
    return this.#native.url
  }

  get partnerToken() {
    return this.#native.partnerToken
  }

  requests(method) {
    return this.control('GET', method === undefined ? 'requests' : `requests?method=${encodeURIComponent(method)}`)
  }

  waitForRequests({ method = '*', count = 1, outcome } = {}) {
    const query = new URLSearchParams({ method, count: String(count), ...(outcome === undefined ? {} : { outcome }) })
    return this.control('GET', `requests/wait?${query}`)
  }

  waitForConnections(open) {
    return this.control('GET', `connections/wait?open=${open}`)
  }

  async faults(method, ...faults) {
    await this.control('POST', 'faults', { method, faults })
  }

  async weather(method, seed, ...shares) {
    const faults = shares.map(([share, fault]) => ({ share, fault }))
    await this.control('POST', 'weather', { method, seed, faults })
  }

  async clearFaults() {
    await this.control('DELETE', 'faults')
  }

  async release() {
    await this.control('POST', 'release', {})
  }

  instances() {
    return this.control('GET', 'instances')
  }

  async simulate(simulation = {}) {
    await this.control('POST', 'simulate', simulation)
  }

  charges() {
    return this.control('GET', 'charges')
  }

  async addInstances(count) {
    await this.control('POST', 'instances', { count })
  }

  async addInstance(fields) {
    await this.control('POST', 'instances', fields)
  }

  instance(id) {
    return this.#of(id)
  }

  scan(id, phone) {
    return this.#act(id, 'scan', phone === undefined ? {} : { phone: String(phone) })
  }

  confirmPasskey(id) {
    return this.#act(id, 'confirm-passkey')
  }

  enterPhoneCode(id) {
    return this.#act(id, 'enter-phone-code')
  }

  async failScan(id, message) {
    await this.#act(id, 'fail-scan', { message })
  }

  async expireQr(id) {
    await this.#act(id, 'expire-qr')
  }

  async refreshQr(id) {
    const { qrPayload } = await this.#act(id, 'refresh-qr')
    return qrPayload
  }

  async unlink(id) {
    await this.#act(id, 'unlink')
  }

  async setState(id, state) {
    await this.#act(id, 'set-state', { state })
  }

  async rotateToken(id) {
    const { apiTokenInstance } = await this.#act(id, 'rotate-token')
    return apiTokenInstance
  }

  async dropSockets(id) {
    await this.#act(id, 'drop-sockets')
  }

  async sendFrame(id, text) {
    await this.#act(id, 'send-frame', { text })
  }

  async waitForSockets(id, open = 1) {
    await this.#act(id, 'wait-for-sockets', { open })
  }

  async notify(id, body) {
    await this.#act(id, 'notify', body)
  }

  async receiveMessage(id, message = {}) {
    await this.#act(id, 'receive-message', message)
  }

  async setQuota(id, quota) {
    await this.#act(id, 'set-quota', quota)
  }

  messages(id) {
    return this.#of(id, '/messages')
  }

  notifications(id) {
    return this.#of(id, '/notifications')
  }

  async setClock(time) {
    const { now } = await this.control('POST', 'clock', { set: new Date(time).toISOString() })
    return new Date(now)
  }

  async advanceClock(seconds) {
    const { now } = await this.control('POST', 'clock', { advanceSeconds: seconds })
    return new Date(now)
  }

  async options(changes) {
    await this.control('POST', 'options', changes)
  }

  async reset() {
    await this.control('POST', 'reset', {})
  }

  close() {
    running.delete(this)
    this.#native.close()
  }

  /** One request of the control API under `/_mock/`; its answer, read. */
  async control(verb, path, body) {
    const response = await fetch(`${this.url}/_mock/${path}`, {
      method: verb,
      headers: { 'content-type': 'application/json', connection: 'close' },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`the mock's ${verb} ${path} answered ${response.status}: ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }

  #of(id, path = '') {
    return this.control('GET', `instances/${id}${path}`)
  }

  #act(id, what, body = {}) {
    return this.control('POST', `instances/${id}/${what}`, body)
  }
}

disposable(MockServer)
named({ MockServer })

module.exports = { MockServer }

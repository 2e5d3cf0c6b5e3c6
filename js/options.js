'use strict'

// Checks what a caller gave before any of it crosses over: a typing error is named here, with the place it was made.

const { types } = require('node:util')

const native = require('./native.js')
const { ConfigurationError, InvalidRequestError } = require('./errors.js')

const text = { is: (value) => typeof value === 'string', what: 'a string', whole: true }
const milliseconds = {
  is: (value) => typeof value === 'number' && value > 0 && value <= Number.MAX_SAFE_INTEGER,
  what: 'a number of milliseconds above 0',
  show: describeNumber,
}
const pause = {
  is: (value) => value === 0 || milliseconds.is(value),
  what: 'a number of milliseconds from 0 up',
  show: describeNumber,
}
const count = {
  is: (value) => Number.isInteger(value) && value >= 0 && value < 2 ** 32,
  what: 'a whole number from 0 up',
  show: describeNumber,
}
const size = {
  is: (value) => count.is(value) && value > 0,
  what: 'a whole number of bytes from 1 to 4 294 967 295',
  show: describeNumber,
}
const signal = {
  is: (value) => typeof value?.aborted === 'boolean' && typeof value.addEventListener === 'function',
  what: 'an AbortSignal',
}

const flag = { is: (value) => typeof value === 'boolean', what: 'true or false' }
const phone = {
  is: (value) => ['number', 'bigint', 'string'].includes(typeof value),
  what: 'a phone number: a number, a bigint or a string',
  to: String,
}

const sharedKinds = {
  apiUrl: text,
  mediaUrl: text,
  timeout: milliseconds,
  maxRetries: count,
  maxResponseSize: size,
  proxy: text,
  caFile: text,
  pacing: flag,
}
/** What it is, the store itself says. */
const store = { is: () => true }
const clientKinds = { partnerToken: text, partnerApiUrl: text, store, ...sharedKinds }
const storeKinds = { account: text, schema: text, claim: milliseconds, fresh: pause }
const instanceClientKinds = { idInstance: { is: () => true }, apiTokenInstance: text, ...sharedKinds }
const hostKinds = { apiUrl: text, mediaUrl: text }
const callKinds = { timeout: milliseconds, signal }
/** A length of time that is an argument: core takes seconds. */
const duration = { ...milliseconds, to: (time) => time / 1000 }
/** One whose null is an answer of its own. */
const orNull = (kind) => ({ ...kind, is: (value) => value === null || kind.is(value), orNull: true })
/** The options of each operation of an instance that has others than a call; those of a call stay what they are. */
const optionKinds = {
  // --- generated: kinds of options ---
  setSettings: { reapply: flag, verify: flag, verifyTimeout: duration, ...callKinds },
  waitUntilReady: { timeout: duration, interval: duration, rebootAfter: orNull(duration), signal },
  waitUntilAuthorized: { timeout: duration, interval: duration, signal },
  authorize: { phoneNumber: phone, timeout: duration, interval: duration, rebootAfter: orNull(duration), signal },
  notifications: { idle: duration, ...callKinds },
  downloadFileTo: { maxSize: count, ...callKinds },
  // --- end of what is generated ---
}
const otherCallKinds = {
  verb: text,
  json: { is: () => true },
  file: { is: () => true },
  query: { is: isPlain, what: 'an object' },
  host: text,
  retry: text,
}
/** A header comes from a stranger: whatever it holds is for core to judge. */
const header = { ...text, whole: false }
const webhookKinds = { authorization: header, webhookUrlToken: text }
const verifyKinds = { secret: text, tolerance: milliseconds }

/** What the environment is looked into for. A worker's is a copy of its own, which Rust does not see. */
const hostVariables = { apiUrl: 'GREENAPI_API_URL', mediaUrl: 'GREENAPI_MEDIA_URL' }
const variables = {
  partnerToken: 'GREENAPI_PARTNER_TOKEN',
  partnerApiUrl: 'GREENAPI_PARTNER_API_URL',
  ...hostVariables,
}

/** The options of a client; null and undefined are "not given". */
function clientOptions(given) {
  return withEnvironment(checked(given, clientKinds, misconfiguredFor('PartnerClient')), variables)
}

/** The options of a store. */
function storeOptions(given) {
  return checked(given, storeKinds, misconfiguredFor('Store'))
}

/** Where a store is. No error repeats it: a password may stand in it. */
function storeText(address) {
  if (!text.is(address))
    throw misconfigured(`the address must be a path or a postgresql:// URL, not ${describe(address)}`)
  if (!address.isWellFormed()) throw misconfigured(`the address ${halved}`)
  return address
}

/** The options of an instance's client; its id and token are among them. */
function instanceClientOptions(given) {
  const { idInstance, apiTokenInstance, ...options } = checked(
    given,
    instanceClientKinds,
    misconfiguredFor('InstanceClient'),
  )
  return {
    id: idText(undefined, idInstance),
    token: tokenText(apiTokenInstance),
    options: withEnvironment(options, hostVariables),
  }
}

/** An instance's token; whether the text is one is for the core to say. */
function tokenText(token) {
  if (!text.is(token)) throw misconfigured(`apiTokenInstance must be a string, not ${describe(token)}`)
  if (!token.isWellFormed()) throw misconfigured(`apiTokenInstance ${halved}`)
  return token
}

/** The hosts of an instance. */
function hostOptions(given) {
  return checked(given, hostKinds, misconfiguredFor('instance'))
}

function withEnvironment(options, names) {
  for (const [name, variable] of Object.entries(names)) {
    const value = process.env[variable]?.trim()
    if (options[name] === undefined && value) options[name] = value
  }
  return options
}

/** What an operation is told: its arguments and what is told besides as JSON, and the options of the call. */
function callOf(operation, given, options, kinds = optionKinds[operation] ?? callKinds) {
  const { signal, ...others } = checkedFor(operation, options, kinds)
  const own = withoutOptions(operation, objectOf(operation, given), kinds)
  // A flow's timeout is an argument of its own.
  const isOfCall = kinds.timeout === callKinds.timeout
  const { timeout, ...rest } = others
  const beside = isOfCall ? rest : others
  return {
    json: jsonText(operation, { ...own, ...converted(operation, beside, kinds) }, 'the arguments'),
    signal,
    timeout: isOfCall ? timeout : undefined,
  }
}

/** Options, each in the form that core takes. */
function converted(operation, options, kinds) {
  const inCore = ([name, value]) => [name, value === null || !kinds[name].to ? value : kinds[name].to(value, operation)]
  return Object.fromEntries(
    Object.entries(options)
      .filter(([, value]) => value !== undefined)
      .map(inCore),
  )
}

/** What `call` is told about a method. */
async function otherCall(method, given, options) {
  if (!text.is(method)) throw refused('call', `the method must be a string, not ${describe(method)}`)
  if (!method.isWellFormed()) throw refused('call', `the method ${halved}`)
  const { file, ...parts } = checkedFor(method, given, otherCallKinds)
  const sent = file === undefined ? undefined : await nativeFile(method, file)
  return { ...callOf(method, parts, options, callKinds), file: sent }
}

/**
 * What `parseNotification` is told. A token that is undefined, as a variable of the environment may be, is not "not
 * given": nothing would be checked, and nobody would know.
 */
function webhookOptions(operation, given) {
  const options = checkedFor(operation, given, webhookKinds)
  if (isObject(given) && Object.hasOwn(given, 'webhookUrlToken') && options.webhookUrlToken === undefined) {
    throw misconfigured(`webhookUrlToken is ${describe(given.webhookUrlToken)}: leave it out to check nothing`)
  }
  return options
}

/** What `verifyEvent` is told. A secret that is undefined, as a variable of the environment may be, opens no door. */
function verifyOptions(operation, given) {
  const options = checkedFor(operation, given, verifyKinds)
  if (options.secret === undefined) throw misconfigured(`${operation}: the secret is ${describe(given?.secret)}`)
  return options
}

/**
 * Names and values of a request's headers, one after the other: an object as Node has it, whose value may be a list, or
 * whatever iterates over pairs, such as `Headers` or a `Map`.
 */
function headerPairs(operation, headers) {
  if (typeof headers !== 'object' || headers === null) {
    throw refused(operation, `the headers must be an object, not ${describe(headers)}`)
  }
  const entries = typeof headers[Symbol.iterator] === 'function' ? [...headers] : Object.entries(headers)
  if (!entries.every(Array.isArray))
    throw refused(operation, 'the headers must be an object, or pairs of names and values')
  const pairs = entries.flatMap(([name, value]) => [value].flat().map((one) => [name, one]))
  return pairs.filter((pair) => pair.every(header.is)).flat()
}

/** The bytes of a body that was not parsed: its signature is of what came. */
function rawBytes(operation, body) {
  if (ArrayBuffer.isView(body) || types.isAnyArrayBuffer(body) || text.is(body)) return bodyBytes(operation, body)
  const what = isUnread(body) ? 'one that was not read yet' : describe(body)
  throw refused(
    operation,
    `the body must be the bytes or the text that came, not ${what}: what was parsed has another signature`,
  )
}

/** An instance's id as decimal text; whether the text is an id is for the core to say. */
function idText(operation, id) {
  return wholeText(operation, 'idInstance', id)
}

/** A number of upstream's as text; whether it is one is for core to say. */
function wholeText(operation, name, value) {
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw refused(operation, `${name} ${value} is not exact as a number: give it as a bigint or a string`)
  }
  if (!['number', 'bigint', 'string'].includes(typeof value)) {
    throw refused(operation, `${name} must be a number, a bigint or a string, not ${describe(value)}`)
  }
  return String(value)
}

/** What has an option of the call among its arguments is refused with the place where it belongs. */
function withoutOptions(operation, given, kinds) {
  for (const key of Object.keys(given)) {
    if (Object.hasOwn(kinds, key)) {
      throw refused(operation, `${key} is an option: it goes into the next argument, ${operation}(…, { ${key} })`)
    }
  }
  return given
}

function objectOf(operation, value, what = 'the arguments') {
  if (isPlain(value)) return value
  throw refused(operation, `${what} must be an object, not ${describe(value)}`)
}

/**
 * An object as JSON. What JSON would quietly drop or change is refused instead; so is half of a character, unless a webhook
 * brings it.
 */
function jsonText(operation, value, what, whole = true) {
  try {
    const written = JSON.stringify(value, function (key, inner) {
      if (whole && !key.isWellFormed()) throw refused(operation, `a key of ${what} ${halved}`)
      if (whole && text.is(inner) && !inner.isWellFormed()) throw refused(operation, `${key} ${halved}`)
      if (key === 'phoneNumber' && typeof inner === 'bigint') return String(inner)
      if (
        ['function', 'symbol', 'bigint'].includes(typeof inner) ||
        (typeof inner === 'number' && !Number.isFinite(inner))
      ) {
        throw refused(operation, `${key} must be a value that JSON can hold, not ${describe(inner)}`)
      }
      const given = ArrayBuffer.isView(this[key]) ? this[key] : inner
      if (typeof given === 'object' && given !== null && !Array.isArray(given) && !isPlain(given)) {
        throw refused(operation, `${key} must be a value that JSON can hold, not ${describe(given)}`)
      }
      return inner
    })
    if (!written?.startsWith('{')) throw refused(operation, `${what} must be an object, not ${describe(value)}`)
    return written
  } catch (error) {
    throw error instanceof InvalidRequestError ? error : refused(operation, `${what} cannot be sent: ${error.message}`)
  }
}

const halved = 'has half a surrogate pair in it: a text that was cut inside an emoji?'

/** A file to upload: its bytes, which are copied, a `Blob`, or a path. */
async function nativeFile(operation, file, name) {
  if (text.is(file)) return native.NativeFile.open(pathText(operation, file))
  const known = text.is(name) ? name : (file?.name ?? 'file')
  if (types.isUint8Array(file)) return native.NativeFile.of(file, known)
  if (isBlob(file)) return native.NativeFile.of(new Uint8Array(await file.arrayBuffer()), known)
  throw refused(operation, `file must be a Uint8Array, a Blob or a path, not ${describe(file)}`)
}

/** By its name, for a test environment may have a class of its own. */
function isBlob(file) {
  return ['Blob', 'File'].includes(tagOf(file)) && typeof file.arrayBuffer === 'function'
}

/** A path of a file, or another text. */
function pathText(operation, path, what = 'the path') {
  if (!text.is(path)) throw refused(operation, `${what} must be a string, not ${describe(path)}`)
  if (!path.isWellFormed()) throw refused(operation, `${what} ${halved}`)
  return path
}

/** The body of a webhook as bytes: as they came, or as a framework has read them. */
function bodyBytes(operation, body) {
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength)
  if (types.isAnyArrayBuffer(body)) return new Uint8Array(body)
  if (text.is(body)) return Buffer.from(body)
  if (isObject(body) && !isUnread(body)) return Buffer.from(jsonText(operation, body, 'the body', false))
  const what = isUnread(body) ? 'one that was not read yet: await it, or its text() or arrayBuffer()' : describe(body)
  throw refused(operation, `the body must be ${bodies}, not ${what}`)
}

/** Whether it is a `Blob`, a request, a stream, or a promise of what such a one holds. */
function isUnread(body) {
  return ['arrayBuffer', 'getReader', 'pipe', 'then'].some((method) => typeof body?.[method] === 'function')
}

const bodies = 'a string, a Buffer, an ArrayBuffer or any view of one, or the object that its JSON holds'

function checkedFor(operation, given, kinds) {
  return checked(given, kinds, (message) => refused(operation, message))
}

/** Each option by its kind. What it is of, `failure` says. */
function checked(given, kinds, failure) {
  if (given === undefined || given === null) return {}
  if (!isPlain(given)) throw failure(`the options must be an object, not ${describe(given)}`)
  const options = {}
  for (const [key, value] of Object.entries(given)) {
    const kind = Object.hasOwn(kinds, key) ? kinds[key] : undefined
    if (kind === undefined) {
      throw failure(`there is no option ${JSON.stringify(key)}; there are ${Object.keys(kinds).join(', ')}`)
    }
    if (value === undefined || (value === null && !kind.orNull)) continue
    if (!kind.is(value)) throw failure(`the option ${key} must be ${kind.what}, not ${(kind.show ?? describe)(value)}`)
    if (kind.whole && !value.isWellFormed()) throw failure(`the option ${key} ${halved}`)
    options[key] = value
  }
  return options
}

function refused(operation, message) {
  return new InvalidRequestError(operation === undefined ? message : `${operation}: ${message}`, { operation })
}

function misconfigured(message) {
  return new ConfigurationError(message)
}

function misconfiguredFor(name) {
  return (message) => misconfigured(`${name}: ${message}`)
}

/** Whether a value may hold what it is of in its properties. A Map, a promise that was not awaited or a Date has none. */
function isObject(value) {
  return typeof value === 'object' && ['Object', 'Module'].includes(tagOf(value))
}

/**
 * Whether it does so as a literal does: what only its class has, such as a getter, would be dropped, be it a `dryRun` or a
 * `maxDeleted`.
 */
function isPlain(value) {
  return isObject(value) && hiddenIn(value) === undefined
}

/** The name of a property that an object has, and neither copies of it nor its JSON would have. Methods are none. */
function hiddenIn(object) {
  const keys = Object.keys(object)
  // What a compiled module says of itself is none.
  const own = Object.getOwnPropertyNames(object).filter((key) => key !== '__esModule')
  const hidden = own.length > keys.length ? own.find((key) => !keys.includes(key)) : undefined
  if (hidden !== undefined) return hidden
  for (let above = Object.getPrototypeOf(object); above !== null; above = Object.getPrototypeOf(above)) {
    // What everything inherits, of whichever realm.
    if (Object.hasOwn(above, 'isPrototypeOf')) return undefined
    const inherited = Object.entries(Object.getOwnPropertyDescriptors(above))
    const found = inherited.find(([key, { value }]) => typeof value !== 'function' && !own.includes(key))
    if (found !== undefined) return found[0]
  }
  return undefined
}

/** `Object`, `Map`, `Null`: whichever realm it is of. */
function tagOf(value) {
  return Object.prototype.toString.call(value).slice(8, -1)
}

/** What a value is, never what a string or a number holds: it may be a token or a code in the wrong place. */
function describe(value) {
  if (value === null || value === undefined || typeof value === 'boolean' || Number.isNaN(value)) return String(value)
  if (Array.isArray(value)) return 'an array'
  if (typeof value !== 'object') return `a ${typeof value}`
  if (!isObject(value)) return `a value of ${tagOf(value)}`
  return isPlain(value) ? 'an object' : `one that does not hold its ${hiddenIn(value)} itself: a getter of its class?`
}

/** The same where a number is meant, which may be shown. */
function describeNumber(value) {
  return typeof value === 'number' ? String(value) : describe(value)
}

module.exports = {
  bodyBytes,
  callKinds,
  callOf,
  clientOptions,
  count,
  describe,
  describeNumber,
  duration,
  flag,
  headerPairs,
  hostOptions,
  idText,
  instanceClientOptions,
  isObject,
  isPlain,
  misconfigured,
  nativeFile,
  objectOf,
  orNull,
  otherCall,
  pathText,
  pause,
  phone,
  rawBytes,
  refused,
  signal,
  storeOptions,
  storeText,
  text,
  tokenText,
  verifyOptions,
  webhookOptions,
  wholeText,
  withoutOptions,
}

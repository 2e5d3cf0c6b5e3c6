'use strict'

// Checks what a caller gave before any of it crosses over: a typing error is named here, with the place it was made.

const { ConfigurationError, InvalidRequestError } = require('./errors.js')

const text = { is: (value) => typeof value === 'string', what: 'a string' }
const milliseconds = {
  is: (value) => typeof value === 'number' && value > 0 && value <= Number.MAX_SAFE_INTEGER,
  what: 'a number of milliseconds above 0',
}
const pause = {
  is: (value) => value === 0 || milliseconds.is(value),
  what: 'a number of milliseconds from 0 up',
}
const count = {
  is: (value) => Number.isInteger(value) && value >= 0 && value < 2 ** 32,
  what: 'a whole number from 0 up',
}
const signal = {
  is: (value) => typeof value?.aborted === 'boolean' && typeof value.addEventListener === 'function',
  what: 'an AbortSignal',
}

const clientKinds = {
  partnerToken: text,
  partnerApiUrl: text,
  timeout: milliseconds,
  maxRetries: count,
  proxy: text,
  caFile: text,
}
const callKinds = { timeout: milliseconds, signal }
const ensureKinds = { settle: pause, timeout: milliseconds, signal }

/** What the environment is looked into for. A worker's is a copy of its own, which Rust does not see. */
const variables = { partnerToken: 'GREENAPI_PARTNER_TOKEN', partnerApiUrl: 'GREENAPI_PARTNER_API_URL' }

/** The options of a client; null and undefined are "not given". */
function clientOptions(given) {
  const options = checked('PartnerClient', given, clientKinds, (message) => new ConfigurationError(message))
  for (const [name, variable] of Object.entries(variables)) {
    const value = process.env[variable]?.trim()
    if (options[name] === undefined && value) options[name] = value
  }
  return options
}

/** The options of one call. */
function callOptions(operation, given) {
  return checked(operation, given, callKinds, (message) => refused(operation, message))
}

/** The options of `ensureInstance`. */
function ensureOptions(operation, given) {
  return checked(operation, given, ensureKinds, (message) => refused(operation, message))
}

/** An instance's id as decimal text; whether the text is an id is for the core to say. */
function idText(operation, id) {
  if (typeof id === 'number' && Number.isInteger(id) && !Number.isSafeInteger(id)) {
    throw refused(operation, `idInstance ${id} is not exact as a number: give it as a bigint or a string`)
  }
  if (!['number', 'bigint', 'string'].includes(typeof id)) {
    throw refused(operation, `idInstance must be a number, a bigint or a string, not ${describe(id)}`)
  }
  return String(id)
}

/** Settings as JSON. What JSON would quietly drop or change is refused instead. */
function settingsText(operation, settings) {
  if (!isObject(settings)) {
    throw refused(operation, `the settings must be an object, not ${describe(settings)}`)
  }
  try {
    return JSON.stringify(settings, (key, value) => {
      if (
        ['function', 'symbol', 'bigint'].includes(typeof value) ||
        (typeof value === 'number' && !Number.isFinite(value))
      ) {
        throw refused(operation, `${key} must be a value that JSON can hold, not ${describe(value)}`)
      }
      return value
    })
  } catch (error) {
    throw error instanceof InvalidRequestError
      ? error
      : refused(operation, `the settings cannot be sent: ${error.message}`)
  }
}

function checked(name, given, kinds, failure) {
  if (given === undefined || given === null) return {}
  if (!isObject(given)) throw failure(`the options of ${name} must be an object, not ${describe(given)}`)
  const options = {}
  for (const [key, value] of Object.entries(given)) {
    const kind = Object.hasOwn(kinds, key) ? kinds[key] : undefined
    if (kind === undefined) {
      throw failure(`${name} has no option ${JSON.stringify(key)}; it has ${Object.keys(kinds).join(', ')}`)
    }
    if (value === undefined || value === null) continue
    if (!kind.is(value)) throw failure(`the option ${key} must be ${kind.what}, not ${describe(value)}`)
    options[key] = value
  }
  return options
}

function refused(operation, message) {
  return new InvalidRequestError(`${operation}: ${message}`, { operation })
}

function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What a value is, never what a string holds: it may be a token in the wrong place. */
function describe(value) {
  if (value === null || value === undefined || typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return String(value)
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`.replace('a object', 'an object')
}

module.exports = { clientOptions, callOptions, ensureOptions, idText, settingsText }

'use strict'

// What a partner's operations are told, as core takes it: JSON, with durations in seconds and money as text.

const { types } = require('node:util')

const {
  callKinds,
  callOf,
  count,
  describe,
  describeNumber,
  duration,
  flag,
  idText,
  isObject,
  isPlain,
  objectOf,
  orNull,
  pause,
  phone,
  refused,
  signal,
  text,
  withoutOptions,
} = require('./options.js')

const amount = ['string', 'number', 'bigint']
const money = {
  is: (value) => amount.includes(typeof value),
  what: 'an amount: text such as "12.50", or a number',
  to: String,
}
const prices = {
  is: (value) => money.is(value) || (isPlain(value) && Object.values(value).every(money.is)),
  what: 'an amount, or an object with one for each tariff',
  to: (value) =>
    isPlain(value)
      ? Object.fromEntries(Object.entries(value).map(([tariff, price]) => [tariff, String(price)]))
      : String(value),
}
const day = { is: (value) => text.is(value), what: 'a day as text, such as 2026-11-25' }
const moment = {
  is: (value) => text.is(value) || (types.isDate(value) && !Number.isNaN(value.getTime())),
  what: 'a Date, or a moment as text',
  to: (value) => (text.is(value) ? value : value.toISOString()),
}
const ids = { is: () => true, to: (value, operation) => idTexts(operation, value) }
/** It is no text: it goes beside the others. */
const ledger = { is: () => true, to: () => undefined }
/** The path of its file; one of a store goes beside, and what is neither is refused there. */
const journal = { is: () => true, to: (value) => (text.is(value) ? value : undefined) }
/** A length of time that may be none. */
const delay = { ...pause, to: duration.to }

/** The options of each operation that has others than a call. */
const kindsOf = {
  // --- generated: kinds of a partner's options ---
  ensureInstance: { settle: delay, compareSettings: flag, retryUnknown: flag, ...callKinds },
  onboard: {
    phoneNumber: phone,
    timeout: duration,
    interval: duration,
    rebootAfter: orNull(duration),
    verifySettings: flag,
    verifyTimeout: duration,
    signal,
  },
  inspect: {
    ids,
    phone: flag,
    settings: flag,
    history: flag,
    messageMinutes: count,
    concurrency: count,
    timeout: duration,
    signal,
  },
  createInstances: {
    maxNew: count,
    maxCost: money,
    pricePerDay: money,
    settle: delay,
    retryUnknown: flag,
    journal,
    dryRun: flag,
    concurrency: count,
    timeout: duration,
    signal,
  },
  deleteInstanceAccounts: {
    logout: flag,
    maxDeleted: count,
    expect: count,
    deleteAll: flag,
    journal,
    dryRun: flag,
    concurrency: count,
    timeout: duration,
    signal,
  },
  setInstancesSettings: {
    verify: flag,
    verifyTimeout: duration,
    journal,
    dryRun: flag,
    concurrency: count,
    timeout: duration,
    signal,
  },
  rebootInstances: { retryUnknown: flag, journal, dryRun: flag, concurrency: count, timeout: duration, signal },
  logoutInstances: { journal, dryRun: flag, concurrency: count, timeout: duration, signal },
  findDuplicates: { pricePerDay: prices, concurrency: count, timeout: duration, signal },
  deleteDuplicates: {
    dryRun: flag,
    includeUnlinked: flag,
    maxDeleted: count,
    expect: count,
    concurrency: count,
    timeout: duration,
    signal,
  },
  watch: {
    interval: duration,
    since: text,
    ledger,
    exclusive: flag,
    states: flag,
    settle: flag,
    concurrency: count,
    signal,
  },
  deliver: {
    spool: text,
    name: text,
    interval: duration,
    states: flag,
    settle: flag,
    concurrency: count,
    timeout: duration,
    plainHttp: flag,
    signal,
  },
  billing: { pricePerDay: prices, since: day, until: moment, listedAt: moment, prefixSeparator: text },
  // --- end of what is generated ---
}

/** How what an operation is of crosses over. */
const given = { idInstance: idOf, ids: idTexts, specs: specsOf, settings: settingsOf }

/** What an operation is told: what it is of and its options as JSON, and the options of the call. */
function toldOf(operation, of, options) {
  const converted = Object.entries(of).map(([name, value]) => [name, given[name](operation, value)])
  return callOf(operation, Object.fromEntries(converted), options, kindsOf[operation])
}

/** What a bill is told, as JSON. */
function billingText(operation, options) {
  return callOf(operation, {}, options, kindsOf.billing).json
}

/** Settings by themselves: an option is none. */
function settingsOf(operation, settings) {
  return withoutOptions(operation, objectOf(operation, settings, 'the settings'), kindsOf[operation] ?? callKinds)
}

/** What `createInstances` is told of each instance: settings, or a name alone. */
function specsOf(operation, specs) {
  return Array.from(iterated(operation, 'specs', specs), (spec) => {
    return text.is(spec) ? spec : objectOf(operation, spec, 'each of the specs')
  })
}

/** Ids as decimal text. */
function idTexts(operation, ids) {
  return Array.from(iterated(operation, 'ids', ids), (one) => idOf(operation, one))
}

/** An id as decimal text, of whatever has one; whether the text is an id is for the core to say. */
function idOf(operation, one) {
  return idText(operation, isObject(one) ? (one.idInstanceText ?? one.idInstance) : one)
}

/** A value that can be gone through; text and bytes can be too, and are never meant. */
function iterated(operation, name, value) {
  const isText = text.is(value) || types.isUint8Array(value)
  if (typeof value?.[Symbol.iterator] === 'function' && !isText) return value
  throw refused(operation, `${name} must be an array or another iterable, not ${describe(value)}`)
}

/** A number of days. */
function daysOf(operation, name, days) {
  if (count.is(days)) return days
  throw refused(operation, `${name} must be ${count.what}, not ${describeNumber(days)}`)
}

module.exports = { billingText, daysOf, idTexts, iterated, toldOf }

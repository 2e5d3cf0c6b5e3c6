'use strict'

// Options of the calls over many instances, as core takes them: JSON, with durations in seconds and money as text.

const {
  checkedFor,
  converted,
  count,
  describe,
  duration,
  flag,
  idText,
  isObject,
  jsonText,
  objectOf,
  pause,
  refused,
  signal,
  text,
} = require('./options.js')

const amount = ['string', 'number', 'bigint']
const money = {
  is: (value) => amount.includes(typeof value),
  what: 'an amount: text such as "12.50", or a number',
  to: String,
}
const prices = {
  is: (value) => money.is(value) || (isObject(value) && Object.values(value).every(money.is)),
  what: 'an amount, or an object with one for each tariff',
  to: (value) =>
    isObject(value)
      ? Object.fromEntries(Object.entries(value).map(([tariff, price]) => [tariff, String(price)]))
      : String(value),
}
const day = { is: (value) => text.is(value), what: 'a day as text, such as 2026-11-25' }
const moment = {
  is: (value) => text.is(value) || (value instanceof Date && !Number.isNaN(value.getTime())),
  what: 'a Date, or a moment as text',
  to: (value) => (text.is(value) ? value : value.toISOString()),
}
const anything = { is: () => true }

/** A length of time that may be none. */
const delay = { ...pause, to: duration.to }

/** The options of each operation. */
const kindsOf = {
  // --- generated: kinds of a partner's options ---
  inspect: {
    ids: anything,
    phone: flag,
    settings: flag,
    history: flag,
    concurrency: count,
    timeout: duration,
    signal,
  },
  logoutInstances: {
    journal: text,
    dryRun: flag,
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
    journal: text,
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
    journal: text,
    dryRun: flag,
    concurrency: count,
    timeout: duration,
    signal,
  },
  setInstancesSettings: {
    verify: flag,
    verifyTimeout: duration,
    journal: text,
    dryRun: flag,
    concurrency: count,
    timeout: duration,
    signal,
  },
  rebootInstances: {
    retryUnknown: flag,
    journal: text,
    dryRun: flag,
    concurrency: count,
    timeout: duration,
    signal,
  },
  watch: {
    interval: duration,
    since: text,
    ledger: anything,
    states: flag,
    concurrency: count,
    signal,
  },
  billing: {
    pricePerDay: prices,
    since: day,
    until: moment,
    listedAt: moment,
    prefixSeparator: text,
  },
  // --- end of what is generated ---
}

/** What a run is told, beside what it is of: as JSON, and its signal. */
function runOptions(operation, of, given) {
  const { signal, ids, ...options } = optionsOf(operation, given, kindsOf[operation])
  const chosen = ids === undefined ? {} : { ids: idTexts(operation, ids) }
  return { signal, options: jsonText(operation, { ...options, ...chosen, ...of }, 'the arguments') }
}

/** What `createInstances` is told of each instance: settings, or a name alone. */
function specsOf(operation, specs) {
  return Array.from(iterated(operation, 'specs', specs), (spec) => {
    return text.is(spec) ? spec : objectOf(operation, spec, 'each of the specs')
  })
}

/** What `watch` is told: as JSON, its ledger and its signal. */
function watchOptions(operation, given) {
  const { signal, ledger, ...options } = optionsOf(operation, given, kindsOf.watch)
  return { signal, ledger, options: jsonText(operation, options, 'the options') }
}

/** What a bill is told, as JSON. */
function billingText(operation, given) {
  return jsonText(operation, optionsOf(operation, given, kindsOf.billing), 'the options')
}

/** Ids as decimal text, of whatever has one; whether the text is an id is for the core to say. */
function idTexts(operation, ids) {
  return Array.from(iterated(operation, 'ids', ids), (one) => {
    return idText(operation, isObject(one) ? (one.idInstanceText ?? one.idInstance) : one)
  })
}

/** A value that can be gone through; text can be too, and is never meant. */
function iterated(operation, name, value) {
  if (typeof value?.[Symbol.iterator] === 'function' && !text.is(value)) return value
  throw refused(operation, `${name} must be an array or another iterable, not ${describe(value)}`)
}

/** A number of days. */
function daysOf(operation, name, days) {
  if (count.is(days)) return days
  throw refused(operation, `${name} must be ${count.what}, not ${describe(days)}`)
}

function optionsOf(operation, given, kinds) {
  return converted(checkedFor(operation, given, kinds), kinds)
}

module.exports = { billingText, daysOf, idTexts, iterated, runOptions, specsOf, watchOptions }

'use strict'

// Error
// └── GreenApiError                code, operation, status, description, retryable, retryAfter
//     ├── ConfigurationError       configuration        fix the set-up
//     ├── InvalidRequestError      invalid_request      fix the arguments
//     ├── UnauthorizedError        unauthorized         fix the token, the id or the URL
//     ├── NotFoundError            not_found            stop
//     ├── NotReadyError            not_ready            wait
//     ├── NotAuthorizedError       not_authorized       show a QR code
//     ├── AlreadyAuthorizedError   already_authorized   log out first
//     ├── SuspendedError           suspended            look at the account
//     ├── ExpiredError             expired              renew it
//     ├── NoCapacityError          no_capacity          try later
//     ├── RefusedError             refused              read the description
//     ├── RateLimitedError         rate_limited         wait as long as retryAfter says
//     ├── QuotaExceededError       quota_exceeded       change the plan
//     ├── LimitExceededError       limit_exceeded       look at the plan
//     ├── UnavailableError         unavailable          try later
//     ├── RequestTimeoutError      timeout              try again
//     ├── OutcomeUnknownError      outcome_unknown      look, then decide
//     ├── QrExpiredError           qr_expired           ask again
//     └── ProtocolError            protocol             report it

const { named } = require('./named.js')
const native = require('./native.js')

const retryable = new Set(native.NativeError.retryableCodes())

class GreenApiError extends Error {
  constructor(message, fields = {}) {
    super(message, fields.cause === undefined ? undefined : { cause: fields.cause })
    this.code = fields.code ?? this.constructor.code
    this.operation = fields.operation ?? null
    this.status = fields.status ?? null
    this.description = fields.description ?? null
    this.retryable = fields.retryable ?? retryable.has(this.code)
    this.retryAfter = fields.retryAfter ?? null
  }

  toJSON() {
    const { name, message, code, operation, status, description, retryable, retryAfter } = this
    return { name, message, code, operation, status, description, retryable, retryAfter, causes: reasons(this) }
  }
}

class ConfigurationError extends GreenApiError {
  static code = 'configuration'
}
class InvalidRequestError extends GreenApiError {
  static code = 'invalid_request'
}
class UnauthorizedError extends GreenApiError {
  static code = 'unauthorized'
}
class NotFoundError extends GreenApiError {
  static code = 'not_found'
}
class NotReadyError extends GreenApiError {
  static code = 'not_ready'
}
class NotAuthorizedError extends GreenApiError {
  static code = 'not_authorized'
}
class AlreadyAuthorizedError extends GreenApiError {
  static code = 'already_authorized'
}
class SuspendedError extends GreenApiError {
  static code = 'suspended'
}
class ExpiredError extends GreenApiError {
  static code = 'expired'
}
class NoCapacityError extends GreenApiError {
  static code = 'no_capacity'
}
class RefusedError extends GreenApiError {
  static code = 'refused'
}
class RateLimitedError extends GreenApiError {
  static code = 'rate_limited'
}
class QuotaExceededError extends GreenApiError {
  static code = 'quota_exceeded'
}
class LimitExceededError extends GreenApiError {
  static code = 'limit_exceeded'
}
class UnavailableError extends GreenApiError {
  static code = 'unavailable'
}
class RequestTimeoutError extends GreenApiError {
  static code = 'timeout'
}
class OutcomeUnknownError extends GreenApiError {
  static code = 'outcome_unknown'
}
class QrExpiredError extends GreenApiError {
  static code = 'qr_expired'
}
class ProtocolError extends GreenApiError {
  static code = 'protocol'
}

const classes = named({
  GreenApiError,
  ConfigurationError,
  InvalidRequestError,
  UnauthorizedError,
  NotFoundError,
  NotReadyError,
  NotAuthorizedError,
  AlreadyAuthorizedError,
  SuspendedError,
  ExpiredError,
  NoCapacityError,
  RefusedError,
  RateLimitedError,
  QuotaExceededError,
  LimitExceededError,
  UnavailableError,
  RequestTimeoutError,
  OutcomeUnknownError,
  QrExpiredError,
  ProtocolError,
})
const byCode = new Map(Object.values(classes).map((Class) => [Class.code, Class]))

for (const { name, prototype } of Object.values(classes)) {
  Object.defineProperty(prototype, 'name', { value: name, writable: true, configurable: true })
}

/** The error of a failure that came from Rust. A code that this file does not know keeps the base class. */
function fromNative(failure) {
  const { code, message, operation, status, description, retryable, retryAfter } = failure
  const cause = failure.causes.reduceRight((below, text) => reason(text, below), undefined)
  const Class = byCode.get(code) ?? GreenApiError
  return new Class(message, { code, operation, status, description, retryable, retryAfter, cause })
}

/** One reason below an error. It was caught in Rust, so it has no stack to show. */
function reason(text, cause) {
  const error = new Error(text, cause === undefined ? undefined : { cause })
  error.stack = `Error: ${text}`
  return error
}

function reasons(error) {
  const texts = []
  for (let cause = error.cause; cause instanceof Error; cause = cause.cause) texts.push(cause.message)
  return texts
}

module.exports = {
  classes,
  ConfigurationError,
  InvalidRequestError,
  ProtocolError,
  fromNative,
}

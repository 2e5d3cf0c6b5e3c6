'use strict'

// Words that a text of upstream's or of this package can be, as constants.

// --- generated: words ---
const StateInstances = Object.freeze({
  notAuthorized: 'notAuthorized',
  authorized: 'authorized',
  blocked: 'blocked',
  sleepMode: 'sleepMode',
  starting: 'starting',
  yellowCard: 'yellowCard',
  suspended: 'suspended',
  pendingPassword: 'pendingPassword',
  pendingCode: 'pendingCode',
})

const TypeInstances = Object.freeze({
  whatsapp: 'whatsapp',
  telegram: 'telegram',
  v3: 'v3',
})

const InspectionGroups = Object.freeze({
  linked: 'linked',
  waiting: 'waiting',
  starting: 'starting',
  restricted: 'restricted',
  expired: 'expired',
  unreachable: 'unreachable',
})

const DuplicatePlans = Object.freeze({
  keep: 'keep',
  delete: 'delete',
  leave: 'leave',
})

const BulkStatuses = Object.freeze({
  done: 'done',
  failed: 'failed',
  skipped: 'skipped',
  notKept: 'not_kept',
  unknown: 'unknown',
  planned: 'planned',
  waiting: 'waiting',
  underWay: 'underWay',
})

const ChangeKinds = Object.freeze({
  created: 'created',
  deleted: 'deleted',
  renamed: 'renamed',
  tokenChanged: 'tokenChanged',
  stateChanged: 'stateChanged',
  expired: 'expired',
})

const WasteReasons = Object.freeze({
  neverLinked: 'neverLinked',
  idle: 'idle',
  unknown: 'unknown',
})

const ErrorCodes = Object.freeze({
  configuration: 'configuration',
  invalidRequest: 'invalid_request',
  unauthorized: 'unauthorized',
  notFound: 'not_found',
  notReady: 'not_ready',
  notAuthorized: 'not_authorized',
  alreadyAuthorized: 'already_authorized',
  suspended: 'suspended',
  expired: 'expired',
  noCapacity: 'no_capacity',
  refused: 'refused',
  rateLimited: 'rate_limited',
  quotaExceeded: 'quota_exceeded',
  limitExceeded: 'limit_exceeded',
  unavailable: 'unavailable',
  timeout: 'timeout',
  outcomeUnknown: 'outcome_unknown',
  qrExpired: 'qr_expired',
  protocol: 'protocol',
})
// --- end of what is generated ---

module.exports = {
  // --- generated: names of words ---
  StateInstances,
  TypeInstances,
  InspectionGroups,
  DuplicatePlans,
  BulkStatuses,
  ChangeKinds,
  WasteReasons,
  ErrorCodes,
  // --- end of what is generated ---
}

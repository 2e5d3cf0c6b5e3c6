// The same objects as index.js has, so that an error from one is an `instanceof` the class from the other.

import cjs from './index.js'

export const {
  PartnerClient,
  CreatedInstance,
  Instance,
  Instances,
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
  diagnosticsChannel,
  version,
} = cjs

'use strict'

// The package as CommonJS sees it; index.mjs gives the same objects to ESM. Each name is written out, so that Node and
// bundlers see it without running anything.

const { Billing } = require('./billing.js')
const { PartnerClient } = require('./client.js')
const { classes: errors } = require('./errors.js')
const { InstanceClient, qrPageUrl } = require('./instance.js')
const { Instances } = require('./instances.js')
const { Ledger } = require('./ledger.js')
const { diagnosticsChannel } = require('./log.js')
const { CreatedInstance, Instance } = require('./model.js')
const { version } = require('./package.json')
const { classes: records } = require('./records.js')
const { showInTerminal } = require('./terminal.js')
const { parseNotification } = require('./webhook.js')

exports.PartnerClient = PartnerClient
exports.InstanceClient = InstanceClient
exports.CreatedInstance = CreatedInstance
exports.Instance = Instance
exports.Instances = Instances
exports.Ledger = Ledger
exports.Billing = Billing

exports.Settings = records.Settings
exports.StateChange = records.StateChange
exports.WaSettings = records.WaSettings
exports.AccountSettings = records.AccountSettings
exports.ProfilePicture = records.ProfilePicture
exports.SentMessage = records.SentMessage
exports.CheckedAccount = records.CheckedAccount
exports.Created = records.Created
exports.Waiting = records.Waiting
exports.QrCode = records.QrCode
exports.AuthorizationCode = records.AuthorizationCode
exports.PasswordNeeded = records.PasswordNeeded
exports.Authorized = records.Authorized
exports.Notification = records.Notification
exports.IncomingMessageReceived = records.IncomingMessageReceived
exports.OutgoingMessageReceived = records.OutgoingMessageReceived
exports.OutgoingApiMessageReceived = records.OutgoingApiMessageReceived
exports.OutgoingMessageStatus = records.OutgoingMessageStatus
exports.StateInstanceChanged = records.StateInstanceChanged
exports.StatusInstanceChanged = records.StatusInstanceChanged
exports.DeviceInfo = records.DeviceInfo
exports.IncomingCall = records.IncomingCall
exports.OutgoingCall = records.OutgoingCall
exports.IncomingBlock = records.IncomingBlock
exports.AvatarInfo = records.AvatarInfo
exports.QuotaExceeded = records.QuotaExceeded
exports.UnknownNotification = records.UnknownNotification
exports.Inspection = records.Inspection
exports.BulkItem = records.BulkItem
exports.Change = records.Change
exports.InstanceCost = records.InstanceCost
exports.DayCost = records.DayCost
exports.MonthCost = records.MonthCost
exports.PrefixCost = records.PrefixCost
exports.Waste = records.Waste
exports.Saving = records.Saving

exports.GreenApiError = errors.GreenApiError
exports.ConfigurationError = errors.ConfigurationError
exports.InvalidRequestError = errors.InvalidRequestError
exports.UnauthorizedError = errors.UnauthorizedError
exports.NotFoundError = errors.NotFoundError
exports.NotReadyError = errors.NotReadyError
exports.NotAuthorizedError = errors.NotAuthorizedError
exports.AlreadyAuthorizedError = errors.AlreadyAuthorizedError
exports.SuspendedError = errors.SuspendedError
exports.ExpiredError = errors.ExpiredError
exports.NoCapacityError = errors.NoCapacityError
exports.RefusedError = errors.RefusedError
exports.RateLimitedError = errors.RateLimitedError
exports.QuotaExceededError = errors.QuotaExceededError
exports.LimitExceededError = errors.LimitExceededError
exports.UnavailableError = errors.UnavailableError
exports.RequestTimeoutError = errors.RequestTimeoutError
exports.OutcomeUnknownError = errors.OutcomeUnknownError
exports.QrExpiredError = errors.QrExpiredError
exports.ProtocolError = errors.ProtocolError

exports.parseNotification = parseNotification
exports.qrPageUrl = qrPageUrl
exports.showInTerminal = showInTerminal
exports.diagnosticsChannel = diagnosticsChannel
exports.version = version

'use strict'

// The package as CommonJS sees it; index.mjs gives the same objects to ESM. Each name is written out, so that Node and
// bundlers see it without running anything.

const { PartnerClient } = require('./client.js')
const { classes: errors } = require('./errors.js')
const { InstanceClient, qrPageUrl } = require('./instance.js')
const { later } = require('./later.js')
const { diagnosticsChannel } = require('./log.js')
const { version } = require('./package.json')

const billing = later(() => require('./billing.js'))
const ledgers = later(() => require('./ledger.js'))
const lists = later(() => require('./instances.js'))
const models = later(() => require('./model.js'))
const records = later(() => require('./records.js').classes)
const stores = later(() => require('./store.js'))
const terminal = later(() => require('./terminal.js'))
const webhook = later(() => require('./webhook.js'))
const words = later(() => require('./words.js'))

exports.PartnerClient = PartnerClient
exports.InstanceClient = InstanceClient

exports.GreenApiError = errors.GreenApiError
// --- generated: exported errors ---
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
// --- end of what is generated ---

exports.qrPageUrl = qrPageUrl
exports.diagnosticsChannel = diagnosticsChannel
exports.version = version

// What a program may never touch. It is a function so that each name can keep to its line.
// biome-ignore format: a line for each name
function defineLater() {
  Object.defineProperty(exports, 'CreatedInstance', { enumerable: true, get() { return models.CreatedInstance } })
  Object.defineProperty(exports, 'EnsuredInstance', { enumerable: true, get() { return models.EnsuredInstance } })
  Object.defineProperty(exports, 'Instance', { enumerable: true, get() { return models.Instance } })
  Object.defineProperty(exports, 'Instances', { enumerable: true, get() { return lists.Instances } })
  Object.defineProperty(exports, 'Journal', { enumerable: true, get() { return stores.Journal } })
  Object.defineProperty(exports, 'Ledger', { enumerable: true, get() { return ledgers.Ledger } })
  Object.defineProperty(exports, 'Billing', { enumerable: true, get() { return billing.Billing } })
  Object.defineProperty(exports, 'QrCode', { enumerable: true, get() { return records.QrCode } })
  Object.defineProperty(exports, 'Store', { enumerable: true, get() { return stores.Store } })
  Object.defineProperty(exports, 'Content', { enumerable: true, get() { return records.Content } })
  Object.defineProperty(exports, 'Notification', { enumerable: true, get() { return records.Notification } })
  // --- generated: exported models ---
  Object.defineProperty(exports, 'Settings', { enumerable: true, get() { return records.Settings } })
  Object.defineProperty(exports, 'StateChange', { enumerable: true, get() { return records.StateChange } })
  Object.defineProperty(exports, 'WaSettings', { enumerable: true, get() { return records.WaSettings } })
  Object.defineProperty(exports, 'AccountSettings', { enumerable: true, get() { return records.AccountSettings } })
  Object.defineProperty(exports, 'ProfilePicture', { enumerable: true, get() { return records.ProfilePicture } })
  Object.defineProperty(exports, 'SentMessage', { enumerable: true, get() { return records.SentMessage } })
  Object.defineProperty(exports, 'CheckedAccount', { enumerable: true, get() { return records.CheckedAccount } })
  Object.defineProperty(exports, 'CreatedGroup', { enumerable: true, get() { return records.CreatedGroup } })
  Object.defineProperty(exports, 'GroupData', { enumerable: true, get() { return records.GroupData } })
  Object.defineProperty(exports, 'GroupPicture', { enumerable: true, get() { return records.GroupPicture } })
  Object.defineProperty(exports, 'Avatar', { enumerable: true, get() { return records.Avatar } })
  Object.defineProperty(exports, 'Contact', { enumerable: true, get() { return records.Contact } })
  Object.defineProperty(exports, 'ContactInfo', { enumerable: true, get() { return records.ContactInfo } })
  Object.defineProperty(exports, 'Chat', { enumerable: true, get() { return records.Chat } })
  Object.defineProperty(exports, 'DisappearingChat', { enumerable: true, get() { return records.DisappearingChat } })
  Object.defineProperty(exports, 'Status', { enumerable: true, get() { return records.Status } })
  Object.defineProperty(exports, 'StatusReceipt', { enumerable: true, get() { return records.StatusReceipt } })
  Object.defineProperty(exports, 'JournalMessage', { enumerable: true, get() { return records.JournalMessage } })
  Object.defineProperty(exports, 'JournalCall', { enumerable: true, get() { return records.JournalCall } })
  Object.defineProperty(exports, 'QueuedMessage', { enumerable: true, get() { return records.QueuedMessage } })
  Object.defineProperty(exports, 'Created', { enumerable: true, get() { return records.Created } })
  Object.defineProperty(exports, 'Waiting', { enumerable: true, get() { return records.Waiting } })
  Object.defineProperty(exports, 'AuthorizationCode', { enumerable: true, get() { return records.AuthorizationCode } })
  Object.defineProperty(exports, 'PasswordNeeded', { enumerable: true, get() { return records.PasswordNeeded } })
  Object.defineProperty(exports, 'PasskeyRequired', { enumerable: true, get() { return records.PasskeyRequired } })
  Object.defineProperty(exports, 'SettingsNotKept', { enumerable: true, get() { return records.SettingsNotKept } })
  Object.defineProperty(exports, 'Authorized', { enumerable: true, get() { return records.Authorized } })
  Object.defineProperty(exports, 'IncomingMessageReceived', { enumerable: true, get() { return records.IncomingMessageReceived } })
  Object.defineProperty(exports, 'OutgoingMessageReceived', { enumerable: true, get() { return records.OutgoingMessageReceived } })
  Object.defineProperty(exports, 'OutgoingApiMessageReceived', { enumerable: true, get() { return records.OutgoingApiMessageReceived } })
  Object.defineProperty(exports, 'OutgoingMessageStatus', { enumerable: true, get() { return records.OutgoingMessageStatus } })
  Object.defineProperty(exports, 'StateInstanceChanged', { enumerable: true, get() { return records.StateInstanceChanged } })
  Object.defineProperty(exports, 'StatusInstanceChanged', { enumerable: true, get() { return records.StatusInstanceChanged } })
  Object.defineProperty(exports, 'DeviceInfo', { enumerable: true, get() { return records.DeviceInfo } })
  Object.defineProperty(exports, 'IncomingCall', { enumerable: true, get() { return records.IncomingCall } })
  Object.defineProperty(exports, 'OutgoingCall', { enumerable: true, get() { return records.OutgoingCall } })
  Object.defineProperty(exports, 'IncomingBlock', { enumerable: true, get() { return records.IncomingBlock } })
  Object.defineProperty(exports, 'AvatarInfo', { enumerable: true, get() { return records.AvatarInfo } })
  Object.defineProperty(exports, 'QuotaExceeded', { enumerable: true, get() { return records.QuotaExceeded } })
  Object.defineProperty(exports, 'UnknownNotification', { enumerable: true, get() { return records.UnknownNotification } })
  Object.defineProperty(exports, 'UnreadableNotification', { enumerable: true, get() { return records.UnreadableNotification } })
  Object.defineProperty(exports, 'TextContent', { enumerable: true, get() { return records.TextContent } })
  Object.defineProperty(exports, 'FileContent', { enumerable: true, get() { return records.FileContent } })
  Object.defineProperty(exports, 'LocationContent', { enumerable: true, get() { return records.LocationContent } })
  Object.defineProperty(exports, 'ContactContent', { enumerable: true, get() { return records.ContactContent } })
  Object.defineProperty(exports, 'ContactsContent', { enumerable: true, get() { return records.ContactsContent } })
  Object.defineProperty(exports, 'ReactionContent', { enumerable: true, get() { return records.ReactionContent } })
  Object.defineProperty(exports, 'PollContent', { enumerable: true, get() { return records.PollContent } })
  Object.defineProperty(exports, 'PollUpdateContent', { enumerable: true, get() { return records.PollUpdateContent } })
  Object.defineProperty(exports, 'GroupInviteContent', { enumerable: true, get() { return records.GroupInviteContent } })
  Object.defineProperty(exports, 'EditedContent', { enumerable: true, get() { return records.EditedContent } })
  Object.defineProperty(exports, 'DeletedContent', { enumerable: true, get() { return records.DeletedContent } })
  Object.defineProperty(exports, 'ButtonsContent', { enumerable: true, get() { return records.ButtonsContent } })
  Object.defineProperty(exports, 'ListContent', { enumerable: true, get() { return records.ListContent } })
  Object.defineProperty(exports, 'TemplateContent', { enumerable: true, get() { return records.TemplateContent } })
  Object.defineProperty(exports, 'InteractiveButtonsContent', { enumerable: true, get() { return records.InteractiveButtonsContent } })
  Object.defineProperty(exports, 'ButtonReplyContent', { enumerable: true, get() { return records.ButtonReplyContent } })
  Object.defineProperty(exports, 'ProductContent', { enumerable: true, get() { return records.ProductContent } })
  Object.defineProperty(exports, 'OrderContent', { enumerable: true, get() { return records.OrderContent } })
  Object.defineProperty(exports, 'UnknownContent', { enumerable: true, get() { return records.UnknownContent } })
  Object.defineProperty(exports, 'Inspection', { enumerable: true, get() { return records.Inspection } })
  Object.defineProperty(exports, 'Duplicate', { enumerable: true, get() { return records.Duplicate } })
  Object.defineProperty(exports, 'BulkItem', { enumerable: true, get() { return records.BulkItem } })
  Object.defineProperty(exports, 'Change', { enumerable: true, get() { return records.Change } })
  Object.defineProperty(exports, 'Delivery', { enumerable: true, get() { return records.Delivery } })
  Object.defineProperty(exports, 'WebhookEvent', { enumerable: true, get() { return records.WebhookEvent } })
  Object.defineProperty(exports, 'InstanceCost', { enumerable: true, get() { return records.InstanceCost } })
  Object.defineProperty(exports, 'DayCost', { enumerable: true, get() { return records.DayCost } })
  Object.defineProperty(exports, 'MonthCost', { enumerable: true, get() { return records.MonthCost } })
  Object.defineProperty(exports, 'PrefixCost', { enumerable: true, get() { return records.PrefixCost } })
  Object.defineProperty(exports, 'Waste', { enumerable: true, get() { return records.Waste } })
  Object.defineProperty(exports, 'Saving', { enumerable: true, get() { return records.Saving } })
  // --- end of what is generated ---
  // --- generated: exported words ---
  Object.defineProperty(exports, 'StateInstances', { enumerable: true, get() { return words.StateInstances } })
  Object.defineProperty(exports, 'TypeInstances', { enumerable: true, get() { return words.TypeInstances } })
  Object.defineProperty(exports, 'InspectionGroups', { enumerable: true, get() { return words.InspectionGroups } })
  Object.defineProperty(exports, 'DuplicatePlans', { enumerable: true, get() { return words.DuplicatePlans } })
  Object.defineProperty(exports, 'BulkStatuses', { enumerable: true, get() { return words.BulkStatuses } })
  Object.defineProperty(exports, 'ChangeKinds', { enumerable: true, get() { return words.ChangeKinds } })
  Object.defineProperty(exports, 'WasteReasons', { enumerable: true, get() { return words.WasteReasons } })
  Object.defineProperty(exports, 'ErrorCodes', { enumerable: true, get() { return words.ErrorCodes } })
  // --- end of what is generated ---
  Object.defineProperty(exports, 'parseNotification', { enumerable: true, get() { return webhook.parseNotification } })
  Object.defineProperty(exports, 'verifyEvent', { enumerable: true, get() { return webhook.verifyEvent } })
  Object.defineProperty(exports, 'showInTerminal', { enumerable: true, get() { return terminal.showInTerminal } })
}

defineLater()

'use strict'

// Records that calls give: one object each, by the tables of core.

const native = require('./native.js')
const { Model, origin, withFields } = require('./fields.js')
const { Instance } = require('./model.js')
const { named } = require('./named.js')
const { QrCode } = require('./qr-code.js')

class Settings extends Model {
  settable() {
    return JSON.parse(origin(this).source.settable())
  }
}
// --- generated: classes of models ---
class StateChange extends Model {}
class WaSettings extends Model {}
class AccountSettings extends Model {}
class ProfilePicture extends Model {}
class SentMessage extends Model {}
class CheckedAccount extends Model {}
class CreatedGroup extends Model {}
class GroupData extends Model {}
class GroupPicture extends Model {}
class Avatar extends Model {}
class Contact extends Model {}
class ContactInfo extends Model {}
class Chat extends Model {}
class DisappearingChat extends Model {}
class Status extends Model {}
class StatusReceipt extends Model {}
class JournalMessage extends Model {}
class JournalCall extends Model {}
class QueuedMessage extends Model {}
// --- end of what is generated ---

/** Something that happens on the way from created to linked. */
class Event extends Model {}

// --- generated: classes of events ---
class Created extends Event {
  static type = 'created'
}
class Waiting extends Event {
  static type = 'waiting'
}
class AuthorizationCode extends Event {
  static type = 'authorizationCode'
}
class PasswordNeeded extends Event {
  static type = 'passwordNeeded'
}
class PasskeyRequired extends Event {
  static type = 'passkeyRequired'
}
class SettingsNotKept extends Event {
  static type = 'settingsNotKept'
}
class Authorized extends Event {
  static type = 'authorized'
}
// --- end of what is generated ---

/** Something that an instance has to tell. */
class Notification extends Model {}

// --- generated: classes of notifications ---
class IncomingMessageReceived extends Notification {}
class OutgoingMessageReceived extends Notification {}
class OutgoingApiMessageReceived extends Notification {}
class OutgoingMessageStatus extends Notification {}
class StateInstanceChanged extends Notification {}
class StatusInstanceChanged extends Notification {}
class DeviceInfo extends Notification {}
class IncomingCall extends Notification {}
class OutgoingCall extends Notification {}
class IncomingBlock extends Notification {}
class AvatarInfo extends Notification {}
class QuotaExceeded extends Notification {}
class UnknownNotification extends Notification {}
class UnreadableNotification extends Notification {}
// --- end of what is generated ---

/** The content of a message. */
class Content extends Model {}

// --- generated: classes of contents ---
class TextContent extends Content {}
class FileContent extends Content {}
class LocationContent extends Content {}
class ContactContent extends Content {}
class ContactsContent extends Content {}
class ReactionContent extends Content {}
class PollContent extends Content {}
class PollUpdateContent extends Content {}
class GroupInviteContent extends Content {}
class EditedContent extends Content {}
class DeletedContent extends Content {}
class ButtonsContent extends Content {}
class ListContent extends Content {}
class TemplateContent extends Content {}
class InteractiveButtonsContent extends Content {}
class ButtonReplyContent extends Content {}
class ProductContent extends Content {}
class OrderContent extends Content {}
class UnknownContent extends Content {}
// --- end of what is generated ---

/** What is found out about many instances, and what they cost. */
// --- generated: classes of fleet ---
class Inspection extends Model {}
class Duplicate extends Model {}
class BulkItem extends Model {}
class Change extends Model {}
class Delivery extends Model {}
class WebhookEvent extends Model {}
class InstanceCost extends Model {}
class DayCost extends Model {}
class MonthCost extends Model {}
class PrefixCost extends Model {}
class Waste extends Model {}
class Saving extends Model {}
// --- end of what is generated ---

const classes = {
  // --- generated: names of models ---
  Settings,
  StateChange,
  WaSettings,
  AccountSettings,
  ProfilePicture,
  SentMessage,
  CheckedAccount,
  CreatedGroup,
  GroupData,
  GroupPicture,
  Avatar,
  Contact,
  ContactInfo,
  Chat,
  DisappearingChat,
  Status,
  StatusReceipt,
  JournalMessage,
  JournalCall,
  QueuedMessage,
  Created,
  Waiting,
  AuthorizationCode,
  PasswordNeeded,
  PasskeyRequired,
  SettingsNotKept,
  Authorized,
  IncomingMessageReceived,
  OutgoingMessageReceived,
  OutgoingApiMessageReceived,
  OutgoingMessageStatus,
  StateInstanceChanged,
  StatusInstanceChanged,
  DeviceInfo,
  IncomingCall,
  OutgoingCall,
  IncomingBlock,
  AvatarInfo,
  QuotaExceeded,
  UnknownNotification,
  UnreadableNotification,
  TextContent,
  FileContent,
  LocationContent,
  ContactContent,
  ContactsContent,
  ReactionContent,
  PollContent,
  PollUpdateContent,
  GroupInviteContent,
  EditedContent,
  DeletedContent,
  ButtonsContent,
  ListContent,
  TemplateContent,
  InteractiveButtonsContent,
  ButtonReplyContent,
  ProductContent,
  OrderContent,
  UnknownContent,
  Inspection,
  Duplicate,
  BulkItem,
  Change,
  Delivery,
  WebhookEvent,
  InstanceCost,
  DayCost,
  MonthCost,
  PrefixCost,
  Waste,
  Saving,
  // --- end of what is generated ---
}

const instance = (source) => new Instance(source)

for (const { name, fields } of native.NativeRecord.models()) {
  if (Object.hasOwn(classes, name)) withFields(classes[name], fields, instance)
}

// Read when it is asked for: most programs look at the content of some messages only.
for (const Message of [IncomingMessageReceived, OutgoingMessageReceived, OutgoingApiMessageReceived]) {
  Object.defineProperty(Message.prototype, 'content', {
    get() {
      return wrapped(origin(this).source.content())
    },
  })
}

/** What an operation gave, as users see it. */
function wrapped(given) {
  if (given instanceof native.NativeRecord) return new classes[given.model](given)
  if (given instanceof native.NativeQrCode) return new QrCode(given)
  return Array.isArray(given) ? given.map(wrapped) : given
}

module.exports = { classes: named({ ...classes, Content, Notification, QrCode }), wrapped }

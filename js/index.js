'use strict'

// The package as CommonJS sees it; index.mjs gives the same objects to ESM.

const { PartnerClient } = require('./client.js')
const { classes: errors } = require('./errors.js')
const { InstanceClient, qrPageUrl } = require('./instance.js')
const { diagnosticsChannel } = require('./log.js')
const { CreatedInstance, Instance, Instances } = require('./model.js')
const { classes: records } = require('./records.js')
const { showInTerminal } = require('./terminal.js')
const { parseNotification } = require('./webhook.js')
const { version } = require('./package.json')

module.exports = {
  PartnerClient,
  InstanceClient,
  CreatedInstance,
  Instance,
  Instances,
  ...records,
  ...errors,
  parseNotification,
  qrPageUrl,
  showInTerminal,
  diagnosticsChannel,
  version,
}

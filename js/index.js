'use strict'

// The package as CommonJS sees it; index.mjs gives the same objects to ESM.

const { PartnerClient } = require('./client.js')
const { classes: errors } = require('./errors.js')
const { InstanceClient, qrPageUrl } = require('./instance.js')
const { diagnosticsChannel } = require('./log.js')
const { Billing } = require('./billing.js')
const { Instances } = require('./instances.js')
const { Ledger } = require('./ledger.js')
const { CreatedInstance, Instance } = require('./model.js')
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
  Ledger,
  Billing,
  ...records,
  ...errors,
  parseNotification,
  qrPageUrl,
  showInTerminal,
  diagnosticsChannel,
  version,
}

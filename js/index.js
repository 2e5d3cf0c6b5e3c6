'use strict'

// The package as CommonJS sees it; index.mjs gives the same objects to ESM.

const { PartnerClient } = require('./client.js')
const { classes } = require('./errors.js')
const { diagnosticsChannel } = require('./log.js')
const { CreatedInstance, Instance, Instances } = require('./model.js')
const { version } = require('./package.json')

module.exports = { PartnerClient, CreatedInstance, Instance, Instances, ...classes, diagnosticsChannel, version }

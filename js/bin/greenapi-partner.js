#!/usr/bin/env node
'use strict'

// The program `greenapi-partner`: the addon contains it. It runs on this thread, which has nothing else to do.

const { runProgram } = require('../native.js')

process.exit(runProgram(['greenapi-partner', ...process.argv.slice(2)]))

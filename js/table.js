'use strict'

// Records of one model, all together.

const { paged } = require('./pages.js')
const { classes } = require('./records.js')

/** A table of Rust as an array of its rows. All is frozen, so that `toArrow` gives what the array holds. */
function table(source) {
  source.hold()
  const rows = Array.from(paged(classes[source.model], source), Object.freeze)
  Object.defineProperty(rows, 'toArrow', { value: () => source.toArrow() })
  return Object.freeze(rows)
}

module.exports = { table }

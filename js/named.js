'use strict'

/** Gives classes the names that they stand under here, literally: a bundler renames them, most of all to shorten them. */
function named(classes) {
  for (const [name, Class] of Object.entries(classes)) {
    Object.defineProperty(Class, 'name', { value: name, configurable: true })
  }
  return classes
}

module.exports = { named }

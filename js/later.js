'use strict'

/** A module that is loaded when something of it is first asked for. What a program never touches costs its start nothing. */
function later(load) {
  return new Proxy({}, { get: (_, name) => load()[name] })
}

module.exports = { later }

'use strict'

// `using` and `await using`, where the runtime has them, or their symbols.

/** Makes `using` and `await using` close the objects of a class. */
function disposable(Class) {
  define(Class, Symbol.dispose, function dispose() {
    this.close()
  })
  define(Class, Symbol.asyncDispose, async function asyncDispose() {
    this.close()
  })
}

/** Makes `await using` end an iteration. */
function disposableIterator(Class) {
  define(Class, Symbol.asyncDispose, async function asyncDispose() {
    await this.return()
  })
}

function define(Class, symbol, value) {
  if (symbol) Object.defineProperty(Class.prototype, symbol, { value, configurable: true, writable: true })
}

module.exports = { disposable, disposableIterator }

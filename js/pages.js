'use strict'

// Going through what stays in Rust: by pages, one field of many items at once.

/** Neighbouring items of a list; a field of theirs crosses over when it is first read of one of them. */
class Page {
  #source
  #start
  #columns = []

  constructor(source, start) {
    this.#source = source
    this.#start = start
  }

  cell(index, position) {
    this.#columns[position] ??= this.#source.column(position, this.#start, this.#start + pageLength)
    return this.#columns[position][index - this.#start]
  }
}

/** A model of the class for each item of a source. */
function* paged(Class, source) {
  const { length } = source
  for (let start = 0; start < length; start += pageLength) {
    const page = new Page(source, start)
    const end = Math.min(start + pageLength, length)
    for (let index = start; index < end; index += 1) yield new Class(source, index, page)
  }
}

const pageLength = 256

module.exports = { paged }

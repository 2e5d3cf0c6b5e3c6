'use strict'

// Going through what stays in Rust: by pages, the fields of many items at once.

/**
 * Neighbouring items of a list. Their plain values cross over together; a field that is secret, or whose values are objects,
 * when it is first read of one of them.
 */
class Page {
  #source
  #start
  #columns

  constructor(source, start) {
    this.#source = source
    this.#start = start
    this.#columns = JSON.parse(source.page(start, start + pageLength))
  }

  /** A column has one value where they are all the same. */
  cell(index, position) {
    this.#columns[position] ??= this.#source.column(position, this.#start, this.#start + pageLength)
    const column = this.#columns[position]
    return column.length === 1 ? column[0] : column[index - this.#start]
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

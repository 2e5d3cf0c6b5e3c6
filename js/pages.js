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
  /** Whether there is a number that JavaScript would round: it comes as text. Unknown at first. */
  #isRounded

  constructor(source, start, columns = JSON.parse(source.page(start, start + pageLength))) {
    this.#source = source
    this.#start = start
    this.#columns = columns
  }

  /** Of one item alone, all of it. */
  static alone(source, index) {
    return new Page(
      source,
      index,
      source.cells(index).map((cell) => [cell]),
    )
  }

  /** A column has one value where they are all the same. */
  cell(index, position) {
    const column = this.#columns[position] ?? this.#fetched(position)
    return column.length === 1 ? column[0] : column[index - this.#start]
  }

  /** Whether one of the numbers at these positions would be rounded, of any item: asked for all of them at once. */
  hasRounded(numbers) {
    this.#isRounded ??= numbers.some((position) => this.#columns[position].some((value) => typeof value === 'string'))
    return this.#isRounded
  }

  #fetched(position) {
    this.#columns[position] = this.#source.column(position, this.#start, this.#start + pageLength)
    return this.#columns[position]
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

module.exports = { Page, paged }

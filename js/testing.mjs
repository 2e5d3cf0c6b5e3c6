import cjs from './testing.js'

export const { MockServer } = cjs

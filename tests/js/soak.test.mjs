// Soak: under mixed traffic with faults a process holds no more after a while than before, whether garbage is collected
// by force or when V8 sees fit. `SOAK_SECONDS=3600` is the long form; `cargo xtask soak node` runs it.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startMock } from './helper.mjs'

const rounds = 24
const seconds = Number(process.env.SOAK_SECONDS ?? 0)
const program = fileURLToPath(new URL('soak.mjs', import.meta.url))

/**
 * How much more the last third may hold than the one before it, by the medians of both. Memory: allocators give back what is
 * free when they like, V8 collects when it likes unless it is forced, and what the client remembers of its creations,
 * 10,000 of them for 10 minutes, is less than half of it in so short a time. Files: as many connections as may be idle in a
 * pool, or cut just now. Threads: none comes and goes.
 */
const allowed = { memory: 1.5 * 2 ** 20, files: 6, threads: 1 }

/** What the last third of the rounds holds more of than the second one, and how much of it each; the first warms up. */
function grown(rounds, allowed) {
  const third = Math.floor(rounds.length / 3)
  assert.ok(third > 0, `${rounds.length} rounds tell nothing`)
  const found = {}
  for (const what of Object.keys(allowed)) {
    const [middle, last] = [rounds.slice(third, 2 * third), rounds.slice(2 * third)].map((part) =>
      median(part.map((held) => held[what])),
    )
    if (last - middle > allowed[what]) found[what] = [middle, last]
  }
  return found
}

function median(numbers) {
  const sorted = numbers.toSorted((one, other) => one - other)
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2
}

test('growth is found, and noise is not', () => {
  const noise = Array.from({ length: 30 }, (_, at) => ({
    memory: (100 + (at % 3) / 2) * 2 ** 20,
    files: 20 + (at % 4),
    threads: 9,
  }))
  assert.deepEqual(grown(noise, allowed), {})
  const warmUp = noise.slice(0, 10).map((held) => ({ ...held, memory: held.memory * 5 }))
  assert.deepEqual(grown([...warmUp, ...noise], allowed), {})
  for (const [what, by] of Object.entries({ memory: 2 ** 19, files: 1, threads: 1 })) {
    const leak = noise.map((held, at) => ({ ...held, [what]: held[what] + at * by }))
    assert.deepEqual(Object.keys(grown(leak, allowed)), [what])
  }
})

describe('mixed traffic with faults holds no more after a while', { concurrency: 2 }, () => {
  for (const [title, flags, memory] of [
    ['collected by force', ['--expose-gc'], allowed.memory],
    ['collected when V8 sees fit', [], 12 * 2 ** 20],
  ]) {
    test(title, async () => {
      const mock = await startMock()
      const child = spawn(process.execPath, ['--no-warnings', ...flags, program, rounds, seconds], {
        env: {
          ...process.env,
          GREENAPI_PARTNER_TOKEN: mock.partnerToken,
          GREENAPI_PARTNER_API_URL: mock.url,
          GREENAPI_API_URL: mock.url,
          // Each thread may have a heap of its own otherwise, and what one of them keeps free looks like growth.
          MALLOC_ARENA_MAX: '1',
          // What is large goes back to the system as soon as it is free.
          MALLOC_MMAP_THRESHOLD_: String(2 ** 16),
        },
      })
      const [printed, said, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
      assert.equal(code, 0, said)
      const lines = printed.trim().split('\n')
      console.log(title, lines.map((line) => Math.round(JSON.parse(line).memory / 2 ** 20)).join(' '))
      assert.deepEqual(grown(lines.map(JSON.parse), { ...allowed, memory }), {})
    })
  }
})

// Workers of either language, and of both, on one store: whichever of them dies or is held up, wherever it is, a name is
// created once. It is counted where it is billed: upstream.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { Ground } from './helper.mjs'

/** The databases by their names, each with its URL; null is a file. */
const stores = JSON.parse(process.env.STORES)

/** The processes of a case are of these kinds, in turn. */
const languages = {
  Python: ['python', 'asyncio'],
  Node: ['node'],
  'both languages': ['node', 'python', 'node', 'asyncio'],
}

const hold = { hold: true }
const holdAfterAction = { hold: true, act: true }

/** Where a process is when it happens: what lets it come there, and no further. */
const steps = {
  /** It has the name, and has sent nothing. */
  'with a claim': { method: 'getInstances', fault: holdAfterAction },
  /** It has sent a creation that upstream has not acted on. */
  'while it sends': { method: 'createInstance', fault: hold, neverActs: true },
  /** Upstream has acted, and has not answered. */
  'before the answer': { method: 'createInstance', fault: holdAfterAction },
  /** It has the answer, and has not written it down. */
  'with the answer': { method: 'createInstance', fault: holdAfterAction, answers: true },
  'when all is done': {},
}

/** What happens there, and then with how many processes; the numbers take turns. */
const fates = ['killed', 'paused']
const sizes = { Python: [2, 4], Node: [4, 2], 'both languages': [4, 2, 16, 2, 4] }

const names = ['shop-0', 'shop-1', 'shop-2']

for (const [database, address] of Object.entries(stores)) {
  suite(database, { concurrency: 5 }, () => {
    for (const [language, kinds] of Object.entries(languages)) {
      let number = 0
      for (const fate of fates) {
        for (const step of Object.keys(steps)) {
          const size = sizes[language][number % sizes[language].length]
          // Who it happens to is of another kind each time.
          const turned = Array.from({ length: size }, (_, place) => kinds[(place + number) % kinds.length])
          number += 1
          test(`of ${size} in ${language} one is ${fate} ${step}`, (t) => race(t, address, turned, fate, steps[step]))
        }
      }
      test(`four in ${language} that ask at once create each of ten names once`, (t) => atOnce(t, address, kinds))
      test(`a store of four in ${language} goes away and comes back`, (t) => away(t, address, kinds))
    }
    test('a child of Python that was forked with the store open shares no connection', (t) => forked(t, address))
  })
}

/** One process meets its fate with the first name, and all others want that one and more, of which some replies are lost. */
async function race(t, address, kinds, fate, step) {
  const ground = await Ground.new(t, address)
  const gate = await ground.gate()
  // Others wait until its claim has run out; theirs need not.
  const victim = ground.worker(kinds[0], gate.address, 2)
  const got = new Got()
  const { got: itsOwn } = await bring(ground, gate, victim, step)
  if (fate === 'killed') await victim.kill()
  else await gate.pause(victim)
  await gate.open()

  await ground.mock.faults('createInstance', { cut: 'after_action' }, {}, { cut: 'after_action' })
  const others = kinds.slice(1).map((kind) => ground.worker(kind))
  const ensure = (worker, name) => {
    // Where upstream never acts, looking for it settles nothing.
    return worker.ensure(name, step.neverActs && name === names[0] ? { settle: 1 } : {})
  }
  await got.all(others, ensure)
  if (step.neverActs) assert.deepEqual(got.take(names[0]), ['outcome_unknown'])
  if (fate === 'paused') {
    victim.goOn()
    await ground.mock.release()
    got.add(names[0], await itsOwn)
  }
  await got.all([others[0]], (worker, name) => worker.ensure(name, { retry_unknown: true }))
  await got.areOneOfEach(ground)
  const sentAgain = step.neverActs && fate === 'killed' ? 1 : 0
  assert.equal(await ground.created(), names.length + sentAgain)
}

/** Lets a process come to that step with the first name, and no further. Gives what it will get. */
async function bring({ mock }, gate, victim, { method, fault, answers }) {
  if (fault) await mock.faults(method, fault)
  const got = victim.ensure(names[0])
  if (!fault) await got
  else await mock.waitForRequests({ method, outcome: 'held' })
  if (answers) {
    await gate.shut()
    await mock.release()
    await mock.waitForRequests({ method, outcome: 'answered' })
  }
  return { got }
}

/** As it was without a store: a creation takes its time, and the list shows nothing of it. */
async function atOnce(t, address, kinds) {
  const ground = await Ground.new(t, address)
  await ground.mock.faults('createInstance', { delayMs: 150, times: -1 })
  const ten = Array.from({ length: 10 }, (_, number) => `shop-${number}`)
  const got = new Got(ten)
  await got.all(
    four(kinds, (kind) => ground.worker(kind)),
    (worker, name) => worker.ensure(name),
  )
  await got.areOneOfEach(ground)
  assert.equal(await ground.created(), 10)
}

async function away(t, address, kinds) {
  const ground = await Ground.new(t, address)
  const gate = await ground.gate()
  const [first, ...others] = four(kinds, (kind) => ground.worker(kind, gate.address))
  const { got: itsOwn } = await bring(ground, gate, first, steps['before the answer'])
  await Promise.all(others.map(({ ready }) => ready))
  await gate.shut()
  const got = new Got()
  const ofOthers = got.all(others, (worker, name) => worker.ensure(name))
  await ground.mock.release()
  await ground.mock.waitForRequests({ method: 'createInstance', outcome: 'answered' })
  await gate.open()
  await ofOthers
  got.add(names[0], await itsOwn)
  await got.areOneOfEach(ground)
  assert.equal(await ground.created(), names.length)
}

async function forked(t, address) {
  const ground = await Ground.new(t, address)
  const worker = ground.worker('forked')
  const inChild = await worker.ensure(names[0])
  const inParent = await worker.ensure(names[0])
  assert.equal(inParent, inChild)
  const before = (await ground.mock.instances()).find(({ name }) => name === 'before')
  assert.equal(await worker.ensure('before'), String(before.idInstance))
  assert.equal(await ground.created(), 2)
}

const four = (kinds, make) => Array.from({ length: 4 }, (_, place) => make(kinds[place % kinds.length]))

/** What everybody got of each name. */
class Got {
  #names
  #got = new Map()

  constructor(of = names) {
    this.#names = of
  }

  /** All of them ask for all names at once. */
  async all(workers, ensure) {
    await Promise.all(workers.map(({ ready }) => ready))
    const asked = workers.flatMap((worker) =>
      this.#names.map(async (name) => this.add(name, await ensure(worker, name))),
    )
    await Promise.all(asked)
  }

  add(name, what) {
    this.#got.set(name, new Set(this.#got.get(name)).add(what))
  }

  take(name) {
    const got = this.#got.get(name)
    this.#got.delete(name)
    return Array.from(got)
  }

  /** Upstream has one live instance of each name, and everybody got that one. */
  async areOneOfEach({ mock }) {
    const live = new Map()
    for (const { name, idInstance, deleted } of await mock.instances()) {
      if (!deleted) live.set(name, new Set(live.get(name)).add(String(idInstance)))
    }
    assert.deepEqual(this.#got, live)
    for (const ids of live.values()) assert.equal(ids.size, 1)
    assert.equal(live.size, this.#names.length)
  }
}

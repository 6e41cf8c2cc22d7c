// What an application does with the public client, against the server at DS_URL: create, append with an idempotent
// producer, read, tail by long-poll and by SSE, fork, and read the fork.
import assert from "node:assert/strict"
import { randomUUID } from "node:crypto"
import { DurableStream, IdempotentProducer, stream } from "@durable-streams/client"

const base = `${process.env.DS_URL}/v1/stream`
const deadline = setTimeout(() => {
  console.error("public client: not done after 60 s")
  process.exit(1)
}, 60_000)

const url = (name) => `${base}/public-client/${randomUUID()}/${name}`
const numbers = (from, to) => Array.from({ length: to - from }, (_, i) => ({ n: from + i }))
const readAll = async (of) => (await stream({ url: of, live: false })).json()

/** Follows a stream until `count` messages have come, beginning at `offset`. */
async function tail(of, offset, live, count, whenListening) {
  const abort = new AbortController()
  const response = await stream({ url: of, offset, live, signal: abort.signal })
  const items = []
  const done = new Promise((resolve, reject) => {
    response.subscribeJson((batch) => {
      items.push(...batch.items)
      if (items.length >= count) resolve(items)
    })
    response.closed.catch(reject)
  })
  await whenListening()
  const result = await done
  abort.abort()
  await response.closed.catch(() => {})
  return result
}

async function produce(handle, id, items, { epoch = 0, close = false } = {}) {
  const failures = []
  const producer = new IdempotentProducer(handle, id, {
    epoch,
    autoClaim: true,
    maxBatchBytes: 512,
    lingerMs: 1,
    onError: (error) => failures.push(error),
  })
  for (const item of items) producer.append(JSON.stringify(item))
  await producer.flush()
  await (close ? producer.close() : producer.detach())
  assert.deepEqual(failures, [])
}

// Create, and append in batches, several in flight.
const parentUrl = url("parent")
const parent = await DurableStream.create({ url: parentUrl, contentType: "application/json" })
await produce(parent, "writer-1", numbers(0, 500))
assert.deepEqual(await readAll(parentUrl), numbers(0, 500))

// A retry of what was written is not written twice; a writer that starts anew goes on in a new epoch; and one that has
// been taken over is told so and claims the next.
await produce(parent, "writer-1", numbers(0, 1))
await produce(parent, "writer-1", numbers(500, 505), { epoch: 1 })
await produce(parent, "writer-1", numbers(505, 510))
assert.deepEqual(await readAll(parentUrl), numbers(0, 510))

// Tail, live: the rest arrives, whatever the mode.
for (const live of ["long-poll", "sse"]) {
  const { offset } = await parent.head()
  const before = (await readAll(parentUrl)).length
  const news = numbers(before, before + 20)
  const seen = await tail(parentUrl, offset, live, news.length, () => produce(parent, `writer-${live}`, news))
  assert.deepEqual(seen, news, live)
}

// Fork at the tail: both go their own way.
const shared = await readAll(parentUrl)
const { offset: forkOffset } = await parent.head()
const forkUrl = url("fork")
const fork = await DurableStream.create({
  url: forkUrl,
  contentType: "application/json",
  headers: { "Stream-Forked-From": new URL(parentUrl).pathname, "Stream-Fork-Offset": forkOffset },
})
await produce(fork, "writer-1", [{ branch: "fork" }])
await produce(parent, "writer-2", [{ branch: "parent" }])
assert.deepEqual(await readAll(forkUrl), [...shared, { branch: "fork" }])
assert.deepEqual(await readAll(parentUrl), [...shared, { branch: "parent" }])

// The fork outlives its parent, and closes by its producer.
await parent.delete()
await produce(fork, "closer", [{ branch: "last" }], { close: true })
assert.deepEqual(await readAll(forkUrl), [...shared, { branch: "fork" }, { branch: "last" }])
assert.equal((await fork.head()).streamClosed, true)

// Bytes, too.
const bytesUrl = url("bytes")
const bytes = await DurableStream.create({ url: bytesUrl, contentType: "application/octet-stream" })
await bytes.append(new Uint8Array([0, 255, 10, 13]))
assert.deepEqual([...(await (await stream({ url: bytesUrl, live: false })).body())], [0, 255, 10, 13])

clearTimeout(deadline)
console.log("public client: ok")

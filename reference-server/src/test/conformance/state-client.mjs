// What an application sees that reads a session live with the public clients of the Durable State protocol, against the
// server at DS_URL: every entry is an event of that protocol, MaterializedState and StreamDB build the session from it,
// a branch shows what it inherited, and what is appended meanwhile arrives.
import assert from "node:assert/strict"
import { createRequire } from "node:module"
import { readFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { DurableStream, stream } from "@durable-streams/client"
import { MaterializedState, createStateSchema, isChangeEvent, isControlEvent } from "@durable-streams/state"
import { createStreamDB } from "@durable-streams/state/db"
import Ajv from "ajv"
import addFormats from "ajv-formats"

const deadline = setTimeout(() => {
  console.error("state client: not done after 60 s")
  process.exit(1)
}, 60_000)

/** The protocol's own schema. Header fields of ours (and the offset that servers add) are allowed beside its own. */
async function eventSchema() {
  const entry = createRequire(import.meta.url).resolve("@durable-streams/state")
  const schema = JSON.parse(await readFile(join(dirname(entry), "..", "state-protocol.schema.json"), "utf8"))
  schema.definitions.ChangeHeaders.additionalProperties = true
  return addFormats(new Ajv({ strict: false })).compile(schema)
}

async function call(method, path, body) {
  const answer = await fetch(process.env.DS_URL + path, {
    method,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  })
  const text = await answer.text()
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`)
  return text === "" ? undefined : JSON.parse(text)
}

const say = (id, role, text) => call("POST", `/v1/conversations/${id}/entries`, { content: [{ role, text }] })
const anything = { "~standard": { version: 1, vendor: "anabranch", validate: (value) => ({ value }) } }
const textOf = (message) => message.text ?? message.contents.map((content) => content.text).join("")

const schema = createStateSchema({
  sessions: { schema: anything, type: "session", primaryKey: "session" },
  messages: { schema: anything, type: "message", primaryKey: "id" },
  evictions: { schema: anything, type: "evicted", primaryKey: "message" },
})

async function open(url, live) {
  const db = createStreamDB({ streamOptions: { url, contentType: "application/json" }, state: schema, live })
  await db.preload()
  return db
}

const inOrder = (collection) => [...collection.values()].sort((a, b) => a._seq - b._seq)
const texts = (db) => inOrder(db.collections.messages).map(textOf)

/** Waits until the database has seen `count` messages. */
function until(db, count) {
  return new Promise((resolve) => {
    const look = () => {
      if (db.collections.messages.size < count) return
      subscription.unsubscribe()
      resolve()
    }
    const subscription = db.collections.messages.subscribeChanges(look)
    look()
  })
}

// A session of four messages, and a branch that leaves before the second question.
const { id } = await call("POST", "/v1/conversations", { title: "State" })
await say(id, "USER", "one")
await say(id, "AI", "two")
const question = await say(id, "USER", "three")
await say(id, "AI", "four")
const branch = await call("POST", `/v1/conversations/${id}/entries/${question.id}/fork`, { title: "Other way" })
await say(branch.id, "USER", "other three")

const url = (conversation) => new URL(conversation.streamUrl, process.env.DS_URL).href
const parentUrl = url(await (await fetch(`${process.env.DS_URL}/v1/conversations/${id}`)).json())
const branchUrl = url(branch)

// Every entry is an event of the protocol.
const isEvent = await eventSchema()
for (const of of [parentUrl, branchUrl]) {
  const events = await (await stream({ url: of, live: false })).json()
  assert.ok(events.length >= 3)
  for (const event of events) {
    assert.ok(isEvent(event), `${JSON.stringify(event)}: ${JSON.stringify(isEvent.errors)}`)
    assert.ok(isChangeEvent(event) || isControlEvent(event))
  }
  const state = new MaterializedState()
  state.applyBatch(events)
  assert.equal(state.getType("session").size, of === branchUrl ? 2 : 1)
}

// The session live, by both ways to wait: what is there, and what comes.
let expected = ["one", "two", "three", "four"]
for (const live of ["long-poll", "sse"]) {
  const db = await open(parentUrl, live)
  assert.deepEqual(texts(db), expected)
  expected = [...expected, `by ${live}`]
  await say(id, "USER", `by ${live}`)
  await until(db, expected.length)
  assert.deepEqual(texts(db), expected)
  db.close()
}

// The branch: what it inherited, and its own; its parent's later messages are none of them.
const branchDb = await open(branchUrl, false)
assert.deepEqual(texts(branchDb), ["one", "two", "other three"])
assert.deepEqual(inOrder(branchDb.collections.sessions).map((session) => session.session), [id, branch.id])
branchDb.close()

// A message that leaves the window is an entry of its own; a cleared memory begins anew, there as here.
const parent = new DurableStream({ url: parentUrl, contentType: "application/json" })
const evicted = { type: "evicted", key: question.id, value: { reason: "window" }, headers: { operation: "insert" } }
await parent.append(JSON.stringify(evicted))
const evictedDb = await open(parentUrl, false)
assert.deepEqual(inOrder(evictedDb.collections.evictions).map((eviction) => eviction.message), [question.id])
assert.deepEqual(texts(evictedDb), expected)
evictedDb.close()
const entries = await call("GET", `/v1/conversations/${id}/entries`)
assert.deepEqual(entries.data.filter((entry) => !entry.inWindow).map((entry) => entry.id), [question.id])

await parent.append(JSON.stringify({ headers: { control: "reset" } }))
await say(id, "USER", "after all")
const resetDb = await open(parentUrl, false)
assert.deepEqual(texts(resetDb), ["after all"])
resetDb.close()

clearTimeout(deadline)
console.log("state client: ok")
process.exit(0)

// One conversation, live: its entries, what has left the window, where branches leave, and the answer being written.

import { api } from "./api.js"
import { fromEvent, isCounted } from "./entry.js"
import { follow } from "./stream.js"

const PAGE = 100

/** Events: "loaded", "earlier", "added" (detail: entry), "window", "turn", "state", "failed". */
export class Conversation extends EventTarget {
  entries = []
  session = null
  turn = null
  earlierCursor = null
  #byId = new Map()
  #stop = () => {}
  #closed = false

  constructor(id) {
    super()
    this.id = id
  }

  async load() {
    const [session, page] = await Promise.all([
      api.get(this.id),
      api.entries(this.id, { forks: "none", tail: true, limit: PAGE }),
    ])
    if (this.#closed) return
    this.session = session
    this.entries = page.data
    this.entries.forEach((entry) => this.#byId.set(entry.id, entry))
    this.earlierCursor = page.beforeCursor
    this.#emit("loaded")
    const last = this.entries.at(-1)
    this.#stop = follow(
      session.streamUrl,
      last?.offset ?? "-1",
      (events) => events.forEach((event) => this.#apply(event)),
      (state) => this.#emit("state", state),
    )
  }

  async loadEarlier() {
    const cursor = this.earlierCursor
    if (!cursor) return []
    const page = await api.entries(this.id, { forks: "none", beforeCursor: cursor, limit: PAGE })
    const earlier = page.data.filter((entry) => !this.#byId.has(entry.id))
    earlier.forEach((entry) => this.#byId.set(entry.id, entry))
    this.entries.unshift(...earlier)
    this.earlierCursor = page.beforeCursor
    return earlier
  }

  close() {
    this.#closed = true
    this.#stop()
  }

  /** Index in the full history, or null for the system message. */
  indexOf(entry) {
    return entry.index ?? null
  }

  #apply(event) {
    const headers = event.headers ?? {}
    if (headers.control === "reset") {
      this.entries.forEach((entry) => (entry.inWindow = false))
      return this.#emit("window")
    }
    if (event.type === "evicted") {
      const entry = this.#byId.get(event.key)
      if (!entry) return
      entry.inWindow = headers.operation === "delete"
      return this.#emit("window", entry)
    }
    if (event.type === "message" && headers.operation !== "delete") return this.#add(event)
    if (event.type === "turn") this.#emit("turn", event)
  }

  #add(event) {
    if (this.#byId.has(event.key)) return
    const entry = fromEvent(event, this.id)
    const last = [...this.entries].reverse().find((other) => other.index !== null && other.index !== undefined)
    entry.index = isCounted(entry) ? (last?.index ?? -1) + 1 : null
    this.#byId.set(entry.id, entry)
    this.entries.push(entry)
    this.#emit("added", entry)
  }

  #emit(type, detail) {
    if (!this.#closed) this.dispatchEvent(new CustomEvent(type, { detail }))
  }
}

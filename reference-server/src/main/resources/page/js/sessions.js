// All sessions that the page knows, as a tree, kept fresh by the directory stream.

import { api } from "./api.js"
import { follow } from "./stream.js"

const PAGE = 200
const REFRESH_MILLISECONDS = 5000

export class Sessions extends EventTarget {
  #byId = new Map()
  #children = new Map()
  #wanted = new Set()
  #options = { archived: "exclude", scratch: "exclude" }
  #load = 0
  #loaded = Promise.resolve()
  /** Counts requests. An answer may overtake another: of each session, the one that was asked for last stays. */
  #asked = 0
  #askedOf = new Map()
  loading = false

  /** What is shown beside the usual: {archived, scratch}, each "exclude" or "include". */
  get options() {
    return this.#options
  }

  get size() {
    return this.#byId.size
  }

  get(id) {
    return this.#byId.get(id)
  }

  /** Direct branches, newest first. */
  children(id) {
    return this.#children.get(id) ?? []
  }

  /** Sessions without a parent that is known, newest first. */
  roots() {
    return this.children(null)
  }

  parentOf(session) {
    const parent = session.forkedAtConversationId
    return parent && this.#byId.has(parent) ? parent : null
  }

  /** From the root down to the session itself. */
  path(id) {
    const path = []
    for (let session = this.#byId.get(id); session; session = this.#byId.get(this.parentOf(session))) {
      path.unshift(session)
    }
    return path
  }

  isShown(session) {
    const { archived, scratch } = this.#options
    return (archived === "include" || !session.archived) && (scratch === "include" || !session.scratch)
  }

  /** Resolves when the list that is being loaded is there. */
  get complete() {
    return this.#loaded.catch(() => {})
  }

  /** Makes sure that the session is known, also one that the list leaves out. */
  async know(id) {
    if (!this.#byId.has(id)) this.put(await api.get(id))
  }

  async start() {
    let polling = null
    const loaded = this.reload()
    await this.complete
    follow(
      "/v1/stream/directory",
      "now",
      (events) => events.forEach((event) => event.key && this.refresh(event.key)),
      (state) => {
        clearInterval(polling)
        // No directory yet, or not for us: ask for the newest from time to time.
        if (state === "gone") polling = setInterval(() => this.#newest(), REFRESH_MILLISECONDS)
        if (state === "live") this.loading ? this.reload().catch(() => {}) : this.#newest()
      },
    )
    await loaded
  }

  async show(options) {
    this.#options = { ...this.#options, ...options }
    await this.reload()
  }

  /** Loads the newest first and all the others behind it, page by page. */
  reload() {
    this.#loaded = this.#loadAll(++this.#load)
    return this.#loaded
  }

  async #loadAll(load) {
    this.loading = true
    const began = ++this.#asked
    const seen = new Set()
    let cursor = null
    do {
      const asked = ++this.#asked
      const page = await api.list({ mode: "all", limit: PAGE, afterCursor: cursor, ...this.#options })
      if (load !== this.#load) return
      page.data.forEach((session) => (seen.add(session.id), this.#take(session.id, session, asked)))
      cursor = page.afterCursor
      this.loading = cursor !== null
      this.#changed()
    } while (cursor)
    for (const id of this.#byId.keys()) {
      if (!seen.has(id)) this.#take(id, null, began)
    }
    this.#changed()
  }

  /** The newest as they are now; a known one that is not where it should be among them is looked at by itself. */
  async #newest() {
    const asked = ++this.#asked
    try {
      const page = await api.list({ mode: "all", limit: PAGE, ...this.#options })
      const seen = new Set(page.data.map(({ id }) => id))
      const oldest = page.afterCursor === null ? "" : page.data.at(-1).updatedAt
      for (const session of this.#byId.values()) {
        if (!seen.has(session.id) && this.isShown(session) && session.updatedAt > oldest) this.refresh(session.id)
      }
      page.data.forEach((session) => this.#take(session.id, session, asked))
      this.#changed()
    } catch (unreachable) {
      // The next look will tell; the open conversation shows that the server is away.
      return
    }
  }

  /** Looks at one session anew, soon; several calls become one look each. */
  refresh(id, milliseconds = 30) {
    if (this.#wanted.has(id)) return
    this.#wanted.add(id)
    setTimeout(async () => {
      this.#wanted.delete(id)
      const asked = ++this.#asked
      try {
        const session = await api.get(id)
        if (!this.#take(id, session, asked)) return this.refresh(id)
        this.#changed()
      } catch (problem) {
        if (problem.status === 404 || problem.status === 410) this.remove(id)
      }
    }, milliseconds)
  }

  put(session) {
    this.#take(session.id, session, ++this.#asked)
    this.#changed()
    return session
  }

  /** Notes what the server said of a session when it was asked; says whether nothing newer was known. */
  #take(id, session, asked) {
    if (asked < (this.#askedOf.get(id) ?? 0)) return false
    this.#askedOf.set(id, asked)
    if (session) this.#byId.set(id, session)
    else this.#byId.delete(id)
    return true
  }

  remove(id) {
    this.#askedOf.set(id, ++this.#asked)
    if (this.#byId.delete(id)) {
      this.#changed()
      this.dispatchEvent(new CustomEvent("removed", { detail: id }))
    }
  }

  #changed() {
    this.#children = new Map()
    for (const session of this.#byId.values()) {
      const parent = this.parentOf(session)
      if (!this.#children.has(parent)) this.#children.set(parent, [])
      this.#children.get(parent).push(session)
    }
    for (const list of this.#children.values()) list.sort(newestFirst)
    this.dispatchEvent(new Event("change"))
  }
}

function newestFirst(a, b) {
  return order(b.updatedAt ?? "", a.updatedAt ?? "") || order(b.createdAt ?? "", a.createdAt ?? "")
}

/** Times of one form sort as they are; comparing them as words of a language takes a hundred times as long. */
function order(one, other) {
  return one < other ? -1 : one > other ? 1 : 0
}

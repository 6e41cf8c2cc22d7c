// The conversation on the page: header, messages with their boundaries and pickers, composer.

import { Answer } from "./answer.js"
import { Composer } from "./composer.js"
import { announce, h, icon, redraw } from "./dom.js"
import { isCounted } from "./entry.js"
import { Header } from "./header.js"
import { messageElement, showWindow } from "./messages.js"
import { Pickers } from "./picker.js"
import { may } from "./rights.js"

const NEAR_END = 120
/** The directory says nothing of messages: the count in the sidebar follows what is seen here. */
const COUNT_MILLISECONDS = 400

export class View {
  #sessions
  #actions
  #conversation
  #elements = new Map()
  #pickers
  /** Whether the end is in view, and stays so while what is above it takes its height. */
  #atEnd = true

  constructor(element, conversation, sessions, actions, agentAttached) {
    this.#sessions = sessions
    this.#actions = actions
    this.#conversation = conversation
    this.messages = h("div.messages", { role: "log", "aria-label": "Messages" })
    this.scroller = h("div.scroller", { tabIndex: 0, "aria-label": "Messages, scrollable" }, this.messages)
    this.header = new Header(conversation.id, sessions, actions)
    this.boundary = h("div.boundary", { role: "separator" }, h("span"))
    this.#pickers = new Pickers(sessions, conversation.id, actions.open)
    this.composer = new Composer({
      send: (text, role) => this.#send(text, role),
      stop: () => actions.stop(conversation.id),
    })
    this.composer.setAgent(agentAttached)
    this.answer = new Answer(conversation, this.composer, () => this.#stickToEnd(), actions)
    element.replaceChildren(this.header.element, this.scroller, this.composer.element)
    this.#listen()
  }

  close() {
    this.#sessions.removeEventListener("change", this.onSessions)
    this.growth.disconnect()
    this.answer.close()
    this.#conversation.close()
  }

  async #send(text, role) {
    const sent = await this.#actions.send(this.#conversation.id, text, role)
    if (sent) this.answer.look()
    return sent
  }

  get session() {
    return (this.#conversation.session = this.#sessions.get(this.#conversation.id) ?? this.#conversation.session)
  }

  #listen() {
    const conversation = this.#conversation
    conversation.addEventListener("loaded", () => this.#render())
    conversation.addEventListener("added", (event) => this.#append(event.detail))
    conversation.addEventListener("window", (event) => this.#refreshWindow(event.detail))
    conversation.addEventListener("state", (event) => this.#showState(event.detail))
    this.onSessions = () => this.#onSessions()
    this.#sessions.addEventListener("change", this.onSessions)
    this.scroller.addEventListener("scroll", () => ((this.#atEnd = this.#isAtEnd()), this.#maybeEarlier()), { passive: true })
    this.growth = new ResizeObserver(() => this.#atEnd && this.#scrollToEnd())
    this.growth.observe(this.messages)
  }

  #onSessions() {
    cancelAnimationFrame(this.pending)
    this.pending = requestAnimationFrame(() => {
      if (!this.#conversation.session) return
      this.#showHeader()
      this.#placeBoundary()
      this.#placePickers()
    })
  }

  #render() {
    this.#elements.clear()
    this.#showHeader()
    const { entries } = this.#conversation
    this.messages.replaceChildren(this.#chunk(entries))
    this.answer.attach(this.messages)
    this.#placeBoundary()
    this.#placePickers()
    this.#placeEarlier()
    if (!entries.length) this.#showEmpty()
    this.#scrollToEnd()
  }

  /** Puts the focus on the picker at a place; says whether there is one. */
  focusPicker(point, direction) {
    return this.#pickers.focus(point, direction)
  }

  /** Shows a message, however far back it is, and marks it until one goes on. */
  async reveal(entryId) {
    while (!this.#elements.has(entryId) && this.#conversation.earlierCursor) {
      if (!(await this.#earlier())) return
    }
    const element = this.#elements.get(entryId)
    if (!element) return
    this.#atEnd = false
    element.scrollIntoView({ block: "center" })
    element.classList.add("found")
    const goOn = new AbortController()
    for (const type of ["keydown", "pointerdown"]) {
      addEventListener(type, () => (element.classList.remove("found"), goOn.abort()), { signal: goOn.signal })
    }
  }

  #showHeader() {
    this.composer.setReadOnly(!may(this.session, "writer"))
    this.header.show(this.session)
  }

  #element(entry) {
    const element = messageElement(entry, {
      branchAfter: () => this.#actions.branchAfter(this.#conversation.id, entry),
      editAndBranch: () => this.#actions.editAndBranch(this.#conversation.id, entry),
    })
    this.#elements.set(entry.id, element)
    return element
  }

  /** Messages that came together: the browser leaves them out as one while they are not in view. */
  #chunk(entries) {
    return h("div.chunk", {}, ...entries.map((entry) => this.#element(entry)))
  }

  #append(entry) {
    const atEnd = this.#isAtEnd()
    this.messages.querySelector(".empty")?.remove()
    this.answer.before(this.#element(entry))
    if (!entry.inherited) this.#placeBoundary()
    this.#placePickers()
    if (atEnd) this.#scrollToEnd()
    this.#sessions.refresh(this.#conversation.id, COUNT_MILLISECONDS)
    if (entry.role === "AI") announce(`Agent: ${entry.text.slice(0, 300)}`)
  }

  #refreshWindow(changed) {
    for (const entry of changed ? [changed] : this.#conversation.entries) {
      const element = this.#elements.get(entry.id)
      if (element) showWindow(element, entry)
    }
  }

  #showState(state) {
    this.header.showState(state)
    if (state === "gone") this.#actions.gone(this.#conversation.id)
  }

  #showEmpty() {
    this.messages.prepend(
      h("div.empty", {}, icon("branch"), h("h2", {}, "Nothing said yet"),
        h("p", {}, "Write the first message below. Once there are some, every one of them is a place to branch from.")))
  }

  /** The quiet line between what a branch inherited and what is its own. */
  #placeBoundary() {
    const session = this.session
    const parent = session.forkedAtConversationId
    const own = this.#conversation.entries.find((entry) => !entry.inherited)
    const isFirst = own && own === this.#conversation.entries[0]
    const isAbove = isFirst && (this.#conversation.earlierCursor !== null || session.forkPoint > 0)
    if (!parent || isAbove) return this.boundary.remove()
    const known = this.#sessions.get(parent)
    const name = known && (known.title || parent)
    redraw(this.boundary.firstChild, [parent, name, session.forkPoint], () => [
      "forked from ",
      name ? h("button", { type: "button", onclick: () => this.#actions.open(parent) }, name) : "a session that was deleted",
      session.forkPoint !== null && ` · fork@${session.forkPoint}`,
    ])
    const next = (own && this.#elements.get(own.id)) ?? this.answer.anchor
    const place = next.previousElementSibling?.matches(".picker") ? next.previousElementSibling : next
    if (place.previousElementSibling !== this.boundary) place.before(this.boundary)
  }

  #placePickers() {
    this.#pickers.place(this.#conversation, (entry) => this.#elements.get(entry.id), this.answer.anchor)
  }

  #placeEarlier() {
    this.messages.querySelector(".earlier")?.remove()
    if (this.#conversation.earlierCursor === null) return
    this.messages.prepend(h("button.quiet.earlier", { type: "button", onclick: () => this.#earlier() }, "Show earlier messages"))
  }

  #maybeEarlier() {
    if (this.scroller.scrollTop < 400 && this.#conversation.earlierCursor) this.#earlier()
  }

  /** Shows a page of earlier messages, one at a time whoever asks; says whether they came. */
  #earlier() {
    this.loadingEarlier ??= this.#showEarlier().finally(() => (this.loadingEarlier = null))
    return this.loadingEarlier
  }

  async #showEarlier() {
    try {
      const earlier = await this.#conversation.loadEarlier()
      if (earlier.length) this.#placeAbove(earlier)
      else this.#placeEarlier()
      return true
    } catch (problem) {
      this.#actions.failed(problem)
      return false
    }
  }

  #placeAbove(entries) {
    const fromEnd = this.scroller.scrollHeight - this.scroller.scrollTop
    const button = this.messages.querySelector(".earlier")
    const chunk = this.#chunk(entries)
    if (button) button.replaceWith(chunk)
    else this.messages.prepend(chunk)
    this.#placeEarlier()
    this.#placeBoundary()
    this.#placePickers()
    this.scroller.scrollTop = this.scroller.scrollHeight - fromEnd
  }

  #isAtEnd() {
    return this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < NEAR_END
  }

  #scrollToEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight
  }

  #stickToEnd() {
    if (this.#isAtEnd()) requestAnimationFrame(() => this.#scrollToEnd())
  }
}

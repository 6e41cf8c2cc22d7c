// The conversation on the page: header, messages with their boundaries and pickers, composer.

import { Answer } from "./answer.js"
import { Composer } from "./composer.js"
import { announce, h, iconButton, icon } from "./dom.js"
import { isCounted } from "./entry.js"
import { messageElement } from "./messages.js"
import { divergences, pickerElement } from "./picker.js"
import { may } from "./rights.js"

const NEAR_END = 120
/** The directory says nothing of messages: the count in the sidebar follows what is seen here. */
const COUNT_MILLISECONDS = 400
const FOUND_MILLISECONDS = 2500

export class View {
  #sessions
  #actions
  #manages
  #conversation
  #elements = new Map()
  #pickers = []
  /** Whether the end is in view, and stays so while what is above it takes its height. */
  #atEnd = true

  constructor(element, conversation, sessions, actions, agentAttached) {
    this.#sessions = sessions
    this.#actions = actions
    this.#conversation = conversation
    this.messages = h("div.messages", { role: "log", "aria-label": "Messages" })
    this.scroller = h("div.scroller", { tabIndex: 0, "aria-label": "Messages, scrollable" }, this.messages)
    this.header = h("header.bar")
    this.composer = new Composer({
      send: (text, role) => this.#send(text, role),
      stop: () => actions.stop(conversation.id),
    })
    this.composer.setAgent(agentAttached)
    this.answer = new Answer(conversation, this.composer, () => this.#stickToEnd(), actions)
    element.replaceChildren(this.header, this.scroller, this.composer.element)
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
    return this.#sessions.get(this.#conversation.id) ?? this.#conversation.session
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
      this.#renderHeader()
      this.#placePickers()
    })
  }

  #render() {
    this.#elements.clear()
    this.#renderHeader()
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
    const picker = this.#pickers.find((candidate) => candidate.dataset.point === String(point))
    picker?.querySelector(direction)?.focus()
    return Boolean(picker)
  }

  /** Shows a message, however far back it is. */
  async reveal(entryId) {
    while (!this.#elements.has(entryId) && this.#conversation.earlierCursor) await this.#earlier()
    const element = this.#elements.get(entryId)
    if (!element) return
    this.#atEnd = false
    element.scrollIntoView({ block: "center" })
    element.classList.add("found")
    setTimeout(() => element.classList.remove("found"), FOUND_MILLISECONDS)
  }

  #renderHeader() {
    const session = this.session
    this.composer.setReadOnly(!may(session, "writer"))
    const path = this.#sessions.path(session.id).slice(0, -1)
    const crumbs = path.flatMap((ancestor) => [h("button", { type: "button", onclick: () => this.#actions.open(ancestor.id) }, ancestor.title || ancestor.id), "›"])
    const focused = this.header.contains(document.activeElement) ? document.activeElement.dataset.action : null
    const action = (name, glyph, label, run, kind = "button") =>
      h(kind, { type: "button", title: label, "aria-label": label, "data-action": name, onclick: run }, icon(glyph), h("span.label", {}, label))
    const heading = h("div.heading", {},
        h("h2", { title: session.title || session.id }, session.title || session.id),
        h("div.path", {}, h("span.live", { "data-state": this.state ?? "waiting", title: `Stream: ${this.state ?? "connecting"}` }), ...crumbs,
          session.forkPoint !== null && session.forkedAtConversationId ? [h("span.fork-point", {}, `fork@${session.forkPoint}`), "·"] : null,
          h("span.size", {}, session.messageCount === 1 ? "1 message" : `${session.messageCount} messages`),
          session.scratch && h("span.badge", {}, "scratch"), session.archived && h("span.badge", {}, "archived")))
    const manages = may(session, "manager")
    if (manages === this.#manages) {
      // The buttons stay: a pointer may be down on one.
      this.header.querySelector(".heading").replaceWith(heading)
      return
    }
    this.#manages = manages
    this.header.replaceChildren(
      iconButton("menu", "Show the sessions", () => this.#actions.menu(), { class: "icon-button menu" }),
      heading,
      h("div.actions", {},
        action("fork", "fork", "Fork", () => this.#actions.fork(session.id), "button.primary"),
        manages && action("delete", "trash", "Delete", () => this.#actions.remove(session.id)),
        iconButton("tree", "Show the tree", () => this.#actions.tree(session.id), { "data-action": "tree" }),
        iconButton("more", "More", () => this.#actions.more(session.id), { "data-action": "more", "aria-haspopup": "dialog" })))
    if (focused) this.header.querySelector(`[data-action="${focused}"]`)?.focus()
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
      const old = this.#elements.get(entry.id)
      if (old) old.replaceWith(this.#element(entry))
    }
  }

  #showState(state) {
    this.state = state
    const lamp = this.header.querySelector(".live")
    if (lamp) Object.assign(lamp.dataset, { state })
    if (lamp) lamp.title = `Stream: ${state}`
    if (state === "gone") this.#actions.gone(this.#conversation.id)
  }

  #showEmpty() {
    this.messages.prepend(
      h("div.empty", {}, icon("branch"), h("h2", {}, "Nothing said yet"),
        h("p", {}, "Write the first message below. Once there are some, every one of them is a place to branch from.")))
  }

  /** The quiet line between what a branch inherited and what is its own. */
  #placeBoundary() {
    this.messages.querySelector(".boundary")?.remove()
    const session = this.session
    const parent = session.forkedAtConversationId
    if (!parent) return
    const own = this.#conversation.entries.find((entry) => !entry.inherited)
    if (own && own === this.#conversation.entries[0] && this.#conversation.earlierCursor === null && session.forkPoint > 0) return
    const known = this.#sessions.get(parent)
    const label = known ? h("button", { type: "button", onclick: () => this.#actions.open(parent) }, known.title || parent) : "a session that was deleted"
    const line = h("div.boundary", { role: "separator" }, h("span", {}, "forked from ", label, ` · fork@${session.forkPoint}`))
    const element = own && this.#elements.get(own.id)
    if (element) element.before(line)
    else this.answer.before(line)
  }

  #placePickers() {
    const had = this.#pickers.find((picker) => picker.contains(document.activeElement))
    const step = document.activeElement?.dataset.step
    this.#pickers.forEach((picker) => picker.remove())
    this.#pickers = []
    const { entries } = this.#conversation
    const counted = entries.filter(isCounted)
    const byIndex = new Map(counted.map((entry) => [this.#conversation.indexOf(entry), entry]))
    for (const [point, divergence] of divergences(this.#sessions, this.#conversation.id)) {
      const entry = byIndex.get(point)
      const last = counted.at(-1)
      const atEnd = point > 0 && last && this.#conversation.indexOf(last) === point - 1
      if (!entry && !atEnd) continue
      const picker = pickerElement(divergence, (id, direction) => this.#actions.open(id, direction && { point, direction }))
      picker.dataset.point = point
      this.#pickers.push(picker)
      if (entry) this.#elements.get(entry.id).before(picker)
      else this.answer.before(picker)
    }
    if (had) this.focusPicker(had.dataset.point, step ? `[data-step="${step}"]` : "select")
  }

  #placeEarlier() {
    this.messages.querySelector(".earlier")?.remove()
    if (this.#conversation.earlierCursor === null) return
    this.messages.prepend(h("button.quiet.earlier", { type: "button", onclick: () => this.#earlier() }, "Show earlier messages"))
  }

  #maybeEarlier() {
    if (this.scroller.scrollTop < 400 && this.#conversation.earlierCursor) this.#earlier()
  }

  async #earlier() {
    const earlier = await this.#conversation.loadEarlier().catch((problem) => (this.#actions.failed(problem), []))
    if (!earlier.length) return this.#placeEarlier()
    const fromEnd = this.scroller.scrollHeight - this.scroller.scrollTop
    const first = this.messages.querySelector(".earlier")
    const chunk = this.#chunk(earlier)
    if (first) first.replaceWith(chunk)
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

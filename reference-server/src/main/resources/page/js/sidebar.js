// The tree of sessions: only the rows that are in view are in the page, however many there are.

import { h, icon, iconButton } from "./dom.js"
import { ROW_HEIGHT, Row } from "./row.js"

const MARGIN = 6

export class Sidebar {
  #sessions
  #actions
  #folded = new Set()
  #rows = []
  /** By id: the rows that are in the page. */
  #drawn = new Map()
  #selected = null
  #isRevealed = false
  #focused = null
  #filter = ""

  constructor(element, sessions, actions) {
    this.#sessions = sessions
    this.#actions = actions
    this.filterBox = h("input", {
      type: "search",
      placeholder: "Filter sessions",
      "aria-label": "Filter sessions by title",
      oninput: () => ((this.#filter = this.filterBox.value.trim().toLowerCase()), this.render()),
    })
    this.count = h("span.count", { "aria-live": "polite" })
    this.list = h("div.rows", {
      role: "tree",
      "aria-label": "Sessions and their branches",
      tabIndex: 0,
      onkeydown: (event) => this.#onKey(event),
    })
    this.space = h("div.space", { role: "presentation" })
    this.list.append(this.space)
    this.list.addEventListener("pointerdown", (event) => (this.isPressed = event.button === 0))
    for (const type of ["pointerup", "pointercancel", "blur"]) addEventListener(type, () => setTimeout(() => this.#release()))
    this.list.addEventListener("scroll", () => this.#draw(), { passive: true })
    element.append(
      h("header", {}, h("p.brand", {}, icon("branch"), "Anabranch"),
        iconButton("theme", "Change the colour scheme", () => this.#actions.theme()),
        iconButton("plus", "New session", () => this.#actions.create(), { "data-action": "new" })),
      h("div.filter", {}, this.filterBox, iconButton("search", "Search in messages", () => this.#actions.search())),
      h("div.toggles", {}, this.#toggle("Archived", "archived"), this.#toggle("Scratch", "scratch"), this.count),
      this.list,
    )
    sessions.addEventListener("change", () => this.render())
    new ResizeObserver(() => this.#draw()).observe(this.list)
  }

  /** Shows where one is; once only, so that what is folded and walked to meanwhile stays so. */
  select(id) {
    if (id === this.#selected && this.#isRevealed) return this.render()
    const path = this.#sessions.path(id)
    this.#isRevealed = path.length > 0
    this.#selected = id
    this.#focused = id
    for (const session of path.slice(0, -1)) this.#folded.delete(session.id)
    this.render()
    this.#reveal(id)
  }

  render() {
    cancelAnimationFrame(this.frame)
    this.frame = requestAnimationFrame(() => {
      // Rows stay where they are while a pointer is down: the click is for the one that was pressed.
      this.isLate = this.isPressed
      if (this.isLate) return
      this.#rows = this.#filter ? this.#matches() : this.#visible()
      const total = this.#sessions.size
      this.count.textContent = this.#filter ? `${this.#rows.length} of ${total}` : `${total}`
      this.space.style.height = `${this.#rows.length * ROW_HEIGHT}px`
      this.list.dataset.empty = this.#rows.length ? "" : this.#sessions.loading ? "Loading…" : this.#filter ? "No session has this in its title." : "No sessions yet."
      this.#draw()
    })
  }

  #release() {
    this.isPressed = false
    if (this.isLate) this.render()
  }

  #toggle(label, option) {
    const change = (event) => this.#actions.show({ [option]: event.target.checked ? "include" : "exclude" })
    return h("label", {}, h("input", { type: "checkbox", name: option, onchange: change }), label)
  }

  #visible() {
    const rows = []
    const pending = this.#sessions.roots().map((session) => [session, 1]).reverse()
    while (pending.length) {
      const [session, level] = pending.pop()
      const children = this.#sessions.children(session.id).filter((child) => this.#sessions.isShown(child))
      if (!this.#sessions.isShown(session) && !children.length) continue
      rows.push({ session, level, folded: children.length ? this.#folded.has(session.id) : null })
      if (this.#folded.has(session.id)) continue
      for (let i = children.length - 1; i >= 0; i--) pending.push([children[i], level + 1])
    }
    return rows
  }

  #matches() {
    const rows = []
    const pending = [...this.#sessions.roots()].reverse()
    while (pending.length) {
      const session = pending.pop()
      pending.push(...[...this.#sessions.children(session.id)].reverse())
      const text = `${session.title ?? ""} ${session.id}`.toLowerCase()
      if (text.includes(this.#filter) && this.#sessions.isShown(session)) rows.push({ session, level: 1, folded: null })
    }
    return rows
  }

  #draw() {
    const first = Math.max(0, Math.floor(this.list.scrollTop / ROW_HEIGHT) - MARGIN)
    const last = Math.min(this.#rows.length, Math.ceil((this.list.scrollTop + this.list.clientHeight) / ROW_HEIGHT) + MARGIN)
    const focused = this.#focusIndex()
    const drawn = new Map()
    for (let i = first; i < last; i++) {
      const { session, level, folded } = this.#rows[i]
      const row = this.#drawn.get(session.id) ?? new Row(session.id, this.#actions, () => this.#fold(session.id))
      drawn.set(session.id, row)
      row.show(session, { top: i * ROW_HEIGHT, level, folded, selected: session.id === this.#selected, focused: i === focused })
    }
    this.#drawn = drawn
    place(this.space, [...drawn.values()].map((row) => row.element))
    const active = this.#rows[focused]
    if (active && focused >= first && focused < last) this.list.setAttribute("aria-activedescendant", drawn.get(active.session.id).element.id)
    else this.list.removeAttribute("aria-activedescendant")
  }

  #fold(id, folded = !this.#folded.has(id)) {
    if (folded) this.#folded.add(id)
    else this.#folded.delete(id)
    this.render()
  }

  #focusIndex() {
    const index = this.#rows.findIndex((row) => row.session.id === this.#focused)
    return index < 0 ? this.#rows.findIndex((row) => row.session.id === this.#selected) : index
  }

  #reveal(id) {
    requestAnimationFrame(() => {
      const index = this.#rows.findIndex((row) => row.session.id === id)
      if (index < 0) return
      const top = index * ROW_HEIGHT
      if (top < this.list.scrollTop) this.list.scrollTop = top
      if (top + ROW_HEIGHT > this.list.scrollTop + this.list.clientHeight) this.list.scrollTop = top + ROW_HEIGHT - this.list.clientHeight
    })
  }

  #onKey(event) {
    const index = this.#focusIndex()
    const row = this.#rows[index]
    const move = (to) => {
      const target = this.#rows[Math.max(0, Math.min(this.#rows.length - 1, to))]
      if (!target) return
      this.#focused = target.session.id
      this.#reveal(this.#focused)
      this.#draw()
    }
    const keys = {
      ArrowDown: () => move(index + 1),
      ArrowUp: () => move(index - 1),
      Home: () => move(0),
      End: () => move(this.#rows.length - 1),
      PageDown: () => move(index + 10),
      PageUp: () => move(index - 10),
      ArrowRight: () => (row?.folded ? this.#fold(row.session.id, false) : move(index + 1)),
      ArrowLeft: () => {
        if (row?.folded === false) this.#fold(row.session.id, true)
        else if (row) move(this.#rows.findIndex((other) => other.session.id === row.session.forkedAtConversationId))
      },
      Enter: () => row && this.#actions.open(row.session.id),
      " ": () => row && this.#actions.open(row.session.id),
      f: () => row && this.#actions.fork(row.session.id),
      Delete: () => row && this.#actions.remove(row.session.id),
    }
    if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey || event.target !== this.list) return
    event.preventDefault()
    keys[event.key]()
  }
}

/** Makes these the children, in this order, and leaves those in place that are. */
function place(parent, elements) {
  const wanted = new Set(elements)
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove()
  elements.forEach((element, i) => parent.children[i] !== element && parent.insertBefore(element, parent.children[i] ?? null))
}

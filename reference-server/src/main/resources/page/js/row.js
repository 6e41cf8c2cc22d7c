// A row of the sidebar.

import { ago, h, icon, iconButton, write } from "./dom.js"

export const ROW_HEIGHT = 54
const LEVEL_MAX = 12

/** Its elements are made once and told what to show: a pointer may be down on any of them. */
export class Row {
  constructor(id, actions, fold) {
    const quietly = (action) => (event) => (event.stopPropagation(), action())
    this.fold = h("button.fold", { type: "button", tabIndex: -1, "aria-hidden": "true", onclick: quietly(fold) }, icon("chevron"))
    this.branch = icon("branch")
    this.dot = h("span.dot")
    this.kind = h("span.kind", {}, this.branch, this.dot)
    this.title = h("span.title")
    this.forkPoint = h("span.fork-point")
    this.scratch = h("span.badge", {}, "scratch")
    this.archived = h("span.badge", {}, "archived")
    this.count = h("span")
    this.time = h("time")
    this.forkButton = iconButton("fork", "Fork", quietly(() => actions.fork(id)), { tabIndex: -1, "data-action": "fork-row" })
    this.element = h("div.row", { id: `row-${encodeURIComponent(id)}`, role: "treeitem", "data-id": id, onclick: () => actions.open(id) },
      this.fold, this.kind,
      h("span.text", {}, this.title, h("span.meta", {}, this.forkPoint, this.scratch, this.archived, this.count, this.time)),
      h("span.row-actions", {}, this.forkButton))
  }

  show(session, place) {
    this.#showPlace(place)
    const isBranch = Boolean(session.forkedAtConversationId)
    const name = session.title || session.id
    this.kind.title = isBranch ? "Branch" : "Session"
    this.branch.toggleAttribute("hidden", !isBranch)
    this.dot.hidden = isBranch
    write(this.title, name)
    this.forkPoint.hidden = !isBranch || session.forkPoint === null || session.forkPoint === undefined
    write(this.forkPoint, `fork@${session.forkPoint}`)
    this.forkPoint.title = `Inherits ${session.forkPoint} messages`
    this.scratch.hidden = !session.scratch
    this.archived.hidden = !session.archived
    this.element.classList.toggle("archived", Boolean(session.archived))
    write(this.count, `${session.messageCount} msg`)
    write(this.time, ago(session.updatedAt))
    if (this.time.dateTime !== session.updatedAt) {
      this.time.dateTime = session.updatedAt
      this.time.title = new Date(session.updatedAt).toLocaleString()
    }
    if (this.forkButton.dataset.name !== name) this.#name(name)
  }

  #name(name) {
    this.forkButton.dataset.name = name
    this.forkButton.title = `Fork “${name}”`
    this.forkButton.setAttribute("aria-label", `Fork “${name}”`)
  }

  #showPlace({ top, level, folded, selected, focused }) {
    const { element } = this
    element.setAttribute("aria-level", String(level))
    element.setAttribute("aria-selected", String(selected))
    if (folded === null) element.removeAttribute("aria-expanded")
    else element.setAttribute("aria-expanded", String(!folded))
    this.fold.classList.toggle("leaf", folded === null)
    element.classList.toggle("focused", focused)
    element.style.transform = `translateY(${top}px)`
    element.style.setProperty("--level", Math.min(level, LEVEL_MAX))
  }
}

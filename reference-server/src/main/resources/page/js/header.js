// The bar above a conversation: what it is called, where it hangs, and what can be done with it.

import { h, icon, iconButton, redraw, write } from "./dom.js"
import { may } from "./rights.js"

/** Its buttons are made once: a pointer may be down on one, or the focus on it, whenever something changes. */
export class Header {
  #sessions
  #actions
  #remove

  constructor(id, sessions, actions) {
    this.#sessions = sessions
    this.#actions = actions
    const action = (name, glyph, label, run, kind = "button") =>
      h(kind, { type: "button", title: label, "aria-label": label, "data-action": name, onclick: run }, icon(glyph), h("span.label", {}, label))
    this.title = h("h2")
    this.lamp = h("span.live", { "data-state": "waiting", title: "Stream: connecting" })
    this.crumbs = h("span.crumbs")
    this.facts = h("span.facts")
    this.#remove = action("delete", "trash", "Delete", () => actions.remove(id))
    this.buttons = h("div.actions", {},
      action("fork", "fork", "Fork", () => actions.fork(id), "button.primary"),
      this.#remove,
      iconButton("tree", "Show the tree", () => actions.tree(id), { "data-action": "tree" }),
      iconButton("more", "More", () => actions.more(id), { "data-action": "more", "aria-haspopup": "dialog" }))
    this.element = h("header.bar")
  }

  show(session) {
    if (!this.element.hasChildNodes()) {
      this.element.append(
        iconButton("menu", "Show the sessions", () => this.#actions.menu(), { class: "icon-button menu" }),
        h("div.heading", {}, this.title, h("div.path", {}, this.lamp, this.crumbs, this.facts)),
        this.buttons)
    }
    const name = session.title || session.id
    write(this.title, name)
    this.title.title = name
    const path = this.#sessions.path(session.id).slice(0, -1)
    redraw(this.crumbs, path.map(({ id, title }) => [id, title]), () =>
      path.flatMap(({ id, title }) => [h("button", { type: "button", onclick: () => this.#actions.open(id) }, title || id), "›"]))
    const { forkPoint, messageCount, scratch, archived } = session
    const isBranch = forkPoint !== null && Boolean(session.forkedAtConversationId)
    redraw(this.facts, [isBranch, forkPoint, messageCount, scratch, archived], () => [
      isBranch && h("span.fork-point", {}, `fork@${forkPoint}`),
      isBranch && "·",
      h("span.size", {}, messageCount === 1 ? "1 message" : `${messageCount} messages`),
      scratch && h("span.badge", {}, "scratch"),
      archived && h("span.badge", {}, "archived"),
    ])
    this.#offerDelete(may(session, "manager"))
  }

  #offerDelete(offered) {
    if (offered === this.buttons.contains(this.#remove)) return
    if (offered) this.buttons.firstChild.after(this.#remove)
    else this.#remove.remove()
  }

  showState(state) {
    this.lamp.dataset.state = state
    this.lamp.title = `Stream: ${state}`
  }
}

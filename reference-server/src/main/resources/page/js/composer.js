// Where one writes. With an agent attached, a message is answered; without one it is only kept.

import { h, icon } from "./dom.js"

export class Composer {
  #actions
  #sending = false

  constructor(actions) {
    this.#actions = actions
    this.text = h("textarea", {
      rows: 1,
      placeholder: "Message",
      "aria-label": "Message",
      oninput: () => this.#grow(),
      onkeydown: (event) => this.#onKey(event),
    })
    this.role = h("select", { "aria-label": "Who says it", title: "Who says it" }, h("option", { value: "USER" }, "User"), h("option", { value: "AI" }, "Agent"))
    this.sendButton = h("button.primary", { type: "submit", title: "Send (Enter)" }, icon("send"), h("span", {}, "Send"))
    this.stopButton = h("button.danger", { type: "button", hidden: true, title: "Stop (Escape)", onclick: () => this.#actions.stop() }, icon("stop"), h("span", {}, "Stop"))
    this.note = h("p.composer-note", { hidden: true })
    this.element = h("form.composer", { onsubmit: (event) => (event.preventDefault(), this.#send()) }, this.note,
      h("div.composer-row", {}, this.role, this.text, this.sendButton, this.stopButton))
  }

  /** Whether a role can be chosen: only when no agent would answer. */
  setAgent(attached) {
    this.role.hidden = attached
    this.text.placeholder = attached ? "Message the agent" : "Add a message (no agent is attached)"
  }

  /** Readers write in a fork of their own. */
  setReadOnly(readOnly) {
    if (readOnly === this.element.classList.contains("read-only")) return
    for (const field of [this.text, this.role, this.sendButton, this.stopButton]) field.disabled = readOnly
    this.element.classList.toggle("read-only", readOnly)
    this.note.textContent = readOnly ? "You may read this session, not write to it. Fork it to go on in one of your own." : ""
    this.note.hidden = !readOnly
  }

  setAnswering(answering) {
    this.stopButton.hidden = !answering
    this.sendButton.hidden = answering
  }

  fill(text, note = "") {
    this.text.value = text
    this.note.textContent = note
    this.note.hidden = !note
    this.role.value = "USER"
    this.#grow()
    this.text.focus()
    this.text.setSelectionRange(text.length, text.length)
  }

  focus() {
    this.text.focus({ preventScroll: true })
  }

  async #send() {
    const text = this.text.value
    if (!text.trim() || this.#sending || this.sendButton.disabled || this.sendButton.hidden) return
    this.#sending = true
    try {
      if (await this.#actions.send(text, this.role.hidden ? "USER" : this.role.value)) this.#clear(text)
    } finally {
      this.#sending = false
    }
  }

  /** What was typed while the message was on its way is the next one, and whoever went elsewhere stays there. */
  #clear(sent) {
    if (this.text.value !== sent) return
    const { activeElement } = document
    if (activeElement === document.body || this.element.contains(activeElement)) return this.fill("")
    this.text.value = ""
    this.note.hidden = true
    this.#grow()
  }

  #grow() {
    this.text.style.height = "auto"
    this.text.style.height = `${Math.min(this.text.scrollHeight + 2, 240)}px`
  }

  #onKey(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault()
      this.#send()
    }
    if (event.key === "Escape" && !this.stopButton.hidden) this.#actions.stop()
  }
}

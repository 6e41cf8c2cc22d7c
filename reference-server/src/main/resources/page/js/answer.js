// The answer that the agent is writing. It comes from the stream of the turn; whole messages come from the session, and
// each takes the place of the piece that was shown for it, so that nothing is ever shown twice.

import { api } from "./api.js"
import { h } from "./dom.js"
import { toolCalls } from "./entry.js"
import { follow } from "./stream.js"

const ENDED = { failed: "The agent gave no answer", interrupted: "The answer was interrupted", stopped: "Stopped" }

export class Answer {
  #conversation
  #composer
  #onGrowth
  #actions
  #stop = () => {}
  #segments = []
  #turn = null
  #closed = false

  constructor(conversation, composer, onGrowth, actions) {
    this.#conversation = conversation
    this.#composer = composer
    this.#onGrowth = onGrowth
    this.#actions = actions
    this.anchor = h("div", { hidden: true })
    this.text = h("div.plain")
    this.element = h("article.message.answering", { "data-role": "AI", hidden: true, "aria-label": "Agent is writing" },
      h("header", {}, h("span.role", {}, "Agent")), this.text)
    this.failure = h("div.turn-failed", { role: "alert", hidden: true })
    conversation.addEventListener("loaded", () => this.look())
    conversation.addEventListener("added", (event) => this.#onAdded(event.detail))
  }

  /** Puts itself at the end of the messages. */
  attach(messages) {
    messages.append(this.anchor, this.element, this.failure)
  }

  /** Inserts an element at the end of the messages, before the answer. */
  before(element) {
    this.anchor.before(element)
  }

  close() {
    this.#closed = true
    this.#stop()
  }

  /** Asks whether the agent is answering, or failed to. */
  async look() {
    const turn = await api.turn(this.#conversation.id).catch(() => null)
    // Ids sort by time: what comes late may be of an earlier turn.
    if (this.#closed || !turn || (this.#turn && turn.id <= this.#turn.id)) return
    this.#turn = turn
    this.#stop()
    this.#segments = [""]
    this.failure.hidden = true
    if (turn.status !== "running") return this.#ended(turn.status, turn.error)
    this.#composer.setAnswering(true)
    this.#stop = follow(turn.streamUrl, "-1", (events) => this.#apply(events), (state) => state === "gone" && this.#ended("interrupted"))
    this.#show()
  }

  #onAdded(entry) {
    if (entry.role === "USER") {
      this.failure.hidden = true
      this.look()
    } else {
      this.#show()
    }
  }

  #apply(events) {
    for (const { type, value } of events) {
      if (type === "delta") this.#segments[this.#segments.length - 1] += value.text
      if (type === "segment") this.#segments.push("")
      if (type === "turn" && value.status !== "running") this.#ended(value.status, value.error)
    }
    this.#show()
  }

  /** The messages of the agent that this turn has put into the session: each stands for one segment. */
  #arrived() {
    const { entries } = this.#conversation
    let count = 0
    for (let i = entries.length - 1; i >= 0 && entries[i].role !== "USER"; i--) {
      if (entries[i].role === "AI") count++
    }
    return count
  }

  #show() {
    const running = this.#turn?.status === "running"
    const text = this.#segments.slice(this.#arrived()).join("\n\n").trim()
    this.element.hidden = !running && !text
    if (this.text.textContent !== text) this.text.textContent = text
    this.#onGrowth()
  }

  #ended(status, error) {
    this.#turn = { ...this.#turn, status }
    this.#stop()
    this.#composer.setAnswering(false)
    if (status !== "running") this.#segments = [""]
    this.#show()
    if (status !== "failed" && status !== "interrupted") return
    if (this.#isAnswered()) return
    this.failure.replaceChildren(
      h("div", {},
        this.#turn.text && !this.#isAsked() && h("p.asked", {}, this.#turn.text),
        h("p", {}, error ? `${ENDED[status]}: ${error}` : ENDED[status])),
      this.#actions.retry && h("button", { type: "button", "data-action": "retry", onclick: () => this.#retry() }, "Retry"))
    this.failure.hidden = false
    this.#onGrowth()
  }

  /** Whether the session has an answer that is newer than the turn: then it does not matter how the turn ended. */
  #isAnswered() {
    const startedAt = parseInt(this.#turn.id.slice(0, 13), 16)
    return this.#conversation.entries.some((entry) =>
      entry.role === "AI" && !toolCalls(entry).length && Date.parse(entry.createdAt) >= startedAt)
  }

  /** Whether the session has the question: an agent that failed early may not have kept it. */
  #isAsked() {
    return this.#conversation.entries.findLast((entry) => entry.role === "USER")?.text === this.#turn.text
  }

  async #retry() {
    this.failure.hidden = true
    await this.#actions.retry(this.#conversation.id)
    this.look()
  }
}

// Several prompts from one place, each in a branch of its own, in columns that fill at the same time. And a scratch: one
// such column that leaves no trace.

import { api } from "./api.js"
import { Conversation } from "./conversation.js"
import { dialog, buttons } from "./dialogs.js"
import { h, iconButton, notify } from "./dom.js"
import { messageElement } from "./messages.js"
import { Answer } from "./answer.js"

const BRANCHES_MAX = 8
const SCRATCH_SECONDS = 3600

export async function fanOut(sessions, id, agentAttached, { open, bringForward, failed }) {
  const prompts = await askForPrompts()
  if (!prompts) return
  // From one point, whatever the session gains meanwhile: after its last message as it is now.
  const page = await api.entries(id, { forks: "none", tail: true, limit: 1 })
  const point = page.data.length ? { after: page.data[0].id } : {}
  const made = await Promise.allSettled(prompts.map((prompt) => api.fork(id, { ...point, title: titleOf(prompt) })))
  const branches = made.filter((result) => result.status === "fulfilled").map((result, i) => ({ ...sessions.put(result.value), prompt: prompts[i] }))
  made.filter((result) => result.status === "rejected").forEach((result) => failed(result.reason))
  if (!branches.length) return
  await showColumns("Fan-out", sessions, branches, agentAttached, (branch, settle) => [
    h("button.quiet", { type: "button", onclick: () => (settle(null), bringForward(id, branch.id)) }, "Bring forward"),
    h("button.quiet", { type: "button", onclick: () => (settle(null), open(branch.id)) }, "Open"),
  ])
}

/** Asks in a branch that is thrown away when the dialog closes, unless it is kept. */
export async function askInScratch(sessions, id, agentAttached, { open }) {
  const question = await dialog("Ask in a scratch", (settle) => {
    const text = h("textarea", { rows: 3, "aria-label": "Question", autofocus: true })
    const submit = (event) => (event.preventDefault(), text.value.trim() && settle(text.value))
    return h("form", { onsubmit: submit },
      h("div.dialog-body", {}, h("p.hint", {}, "Asked in a copy of this session that leaves no trace, unless you keep it."), text),
      buttons(settle, h("button.primary", { type: "submit" }, "Ask")))
  })
  if (!question) return
  const scratch = await api.fork(id, { scratch: true, ttlSeconds: SCRATCH_SECONDS, title: titleOf(question) })
  let kept = false
  await showColumns("Scratch", sessions, [{ ...scratch, prompt: question }], agentAttached, (branch, settle) => [
    h("button", { type: "button", onclick: () => keep(settle) }, "Keep it"),
  ])
  if (kept) return open(scratch.id)
  await api.remove(scratch.id).catch((problem) => problem.status !== 404 && Promise.reject(problem))
  sessions.remove(scratch.id)

  async function keep(settle) {
    try {
      sessions.put(await api.patch(scratch.id, { scratch: false }))
      kept = true
      settle(null)
    } catch (problem) {
      notify(problem.message, { error: true })
    }
  }
}

async function showColumns(title, sessions, branches, agentAttached, foot) {
  const live = []
  await dialog(title, (settle) => {
    const columns = branches.map((branch) => {
      const column = new Column(branch, agentAttached)
      live.push(column)
      column.element.append(h("div.column-foot", {}, ...foot(branch, settle)))
      return column.element
    })
    return h("div.columns", {}, ...columns)
  }, { wide: true })
  live.forEach((column) => column.close())
  branches.filter((branch) => sessions.get(branch.id)).forEach((branch) => sessions.refresh(branch.id))
}

/** A branch in a column: its own messages only, live. */
class Column {
  #conversation

  constructor(branch, agentAttached) {
    this.messages = h("div.messages", { role: "log", tabIndex: 0 })
    this.element = h("section.column", { "aria-label": branch.title ?? branch.id, "data-branch": branch.id }, h("header", {}, h("span", { title: branch.title }, branch.title ?? branch.id)), this.messages)
    this.#conversation = new Conversation(branch.id)
    const noComposer = { setAnswering() {} }
    this.answer = new Answer(this.#conversation, noComposer, () => (this.messages.scrollTop = this.messages.scrollHeight), {})
    this.#conversation.addEventListener("loaded", () => this.answer.attach(this.messages))
    this.#conversation.addEventListener("added", (event) => this.answer.before(messageElement(event.detail, null)))
    this.#start(branch, agentAttached)
  }

  async #start(branch, agentAttached) {
    try {
      await this.#conversation.load()
      await (agentAttached ? api.send(branch.id, branch.prompt) : api.append(branch.id, "USER", branch.prompt))
    } catch (problem) {
      this.messages.append(h("p.turn-failed", { role: "alert" }, problem.message))
    }
  }

  close() {
    this.answer.close()
    this.#conversation.close()
  }
}

function askForPrompts() {
  return dialog("Fan-out: several prompts at once", (settle) => {
    const list = h("div.prompts")
    const add = (focus) => {
      if (list.children.length >= BRANCHES_MAX) return
      const text = h("textarea", { rows: 2, "aria-label": `Prompt ${list.children.length + 1}` })
      const row = h("div.prompt", {}, text, iconButton("close", "Remove this prompt", () => row.remove()))
      list.append(row)
      if (focus) text.focus()
    }
    add(), add()
    const submit = (event) => {
      event.preventDefault()
      const prompts = [...list.querySelectorAll("textarea")].map((text) => text.value.trim()).filter(Boolean)
      if (prompts.length) settle(prompts)
    }
    return h("form", { onsubmit: submit },
      h("div.dialog-body", {}, h("p.hint", {}, "Each prompt gets a branch of its own from the end of this session, and all run at the same time."), list,
        h("button.quiet", { type: "button", onclick: () => add(true) }, "Add a prompt")),
      buttons(settle, h("button.primary", { type: "submit" }, "Run")))
  })
}

function titleOf(prompt) {
  const line = prompt.trim().replace(/\s+/g, " ")
  return line.length > 60 ? `${line.slice(0, 59)}…` : line
}

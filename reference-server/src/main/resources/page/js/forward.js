// Brings the result of a branch forward into another session, after showing what would be brought.

import { api } from "./api.js"
import { dialog, buttons } from "./dialogs.js"
import { h, notify } from "./dom.js"
import { messageElement } from "./messages.js"

const MODES = [["answer", "Its last answer"], ["messages", "All its own messages"], ["summary", "A summary"]]

export async function bringForward(sessions, into, from) {
  const { right: own } = await api.compare(into, from)
  const name = (id) => sessions.get(id)?.title || id
  return dialog(`Bring forward from “${name(from)}”`, (settle) => {
    const preview = h("div.preview", { "aria-live": "polite", tabIndex: 0 })
    const status = h("p.hint", { role: "alert" })
    let mode = "answer"
    const show = () => preview.replaceChildren(...previewOf(own, mode))
    const choice = ([value, label]) => h("label", {}, h("input", { type: "radio", name: "mode", value, checked: value === mode, onchange: () => ((mode = value), show()) }), label)
    const bring = h("button.primary", { type: "button", autofocus: true, onclick: () => run() }, "Bring forward")
    async function run() {
      bring.disabled = true
      try {
        const { receipt } = await api.bringForward(into, from, mode)
        notify(`Brought forward into “${name(into)}”.`)
        settle(receipt)
      } catch (problem) {
        status.textContent = problem.message
        bring.disabled = false
      }
    }
    show()
    return [
      h("div.dialog-body", {},
        h("p", {}, `Appends to “${name(into)}”, at its end, marked with where it came from. Nothing is rewritten.`),
        h("fieldset.choices", {}, h("legend.visually-hidden", {}, "What to bring"), ...MODES.map(choice)), preview, status),
      buttons(settle, bring),
    ]
  })
}

function previewOf(entries, mode) {
  if (!entries.length) return [h("p.hint", {}, "This branch has nothing of its own yet.")]
  if (mode === "messages") return entries.map((entry) => messageElement(entry, null))
  const answer = entries.findLast((entry) => entry.role === "AI" && entry.text)
  if (mode === "summary") return [h("p.hint", {}, `${entries.length} messages, summarised by the server.`)]
  return answer ? [messageElement(answer, null)] : [h("p.hint", {}, "This branch has no answer yet.")]
}

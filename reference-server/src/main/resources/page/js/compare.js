// Two branches side by side, from where they part.

import { api } from "./api.js"
import { dialog, buttons } from "./dialogs.js"
import { h } from "./dom.js"
import { messageElement } from "./messages.js"

/** Asks for another session of the same tree; resolves with its id or null. */
export async function chooseBranch(sessions, id, title, label) {
  await Promise.all([sessions.complete, sessions.know(id)])
  const root = sessions.path(id)[0]
  const others = family(sessions, root).filter((session) => session.id !== id)
  return dialog(title, (settle) => {
    if (!others.length) return h("div.dialog-body", {}, h("p", {}, "This conversation has no other branch yet."))
    const select = h("select", { "aria-label": "Branch", autofocus: true }, ...others.map((session) => h("option", { value: session.id }, `${session.title || session.id} (${session.messageCount} messages)`)))
    const submit = (event) => (event.preventDefault(), settle(select.value))
    return h("form", { onsubmit: submit }, h("div.dialog-body", {}, h("label", {}, "Branch"), select),
      buttons(settle, h("button.primary", { type: "submit" }, label)))
  })
}

function family(sessions, root) {
  const all = []
  const pending = root ? [root] : []
  while (pending.length) {
    const session = pending.pop()
    all.push(session)
    pending.push(...sessions.children(session.id))
  }
  return all
}

export async function showComparison(sessions, left, right, { open, bringForward }) {
  const comparison = await api.compare(left, right)
  const title = (id) => sessions.get(id)?.title || id
  const column = (id, entries, settle, other) =>
    h("section.column", { "aria-label": title(id) },
      h("header", {}, h("span", {}, title(id)), h("span.badge", {}, `${entries.length} own`)),
      h("div.messages", { tabIndex: 0 }, ...(entries.length ? entries.map((entry) => messageElement(entry, null)) : [h("p.hint", {}, "Nothing beyond what both share.")])),
      h("div.column-foot", {},
        h("button.quiet", { type: "button", onclick: () => (settle(null), bringForward(other, id)) }, "Bring to the other"),
        h("button.quiet", { type: "button", onclick: () => (settle(null), open(id)) }, "Open")))
  return dialog("Compare", (settle) => [
    h("div.dialog-body", {}, h("p.hint", {}, `${comparison.commonMessages} messages in common, then:`)),
    h("div.columns", {}, column(left, comparison.left, settle, right), column(right, comparison.right, settle, left)),
  ], { wide: true })
}

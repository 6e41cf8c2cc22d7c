// Questions to the person at the page, as modal dialogs.

import { h, iconButton } from "./dom.js"

/** Opens a dialog with these parts; resolves with what `settle` was given, or with null when it is dismissed. */
export function dialog(title, build, { wide = false } = {}) {
  return new Promise((resolve) => {
    let answer = null
    const opener = document.activeElement
    const settle = (value) => ((answer = value), element.close())
    const heading = h("h2", { id: "dialog-title" }, title)
    const element = h(wide ? "dialog.wide" : "dialog", { "aria-labelledby": "dialog-title" })
    element.append(
      h("header", {}, heading, iconButton("close", "Close", () => element.close())),
      ...[build(settle, element)].flat(),
    )
    element.addEventListener("close", () => (element.remove(), returnTo(opener), resolve(answer)))
    document.body.append(element)
    element.showModal()
    element.querySelector("[autofocus]")?.focus()
  })
}

/** Where the focus was, also if what had it has been drawn anew meanwhile. */
function returnTo(opener) {
  if (document.activeElement && document.activeElement !== document.body) return
  const again = opener?.isConnected ? opener : document.querySelector(`[data-action="${opener?.dataset?.action ?? ""}"]`)
  again?.focus()
}

export function confirm(title, text, label, { danger = false } = {}) {
  return dialog(title, (settle) => [
    h("div.dialog-body", {}, ...[text].flat().map((line) => (line instanceof Node ? line : h("p", {}, line)))),
    buttons(settle, h(danger ? "button.danger" : "button.primary", { type: "button", autofocus: true, onclick: () => settle(true) }, label)),
  ])
}

export function prompt(title, label, value, action, { type = "text", hint, problem } = {}) {
  return dialog(title, (settle) => {
    const input = h("input", { type, value, id: "prompt-input", autocomplete: "off", autofocus: true, maxLength: 4000 })
    input.value = value
    const submit = (event) => (event.preventDefault(), settle(input.value))
    return h("form", { onsubmit: submit },
      h("div.dialog-body", {}, problem && h("p.problem", { role: "alert" }, problem), h("label", { for: "prompt-input" }, label), input, hint && h("p.hint", {}, hint)),
      buttons(settle, h("button.primary", { type: "submit" }, action)))
  })
}

export function buttons(settle, ...others) {
  return h("footer", {}, h("button", { type: "button", onclick: () => settle(null) }, "Cancel"), ...others)
}

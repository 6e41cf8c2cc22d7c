// One message on the page. Everything in it is untrusted.

import { h, icon, timeElement } from "./dom.js"
import { isError, provenance, toolCalls } from "./entry.js"
import { markdown } from "./markdown.js"

export const names = { USER: "User", AI: "Agent", SYSTEM: "System", TOOL: "Tool result", CUSTOM: "Custom" }
const FOLD_CHARACTERS = 4000

/** actions: {branchAfter(entry), editAndBranch(entry)}, or null for a message to look at only. */
export function messageElement(entry, actions) {
  const element = h(
    "article.message",
    { "data-id": entry.id, "data-role": entry.role },
    h("header", {}, h("span.role", {}, nameOf(entry)), h("span.marks"), timeElement(entry.createdAt), actions && messageActions(entry, actions)),
    ...body(entry),
  )
  element.classList.toggle("inherited", Boolean(entry.inherited))
  element.classList.toggle("failed", isError(entry))
  showWindow(element, entry)
  return element
}

/** Shows whether the message is in the model's window, on its element, which stays. */
export function showWindow(element, entry) {
  element.setAttribute("aria-label", `${nameOf(entry)}${entry.inWindow ? "" : ", evicted from the window"}`)
  element.classList.toggle("evicted", !entry.inWindow)
  element.querySelector(".marks").replaceChildren(...marks(entry))
}

function nameOf(entry) {
  return isError(entry) ? "Tool error" : (names[entry.role] ?? "Message")
}

function marks(entry) {
  return [
    !entry.inWindow && h("span.badge", { title: "In the history, no longer in the model's window" }, "evicted"),
    provenance(entry) && h("span.badge.brought", { title: "Brought forward from another branch" }, "brought forward"),
  ].filter(Boolean)
}

function messageActions(entry, actions) {
  if (entry.role === "SYSTEM") return null
  const button = (name, label, run) =>
    h("button.quiet", { type: "button", onclick: run, "data-action": name }, icon(name === "edit" ? "pen" : "fork"), label)
  return h("span.message-actions", {},
    entry.role === "USER" && button("edit", "Edit and branch", () => actions.editAndBranch(entry)),
    button("branch-after", "Branch after this", () => actions.branchAfter(entry)))
}

function body(entry) {
  if (entry.role === "TOOL") return [toolResult(entry)]
  if (entry.role === "CUSTOM") return [h("pre.raw", { tabIndex: 0 }, entry.text || JSON.stringify(entry.message, null, 2))]
  const thinking = entry.message?.thinking
  return [
    thinking && folded("Thinking", h("div.plain", {}, thinking), "thinking"),
    entry.text && text(entry.text, entry.role),
    ...toolCalls(entry).map(toolCall),
    ...attachments(entry),
  ].filter(Boolean)
}

function text(value, role) {
  const content = role === "AI" ? markdown(value) : h("div.plain", {}, value)
  return value.length > FOLD_CHARACTERS ? folded(`${value.slice(0, 120)}… (${value.length.toLocaleString()} characters)`, content, "long") : content
}

function toolCall(call) {
  const summary = h("span", {}, h("code.tool-name", {}, call.name ?? "tool"), h("span.arguments", {}, oneLine(call.arguments)))
  return folded(summary, h("pre", { tabIndex: 0 }, pretty(call.arguments)), "tool-call")
}

function toolResult(entry) {
  const summary = h("span", {}, h("code.tool-name", {}, entry.message?.toolName ?? "tool"), h("span.arguments", {}, oneLine(entry.text)))
  const details = folded(summary, h("pre", { tabIndex: 0 }, pretty(entry.text)), "tool-result")
  details.open = isError(entry)
  return details
}

/** Pictures and files are named, not loaded: a message must not make the page ask anybody for anything. */
function attachments(entry) {
  const contents = entry.message?.contents
  if (!Array.isArray(contents)) return []
  return contents
    .filter((content) => content?.type && content.type !== "TEXT")
    .map((content) => h("div.attachment", {}, `${String(content.type).toLowerCase()} (not shown)`))
}

function folded(summary, content, kind) {
  return h(`details.${kind}`, {}, h("summary", {}, summary), content)
}

function oneLine(value) {
  const line = String(value ?? "").replace(/\s+/g, " ")
  return line.length > 140 ? `${line.slice(0, 140)}…` : line
}

function pretty(value) {
  try {
    return JSON.stringify(JSON.parse(value), null, 2)
  } catch (notJson) {
    return String(value ?? "")
  }
}

// Puts the page together: which session is open, and what each action does.

import { api, onTokenNeeded } from "./api.js"
import { chooseBranch, showComparison } from "./compare.js"
import { Conversation } from "./conversation.js"
import { confirm, dialog, prompt } from "./dialogs.js"
import { h, icon, notify } from "./dom.js"
import { askInScratch, fanOut } from "./fanout.js"
import { bringForward } from "./forward.js"
import { showSearch } from "./search.js"
import { may } from "./rights.js"
import { Sessions } from "./sessions.js"
import { Sidebar } from "./sidebar.js"
import { showTree } from "./tree.js"
import { View } from "./view.js"

const THEME = "anabranch-theme"
const app = document.getElementById("app")
const main = document.getElementById("main")
const sessions = new Sessions()
let view = null
let openId = null
let agentAttached = false
const NAMED_MAX = 8
/** Sessions that this page itself deletes: it says where one goes from there. */
const leaving = new Set()
const LEAVING_MILLISECONDS = 10000
/** What the session that is opened next shows: a picker with the focus, or a message. */
let aim = null

const safely = (action) => (...values) => Promise.resolve(action(...values)).catch(failed)

function failed(problem) {
  if (problem.name === "AbortError") return
  notify(problem.message || String(problem), { error: true })
}

const actions = {
  failed,
  /** where: {point, direction} of a picker, or {entry} of a message; the composer has the focus otherwise */
  open: (id, where = null) => {
    aim = where
    if (id === openId) return view?.isLoaded ? arrive() : undefined
    const hash = addressOf(id)
    if (hash === location.hash) return open(id)
    location.hash = hash
  },
  menu: () => app.classList.toggle("show-sidebar"),
  show: safely((options) => sessions.show(options)),
  search: safely(() => showSearch(sessions, (id, entry) => actions.open(id, { entry }))),
  tree: safely((id) => showTree(sessions, id, actions.open)),

  create: safely(async () => {
    actions.open(sessions.put(await api.create({})).id)
  }),

  fork: safely(async (id) => {
    actions.open(sessions.put(await api.fork(id, {})).id)
  }),

  branchAfter: safely(async (id, entry) => {
    actions.open(sessions.put(await api.fork(id, { after: entry.id })).id)
  }),

  editAndBranch: safely(async (id, entry) => {
    const branch = sessions.put(await api.fork(id, { before: entry.id }))
    actions.open(branch.id, { draft: entry.text })
  }),

  send: async (id, text, role) => {
    try {
      if (agentAttached && role === "USER") await api.send(id, text)
      else await api.append(id, role, text)
      return true
    } catch (problem) {
      failed(problem)
      return false
    }
  },

  stop: safely((id) => api.stop(id)),
  retry: safely((id) => api.retry(id)),

  rename: safely(async (id) => {
    const title = await prompt("Rename", "Title", sessions.get(id)?.title ?? "", "Rename")
    if (title !== null && title.trim()) sessions.put(await api.patch(id, { title: title.trim() }))
  }),

  archive: safely(async (id) => {
    const archived = !sessions.get(id)?.archived
    sessions.put(await api.patch(id, { archived }))
    notify(archived ? "Archived. Find it with the Archived toggle." : "Back among the others.")
  }),

  remove: safely(async (id) => {
    await sessions.complete
    const session = sessions.get(id) ?? (await api.get(id))
    if (!may(session, "manager")) return notify("Only managers and owners may delete this session.")
    if (!session.unmodified && !(await confirm("Delete this session?", removalText(session), "Delete", { danger: true }))) return
    const next = await afterRemoval(session)
    const branches = sessions.children(id)
    const wasOpen = id === openId
    leaving.add(id)
    try {
      await api.remove(id)
    } finally {
      setTimeout(() => leaving.delete(id), LEAVING_MILLISECONDS)
    }
    sessions.remove(id)
    branches.forEach((branch) => sessions.refresh(branch.id))
    if (wasOpen) next ? actions.open(next) : (location.hash = "#/")
  }),

  removeTree: safely(async (id) => {
    const [{ conversationIds, entries }] = await Promise.all([api.wouldRemove(id), sessions.complete])
    const names = conversationIds.map((one) => sessions.get(one)?.title || one)
    const more = names.length - NAMED_MAX
    const text = [
      `This takes ${names.length} sessions with ${entries} messages:`,
      h("ul.taken", {}, ...names.slice(0, NAMED_MAX).map((name) => h("li", {}, name)), more > 0 && h("li", {}, `and ${more} more`)),
    ]
    if (!(await confirm("Delete the whole tree?", text, "Delete all", { danger: true }))) return
    await api.removeTree(id)
    conversationIds.forEach((one) => sessions.remove(one))
    if (conversationIds.includes(openId)) location.hash = "#/"
  }),

  compare: safely(async (id) => {
    const other = await chooseBranch(sessions, id, "Compare with", "Compare")
    if (other) await showComparison(sessions, id, other, { open: actions.open, bringForward: actions.bringForward })
  }),

  bringForward: safely((into, from) => bringForward(sessions, into, from)),

  bringInto: safely(async (id) => {
    const from = await chooseBranch(sessions, id, "Bring forward from", "Preview")
    if (from) await bringForward(sessions, id, from)
  }),

  fanOut: safely((id) => fanOut(sessions, id, agentAttached, actions)),
  scratch: safely((id) => askInScratch(sessions, id, agentAttached, actions)),

  more: safely(async (id) => {
    const session = sessions.get(id)
    const items = [
      ["pen", "Rename", "rename", "writer"],
      ["archive", session?.archived ? "Unarchive" : "Archive", "archive", "writer"],
      ["columns", "Compare with another branch", "compare", "reader"],
      ["forward", "Bring forward from another branch", "bringInto", "writer"],
      ["fan", "Fan-out: several prompts at once", "fanOut", "reader"],
      ["beaker", "Ask in a scratch", "scratch", "reader"],
      ["trash", "Delete the whole tree", "removeTree", "owner"],
    ].filter(([, , , level]) => may(session, level))
    const chosen = await dialog(session?.title || id, (settle) =>
      h("div.menu-list", {}, ...items.map(([glyph, label, name], i) => h("button", { type: "button", "data-action": name, autofocus: i === 0, onclick: () => settle(name) }, icon(glyph), label))))
    if (chosen) await actions[chosen](id)
  }),

  gone: (id) => {
    if (id === openId) sessions.refresh(id)
  },

  theme: () => {
    const dark = matchMedia("(prefers-color-scheme: dark)").matches
    const now = document.documentElement.dataset.theme ?? (dark ? "dark" : "light")
    setTheme(now === "dark" ? "light" : "dark")
  },
}

function removalText(session) {
  const branches = sessions.children(session.id).length
  const lines = [`“${session.title || session.id}” and its own messages will be gone.`]
  if (branches) lines.push(`Its ${branches === 1 ? "branch lives" : `${branches} branches live`} on and keep${branches === 1 ? "s" : ""} everything.`)
  return lines
}

/** Where one is after a delete: at the parent, else the next sibling, else the newest of the others. */
async function afterRemoval(session) {
  const parent = session.forkedAtConversationId
  if (parent && (sessions.get(parent) || (await api.get(parent).catch(() => null)))) return parent
  const siblings = sessions.roots().filter((one) => sessions.isShown(one))
  const at = siblings.findIndex((one) => one.id === session.id)
  return (siblings[at + 1] ?? siblings[at - 1])?.id ?? null
}

function setTheme(theme) {
  document.documentElement.dataset.theme = theme
  localStorage.setItem(THEME, theme)
}

function arrive() {
  const where = aim
  aim = null
  if (where?.entry) view.reveal(where.entry).catch(failed)
  if (where?.draft) view.composer.fill(where.draft, "Edit and send: this is a new branch, the original stays as it is.")
  else if (!where?.direction || !view.focusPicker(where.point, where.direction)) view.composer.focus()
}

async function open(id) {
  if (id === openId && view) return
  const left = openId
  view?.close()
  view = null
  openId = id
  main.dataset.session = id ?? ""
  app.classList.remove("show-sidebar")
  sidebar.select(id)
  if (!id) {
    welcome()
    if (left) main.querySelector("button.primary").focus()
    return
  }
  main.setAttribute("aria-busy", "true")
  const conversation = new Conversation(id)
  const opened = new View(main, conversation, sessions, actions, agentAttached)
  view = opened
  try {
    await conversation.load()
    if (view !== opened) return
    opened.isLoaded = true
    sessions.put(conversation.session)
    sidebar.select(id)
    document.title = `${conversation.session.title || id} · Anabranch`
    arrive()
    main.removeAttribute("aria-busy")
  } catch (problem) {
    if (view !== opened) return
    opened.close()
    view = null
    openId = null
    welcome()
    notify(problem.status === 404 ? "There is no such session." : problem.message, { error: true })
  }
}

function welcome() {
  document.title = "Anabranch"
  main.dataset.session = ""
  main.removeAttribute("aria-busy")
  main.replaceChildren(
    h("header.bar", {}, h("button.icon-button.menu", { type: "button", "aria-label": "Show the sessions", onclick: actions.menu }, icon("menu")), h("div.heading", {}, h("h2", {}, "Sessions"))),
    h("div.empty", {}, icon("branch"), h("h2", {}, "Sessions that fork at any message"),
      h("p", {}, "Choose a session on the left, or start one. Then branch after any message, edit one and go another way, or try several ways at once."),
      h("button.primary", { type: "button", onclick: actions.create }, icon("plus"), "New session")))
}

function addressOf(id) {
  return `#/c/${encodeURIComponent(id)}`
}

function idInHash() {
  const match = location.hash.match(/^#\/c\/(.+)$/)
  try {
    return match ? decodeURIComponent(match[1]) : null
  } catch (malformed) {
    return match[1]
  }
}

onTokenNeeded((refusal) =>
  prompt("This server wants a token", "Token", "", "Continue", { type: "password", hint: "Kept for this tab only.", problem: refusal && `Not this one: ${refusal}.` }))
if (localStorage.getItem(THEME)) setTheme(localStorage.getItem(THEME))
const sidebar = new Sidebar(document.getElementById("sidebar"), sessions, actions)
addEventListener("hashchange", () => open(idInHash()))
sessions.addEventListener("removed", (event) => {
  if (event.detail === openId && !leaving.has(event.detail)) {
    notify("This session was deleted.")
    location.hash = "#/"
  }
})
document.addEventListener("click", (event) => {
  if (app.classList.contains("show-sidebar") && main.contains(event.target) && !event.target.closest(".menu")) app.classList.remove("show-sidebar")
})
addEventListener("keydown", (event) => {
  if (event.key === "Escape") app.classList.remove("show-sidebar")
})

safely(async () => {
  agentAttached = await api.agentAttached()
  await Promise.all([open(idInHash()), sessions.start()])
})()

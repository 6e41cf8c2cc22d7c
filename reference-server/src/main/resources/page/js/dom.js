// Builds elements. Text is always text: nothing here parses HTML.

const SVG = "http://www.w3.org/2000/svg"

/** h("button.primary", {onclick, "aria-label": …}, child, "text", …); null and false children are left out. */
export function h(selector, attributes = {}, ...children) {
  const [tag, ...classes] = selector.split(".")
  const element = document.createElement(tag || "div")
  if (classes.length) element.className = classes.join(" ")
  return fill(element, attributes, children)
}

/** The same for SVG. */
export function s(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children)
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value)
    else if (!(element instanceof SVGElement) && name in element && typeof value !== "string") element[name] = value
    else element.setAttribute(name, value === true ? "" : value)
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false))
  return element
}

const drawn = new WeakMap()

/**
 * Gives an element the children that `build` makes, unless it was given them for the same `what` before. Elements that
 * are made anew lose the focus, and a click on them is lost when it falls in between.
 */
export function redraw(element, what, build) {
  const key = JSON.stringify(what)
  if (drawn.get(element) === key) return
  drawn.set(element, key)
  element.replaceChildren(...build().filter((child) => child !== null && child !== undefined && child !== false))
}

/** Sets the text of an element where it differs. */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text
}

const ICONS = {
  branch: "M6 3v18M6 8c0 5 12 3 12 9M18 17v4",
  fork: "M6 4v6c0 3 12 3 12 6v4M6 10v10M18 4v3",
  trash: "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13",
  pen: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
  plus: "M12 5v14M5 12h14",
  archive: "M4 5h16v4H4zM5 9v10h14V9M10 13h4",
  columns: "M4 5h7v14H4zM13 5h7v14h-7z",
  tree: "M5 4v16M5 8h6M5 16h6M14 6h5v4h-5zM14 14h5v4h-5z",
  forward: "M18 20V12c0-4-12-2-12-8M18 20l-4-4M18 20l4-4",
  fan: "M4 12h4M8 12c4 0 4-7 8-7h4M8 12h12M8 12c4 0 4 7 8 7h4",
  beaker: "M9 3h6M10 3v6l-5 9a2 2 0 0 0 2 3h10a2 2 0 0 0 2-3l-5-9V3",
  send: "M4 12l16-8-6 17-3-7z",
  stop: "M7 7h10v10H7z",
  menu: "M4 6h16M4 12h16M4 18h16",
  close: "M6 6l12 12M18 6L6 18",
  chevron: "M9 6l6 6-6 6",
  left: "M15 6l-6 6 6 6",
  right: "M9 6l6 6-6 6",
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l5 5",
  theme: "M12 4a8 8 0 1 0 0 16zM12 4a8 8 0 0 1 0 16",
  more: "M5 12h.01M12 12h.01M19 12h.01",
}

export function icon(name) {
  return s(
    "svg",
    { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" },
    s("path", { d: ICONS[name], "stroke-width": name === "more" ? "3.4" : null }),
  )
}

/** A button with an icon; the label is its accessible name and its tooltip. */
export function iconButton(name, label, onclick, attributes = {}) {
  return h("button.icon-button", { type: "button", title: label, "aria-label": label, onclick, ...attributes }, icon(name))
}

/** Tells screen readers, without showing anything. */
export function announce(text) {
  document.getElementById("announcer").textContent = text
}

/** Shows a passing notice; an error stays until it is dismissed. */
export function notify(text, { error = false, action } = {}) {
  const close = () => notice.remove()
  const notice = h(
    error ? "div.notice.error" : "div.notice",
    error ? { role: "alert" } : {},
    h("span", {}, text),
    action &&
      h("button.link", { type: "button", onclick: () => (close(), action.run()) }, action.label),
    iconButton("close", "Dismiss", close),
  )
  document.getElementById("notices").append(notice)
  if (!error) setTimeout(close, 6000)
}

const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "narrow" })
const STEPS = [["day", 86400], ["hour", 3600], ["minute", 60]]

/** "5 min. ago"; the exact time belongs in a title. */
export function ago(time) {
  const seconds = (Date.parse(time) - Date.now()) / 1000
  if (Number.isNaN(seconds)) return ""
  if (seconds < -30 * 86400) return new Date(time).toLocaleDateString()
  for (const [unit, length] of STEPS) {
    if (Math.abs(seconds) >= length) return RELATIVE.format(Math.round(seconds / length), unit)
  }
  return "just now"
}

export function timeElement(time) {
  return time ? h("time", { datetime: time, title: new Date(time).toLocaleString() }, ago(time)) : null
}

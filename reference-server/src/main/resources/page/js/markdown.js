// Markdown of untrusted messages: parsed by marked, sanitised by DOMPurify. No images, no styles, no forms, no ids.

import { Marked } from "/webjars/marked/17.0.1/lib/marked.esm.js"
import DOMPurify from "/webjars/dompurify/3.3.1/dist/purify.es.mjs"
import { h } from "./dom.js"

const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" }
const escaped = (text) => text.replace(/[&<>"']/g, (character) => ESCAPES[character])

const marked = new Marked({ gfm: true, breaks: true, async: false })
// HTML in a message is shown as the text that it is, and a picture is named, never loaded. What is left for DOMPurify to
// look at are the elements that marked makes, links above all.
marked.use({ renderer: { html: ({ text }) => escaped(text), image: ({ text, href }) => escaped(`[picture: ${text || href}]`) } })
const ALLOWED = {
  ALLOWED_TAGS: "a b blockquote br code del em h1 h2 h3 h4 h5 h6 hr i li ol p pre s strong table tbody td th thead tr ul".split(" "),
  ALLOWED_ATTR: ["href", "title", "start", "align"],
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:)/i,
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
}
const LENGTH_MAX = 60000

/** Long texts stay plain: parsing them would hold up the page. */
export function markdown(text) {
  if (text.length > LENGTH_MAX) return h("div.plain", {}, text)
  const fragment = DOMPurify.sanitize(marked.parse(text), ALLOWED)
  for (const link of fragment.querySelectorAll("a")) {
    link.rel = "noopener noreferrer nofollow"
    link.target = "_blank"
  }
  for (const block of fragment.querySelectorAll("pre")) block.tabIndex = 0
  return h("div.markdown", {}, fragment)
}

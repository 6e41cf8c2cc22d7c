// Follows a durable stream live: server-sent events through fetch, so that the token travels in a header.

import { request } from "./api.js"
import { inPlace } from "./places.js"

const ASK_MILLISECONDS = [300, 600, 1200, 2400]

/**
 * Calls onMessages(array of JSON messages) as they arrive, from offset on, until closed. Reconnects where it broke.
 * onState is told "live", "waiting" (for the network), "gone" (the stream does not exist) or "closed" (it has ended).
 */
export function follow(url, offset, onMessages, onState = () => {}) {
  const stopped = new AbortController()
  new Follower(url, offset, onMessages, onState, stopped.signal).run()
  return () => stopped.abort()
}

class Follower {
  #url
  #offset
  #onMessages
  #onState
  #signal
  #state = null
  #ended = false
  #delay = 250

  constructor(url, offset, onMessages, onState, signal) {
    this.#url = url
    this.#offset = offset
    this.#onMessages = onMessages
    this.#onState = onState
    this.#signal = signal
  }

  async run() {
    let quiet = 0
    while (!this.#signal.aborted && !this.#ended) {
      try {
        if (await inPlace(() => this.#listen())) continue
        quiet = (await this.#ask()) ? 0 : Math.min(quiet + 1, ASK_MILLISECONDS.length - 1)
        if (!this.#ended) await pause(ASK_MILLISECONDS[quiet], this.#signal)
      } catch (failure) {
        if (this.#signal.aborted) return
        this.#tell("waiting")
        await pause(this.#delay + Math.random() * this.#delay, this.#signal)
        this.#delay = Math.min(this.#delay * 2, 8000)
      }
    }
  }

  /** Reads live, for as long as the server keeps the response open. */
  async #listen() {
    const response = await this.#request("&live=sse")
    if (!response) return
    for await (const { event, data } of events(response.body)) {
      if (this.#signal.aborted) return
      if (event === "data") this.#onMessages(JSON.parse(data))
      if (event !== "control") continue
      const control = JSON.parse(data)
      this.#offset = control.streamNextOffset
      if (control.streamClosed) return this.#end("closed")
    }
  }

  /** Reads what there is by now; says whether there was anything. */
  async #ask() {
    const response = await this.#request("")
    if (!response) return false
    const text = await response.text()
    if (this.#signal.aborted) return false
    const messages = text ? JSON.parse(text) : []
    this.#offset = response.headers.get("Stream-Next-Offset") ?? this.#offset
    if (messages.length) this.#onMessages(messages)
    if (response.headers.get("Stream-Closed") === "true") this.#end("closed")
    return messages.length > 0
  }

  async #request(mode) {
    if (this.#signal.aborted) return null
    const response = await request(`${this.#url}?offset=${encodeURIComponent(this.#offset)}${mode}`, { signal: this.#signal, cache: "no-store" })
    if ([403, 404, 410].includes(response.status)) return this.#end("gone")
    if (!response.ok) throw new Error(`status ${response.status}`)
    this.#tell("live")
    this.#delay = 250
    return response
  }

  #end(state) {
    this.#ended = true
    this.#tell(state)
    return null
  }

  #tell(state) {
    if (state === this.#state) return
    this.#state = state
    this.#onState(state)
  }
}

function pause(milliseconds, signal) {
  return new Promise((done) => {
    const end = () => (clearTimeout(timer), signal.removeEventListener("abort", end), done())
    const timer = setTimeout(end, milliseconds)
    signal.addEventListener("abort", end)
  })
}

async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  let buffer = ""
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    buffer += value
    let end
    while ((end = buffer.search(/\r?\n\r?\n/)) >= 0) {
      const block = buffer.slice(0, end)
      buffer = buffer.slice(end).replace(/^\r?\n\r?\n/, "")
      const event = parse(block)
      if (event.data !== "") yield event
    }
  }
}

function parse(block) {
  let event = "message"
  const data = []
  for (const line of block.split(/\r?\n/)) {
    if (line.startsWith("event:")) event = line.slice(6).trim()
    else if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""))
  }
  return { event, data: data.join("\n") }
}

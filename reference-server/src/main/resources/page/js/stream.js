// Follows a durable stream live: server-sent events through fetch, so that the token travels in a header.

import { request } from "./api.js"

/**
 * Calls onMessages(array of JSON messages) as they arrive, from offset on, until closed. Reconnects where it broke.
 * onState is told "live", "waiting" (for the network), "gone" (the stream does not exist) or "closed" (it has ended).
 */
export function follow(url, offset, onMessages, onState = () => {}) {
  const stopped = new AbortController()
  run(url, offset, onMessages, onState, stopped.signal)
  return () => stopped.abort()
}

async function run(url, offset, onMessages, onState, signal) {
  let delay = 250
  while (!signal.aborted) {
    try {
      const at = encodeURIComponent(offset)
      const response = await request(`${url}?live=sse&offset=${at}`, { signal, cache: "no-store" })
      if ([403, 404, 410].includes(response.status)) return onState("gone")
      if (!response.ok) throw new Error(`status ${response.status}`)
      onState("live")
      delay = 250
      for await (const { event, data } of events(response.body)) {
        if (signal.aborted) return
        if (event === "data") onMessages(JSON.parse(data))
        if (event !== "control") continue
        const control = JSON.parse(data)
        offset = control.streamNextOffset
        if (control.streamClosed) return onState("closed")
      }
    } catch (failure) {
      if (signal.aborted) return
      onState("waiting")
      await pause(delay + Math.random() * delay, signal)
      delay = Math.min(delay * 2, 8000)
    }
  }
}

function pause(milliseconds, signal) {
  return new Promise((done) => {
    const timer = setTimeout(done, milliseconds)
    signal.addEventListener("abort", () => (clearTimeout(timer), done()), { once: true })
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

// An entry of a conversation as the page thinks of it, from REST or from a change event of the session's stream.

/** A change event of type "message" as an entry in the shape of the REST face. */
export function fromEvent(event, conversationId) {
  return {
    id: event.key,
    conversationId,
    message: event.value,
    role: roleOf(event.value),
    text: textOf(event.value),
    createdAt: event.headers?.timestamp,
    offset: event.headers?.offset,
    before: event.headers?.before,
    headers: event.headers ?? {},
    inWindow: true,
    inherited: false,
    forkable: true,
  }
}

const ROLES = { USER: "USER", AI: "AI", SYSTEM: "SYSTEM", TOOL_EXECUTION_RESULT: "TOOL", CUSTOM: "CUSTOM" }

export function roleOf(message) {
  return ROLES[message?.type] ?? "CUSTOM"
}

export function textOf(message) {
  if (!message) return ""
  if (typeof message.text === "string") return message.text
  if (Array.isArray(message.contents)) {
    return message.contents.filter(Boolean).map((content) => content.text ?? `[${String(content.type ?? "content").toLowerCase()}]`).join("\n")
  }
  if (message.type === "CUSTOM") return JSON.stringify(message.attributes ?? message, null, 2)
  return message.text ?? ""
}

/** The tool calls of an AI message. */
export function toolCalls(entry) {
  const calls = entry.message?.toolExecutionRequests
  return Array.isArray(calls) ? calls.filter(Boolean) : []
}

/** Whether the entry counts in indices: all but the system message. */
export function isCounted(entry) {
  return entry.role !== "SYSTEM"
}

/** Where the entry was brought forward from, or null. */
export function provenance(entry) {
  return entry.headers?.broughtForward ?? null
}

export const isError = (entry) => entry.role === "TOOL" && entry.message?.isError === true

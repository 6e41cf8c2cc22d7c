// A reporter for the end of a long log: which tests failed and why, and nothing else.

const LINES_MAX = 22

export default async function* failures(source) {
  const failed = []
  let passed = 0
  for await (const { type, data } of source) {
    if (type === "test:pass" && data.details?.type !== "suite") passed++
    if (type === "test:fail") failed.push(data)
  }
  yield `${passed} tests passed, ${failed.length} failed\n`
  for (const { name, details } of failed) {
    const reason = details.error?.cause?.message ?? details.error?.message ?? String(details.error)
    yield `FAILED: ${name}\n`
    yield `${reason.split("\n").slice(0, LINES_MAX).map((line) => `  ${line}`).join("\n")}\n`
  }
}

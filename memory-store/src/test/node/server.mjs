// Runs the public Durable Streams server for Node on a free port of the loopback interface, in memory, until standard
// input ends: so it never outlives the test that started it. Prints its address once it listens.
// usage: node server.mjs [long-poll timeout in milliseconds]
import { DurableStreamTestServer } from "@durable-streams/server"

const longPollTimeout = Number(process.argv[2] ?? 2000)
const server = new DurableStreamTestServer({ host: "127.0.0.1", port: 0, longPollTimeout })
const url = await server.start()
console.log(`listening on ${url}`)
process.stdin.resume()
process.stdin.on("end", () => process.exit(0))

-- Appends one JSON message of about 1 KiB to one of 64 streams, which it creates first.
local body = '{"text":"' .. string.rep("anabranch ", 100) .. '"}'
local base = os.getenv("STREAM_BASE")
local thread_number = 0

function setup(thread)
  thread:set("number", thread_number)
  thread_number = thread_number + 1
end

function init(arguments)
  next_stream = number
  headers = { ["Content-Type"] = "application/json" }
end

function request()
  next_stream = (next_stream + 1) % 64
  return wrk.format("POST", base .. "/bench-" .. next_stream, headers, body)
end

function response(status)
  if status >= 300 then failed = (failed or 0) + 1 end
end

-- Arguments: METHOD BODY_BYTES DELAY_MS AUTHORIZATION. Prints one line of JSON when done.
local delayed = 0

function init(args)
  wrk.method = args[1]
  local bytes = tonumber(args[2])
  if bytes > 0 then
    wrk.body = string.rep("x", bytes)
    wrk.headers["Content-Type"] = "application/json"
  end
  delayed = tonumber(args[3])
  wrk.headers["Authorization"] = args[4]
  if delayed == 0 then delay = nil end
end

function delay()
  return delayed
end

function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"durationUs":%d,"p50us":%d,"p99us":%d,"maxUs":%d,"non2xx":%d,"socketErrors":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), latency.max,
    e.status, e.connect + e.read + e.write + e.timeout))
end

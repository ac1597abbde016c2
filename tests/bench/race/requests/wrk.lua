-- Sends the request defined by environment variables, and prints the figures of wrk as one line of JSON.
-- The request is built once, so that no Lua runs during the measurement.

wrk.method = os.getenv("RACE_METHOD")
for name, value in string.gmatch(os.getenv("RACE_HEADERS"), "([^\n:]+): ([^\n]+)") do
    wrk.headers[name] = value
end
local file = os.getenv("RACE_BODY")
if file ~= "" then
    wrk.body = io.open(file, "rb"):read("*a")
end

function done(summary, latency)
    local errors = summary.errors
    io.write(string.format(
        'RACE {"requests": %d, "us": %d, "p50_us": %d, "p99_us": %d, "max_us": %d, ' ..
        '"non_2xx": %d, "connect": %d, "read": %d, "write": %d, "timeout": %d}\n',
        summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), latency.max,
        errors.status, errors.connect, errors.read, errors.write, errors.timeout))
end

-- What 200 users do all day, for wrk: look at the list, open a form, count, search lightly; think in between.
local credentials = os.getenv("LOAD_CREDENTIALS")
local think_ms = tonumber(os.getenv("LOAD_THINK_MS") or "2000")
local interface = "/api/v1/interfaces/companies_and_contacts"
local headers = { ["Authorization"] = "Basic " .. credentials, ["Content-Type"] = "application/json", ["Accept-Encoding"] = "gzip" }
local names = { "labs", "bio", "tech", "data", "north", "green", "blue", "med", "soft", "auto" }

local function post(path, criteria)
  return wrk.format("POST", interface .. path, headers, '{"criteria":' .. criteria .. "}")
end

local turn = 0
function init()
  math.randomseed(os.time() + tonumber(tostring({}):sub(8), 16) % 100000)
  turn = math.random(100)
end

function delay() -- from half to one and a half of the mean
  return math.floor(think_ms * (0.5 + math.random()))
end

function request()
  turn = turn + 1
  local at = turn % 10
  local name = names[math.random(#names)] .. string.char(97 + math.random(25))
  if at == 0 then return wrk.format("GET", "/api/v1/interfaces", headers) end
  if at == 1 then return wrk.format("GET", interface, headers) end
  if at <= 3 then return wrk.format("GET", interface .. "/options/country", headers) end
  if at <= 6 then return post("/count", '{"name":"' .. name .. '"}') end
  return post("/search", '{"name":"' .. name .. '"}')
end

local bad = {}
function response(status)
  if status ~= 200 then bad[status] = (bad[status] or 0) + 1 end
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"requests": %d, "seconds": %.1f, "p50": %.1f, "p95": %.1f, "p99": %.1f, "most": %.1f, "errors": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1000, latency:percentile(95) / 1000,
    latency:percentile(99) / 1000, latency.max / 1000,
    errors.connect + errors.read + errors.write + errors.timeout + errors.status))
end

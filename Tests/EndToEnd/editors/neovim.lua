-- Attaches Neovim's own client to the server named by SERVER and writes what it saw to REPORT, as JSON.
local report = { progress = {} }

local function finish()
  local file = assert(io.open(vim.env.REPORT, 'w'))
  file:write(vim.json.encode(report))
  file:close()
  vim.cmd('qall!')
end

local function wait_for(what, condition)
  if not vim.wait(20000, condition, 10) then
    report.failure = 'waited in vain for ' .. what
    finish()
  end
end

vim.lsp.handlers['$/progress'] = function(_, result)
  table.insert(report.progress, { token = result.token, kind = result.value.kind, message = result.value.message })
end

local exit
local initialized = false
local id = vim.lsp.start_client({
  name = 'runpod',
  cmd = { vim.env.SERVER },
  root_dir = vim.fn.getcwd(),
  on_init = function() initialized = true end,
  on_exit = function(code) exit = code end,
})
wait_for('initialize', function() return initialized end)
local client = vim.lsp.get_client_by_id(id)
report.commands = client.server_capabilities.executeCommandProvider.commands

local function execute(command, argument, handler)
  local _, request = client.request('workspace/executeCommand', { command = command, arguments = { argument } }, handler)
  return request
end

execute('service/ping', { text = 'hello' }, function(failure, result) report.ping = failure or result end)
wait_for('the ping', function() return report.ping end)

execute('test.progress', { reports = 8, ms = 120 }, function(failure) report.worked = failure or true end)
wait_for('the work', function() return report.worked end)

local shown = #report.progress
-- Neovim keeps the answer of what was cancelled to itself.
execute('test.sleep', { ms = 600000 }, function() end)
wait_for('its progress', function() return #report.progress > shown + 1 end)
client.notify('window/workDoneProgress/cancel', { token = report.progress[#report.progress].token })
wait_for('the end of the cancelled', function() return report.progress[#report.progress].kind == 'end' end)
execute('service/ping', { text = 'again' }, function(failure, result) report.again = failure or result end)
wait_for('the ping after it', function() return report.again end)

client.stop()
wait_for('the exit', function() return exit end)
report.exit = exit
finish()

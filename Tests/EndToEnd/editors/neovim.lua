-- Comes after the recipe of clients/README.md, which has attached Neovim's own client. Sets a runner up, cancels the
-- set-up of another one, and writes what it saw to REPORT, as JSON.
local report = { progress = {} }

local function finish()
  local file = assert(io.open(vim.env.REPORT, 'w'))
  file:write(vim.json.encode(report))
  file:close()
  vim.cmd('qall!')
end

local function wait_for(what, condition)
  if not vim.wait(120000, condition, 10) then
    report.failure = 'waited in vain for ' .. what
    finish()
  end
end

local shown = vim.lsp.handlers['$/progress']
vim.lsp.handlers['$/progress'] = function(failure, result, ...)
  table.insert(report.progress, { token = result.token, kind = result.value.kind, message = result.value.message })
  return shown(failure, result, ...)
end

local function answer_to(method, params)
  local answer
  runpod(method, params, function(given) answer = given end)
  return function() return answer end
end

local function call(method, params)
  local answer = answer_to(method, params)
  wait_for(method, answer)
  return answer()
end

local client = vim.lsp.get_client_by_id(id)
wait_for('initialize', function() return client.server_capabilities end)
report.commands = client.server_capabilities.executeCommandProvider.commands

report.setup = call('workflows/setupRunner', vim.json.decode(vim.env.SETUP))

local before = #report.progress
answer_to('workflows/setupRunner', vim.json.decode(vim.env.ENDLESS))
local function said(kind, words)
  for index = before + 1, #report.progress do
    local entry = report.progress[index]
    if entry.kind == kind and entry.message:find(words, 1, true) then return entry end
  end
end
wait_for('the second step', function() return said('report', 'Step 2/5') end)
client.notify('window/workDoneProgress/cancel', { token = said('report', 'Step 2/5').token })
-- Neovim keeps the answer of what was cancelled to itself.
wait_for('the end of the cancelled', function() return said('end', '') end)
report.cancelled = said('end', '').message

vim.cmd('Pods')
-- What stands in the window that comes up.
wait_for('the pods', function()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= '' then
      report.printed = table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), '\n')
      return true
    end
  end
end)
finish()

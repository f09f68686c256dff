-- The kill switch: one file that puts the service, a user or a machine off and on again (server/kit/README.md). It stands
-- beside the tables of accounts and machines, so that switching back on restores exactly what was.
--
-- Options (global section):
--   sallyport_switch            the file (sallyport.switch/1)
--   sallyport_reload_interval   seconds between looks at it, 1 by default

module:set_global();

local filters = require "util.filters";
local files = module:require "sallyport_files";
local sessions = module:require "sallyport_sessions";

local path = module:get_option_path("sallyport_switch", nil, "config");
local reload_interval = module:get_option_number("sallyport_reload_interval", 1);

local function take_names(list, what)
	if type(list) ~= "table" then return nil, "lacks its list of "..what; end
	local names, count = {}, 0;
	for _, name in ipairs(list) do
		if type(name) ~= "string" or name == "" then return nil, "has a list of "..what.." that are not names"; end
		names[name] = true;
		count = count + 1;
	end
	for _ in pairs(list) do count = count - 1; end
	if count ~= 0 then return nil, "has "..what.." that are no list"; end
	return names;
end

local function take(text)
	local value, err = files.parse(text, "sallyport.switch/1");
	if not value then return nil, err; end
	if type(value.domain) ~= "string" then return nil, "lacks a domain"; end
	if type(value.revision) ~= "number" then return nil, "lacks a revision"; end
	if value.service ~= "on" and value.service ~= "off" then return nil, "has a service that is neither on nor off"; end
	local users, machines;
	users, err = take_names(value.users, "users");
	if not users then return nil, err; end
	machines, err = take_names(value.machines, "machines");
	if not machines then return nil, err; end
	return { domain = value.domain, revision = value.revision, on = value.service == "on", users = users, machines = machines };
end

local switch_file = files.watch(path or "(sallyport_switch)", take, function (...) module:log(...); end);

local function service_is_on()
	local switch = switch_file.value;
	return switch ~= nil and switch.on and prosody.hosts[switch.domain] ~= nil;
end

-- For the lock and for authentication: whether `name`, a "user" or a "machine" of `domain`, is switched on.
function prosody.sallyport_switch_allows(domain, kind, name)
	local switch = switch_file.value;
	if not service_is_on() or switch.domain ~= domain then return false; end
	if kind == "user" then return not switch.users[name]; end
	return kind == "machine" and not switch.machines[name];
end

local off = { condition = "system-shutdown", text = "The service is switched off" };

-- Why a live session has to end; nil when it may go on.
local function verdict(session)
	local switch = switch_file.value;
	if not service_is_on() then return off; end
	if session.username and switch.users[session.username] then
		return { condition = "not-authorized", text = "This account is switched off" };
	end
	local gate = session.sallyport_lock;
	if gate and gate.kid and switch.machines[gate.kid] then
		return { condition = "policy-violation", text = "This machine is no longer accepted" };
	end
end

local function sweep()
	local ended = 0;
	for session in pairs(sessions.all(module)) do
		local reason = not session.destroyed and verdict(session);
		if reason then
			session.log("warn", "session ended by the switch account=%s condition=%s", session.username or "-", reason.condition);
			session:close(reason);
			ended = ended + 1;
		end
	end
	return ended;
end

-- The first look at what a client sends: while the service is off nothing gets as far as the parser.
local function bytes_in(data, session)
	if service_is_on() then return data; end
	if not session.destroyed then session:close(off); end
	return nil;
end

local function set_filter(session)
	if session.type == "c2s_unauthed" then filters.add_filter(session, "bytes/in", bytes_in, 2000); end
end
filters.add_filter_hook(set_filter);
function module.unload() filters.remove_filter_hook(set_filter); end

local function refresh()
	if switch_file.refresh() then
		local switch = switch_file.value;
		local ended = sweep();
		module:log("info", "switch read from %s revision=%d service=%s ended=%d", path, switch.revision, switch.on and "on" or "off", ended);
		if prosody.sallyport_audit then
			prosody.sallyport_audit("switch.applied", nil, {
				revision = switch.revision; service = switch.on and "on" or "off"; ended = ended;
			});
		end
	end
	return reload_interval;
end

refresh();
-- a value returned here would end the event before the certificates are read again
module:hook_global("config-reloaded", function () refresh(); end);
module:add_timer(reload_interval, refresh);

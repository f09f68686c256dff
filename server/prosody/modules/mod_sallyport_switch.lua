-- The kill switch: one file that puts the service, a user, a machine, a room, a partner domain or a feed off and on again, and says
-- which notices of feeds were taken away (server/kit/README.md). It stands beside the tables of accounts and machines, so that switching back on restores exactly what
-- was.
--
-- Options (global section):
--   sallyport_switch            the file (sallyport.switch/3, or /2, which has no feeds and notices, or /1, which has no rooms and
--                               partners either)
--   sallyport_reload_interval   seconds between looks at it, 1 by default

module:set_global();

local filters = require "util.filters";
local json = require "util.json";
local files = module:require "sallyport_files";
local sessions = module:require "sallyport_sessions";
local hosts = module:require "sallyport_hosts";
local feeds = module:require "sallyport_switch_feeds";
local record = module:require "sallyport_published";
local stringprep = require "util.encodings".stringprep;

local path = module:get_option_path("sallyport_switch", nil, "config");
local reload_interval = module:get_option_number("sallyport_reload_interval", 1);

-- Names as addresses have them, by the profiles that stanzas' addresses go through (RFC 3920, characters of later versions of
-- Unicode let through); "" for what can be in no address, nil for a slip.
local function prep_room(name)
	if name:find("[%c \"&'/:<>@]") then return nil; end
	return stringprep.nodeprep(name) or "";
end
local function prep_partner(name) return stringprep.nameprep(name) or ""; end

-- The names of a list as a set, normalised by `prep`. A slip refuses the file; what can be nobody's address switches nobody: one
-- such name must not make the server deaf to all others.
local function take_names(list, what, prep)
	if type(list) ~= "table" or list == json.null then return nil, "lacks its list of "..what; end
	local names, count = {}, 0;
	for _, name in ipairs(list) do
		if type(name) ~= "string" or name == "" then return nil, "has a list of "..what.." that are not names"; end
		local normal = name;
		if prep then normal = #name < 1024 and prep(name) or nil; end
		if not normal then return nil, "has a list of "..what.." that are not names"; end
		if normal ~= "" then names[normal] = true; end
		count = count + 1;
	end
	for _ in pairs(list) do count = count - 1; end
	if count ~= 0 then return nil, "has "..what.." that are no list"; end
	return names;
end

local function take(text)
	local value, err = files.parse(text, "sallyport.switch/3", "sallyport.switch/2", "sallyport.switch/1");
	if not value then return nil, err; end
	if value.format ~= "sallyport.switch/3" then
		if value.feeds ~= nil or value.notices ~= nil then return nil, "has feeds or notices, which "..value.format.." has not"; end
		value.feeds, value.notices = {}, {};
	end
	local old = value.format == "sallyport.switch/1";
	-- whoever writes a room into an old file expects that it counts
	if old and (value.rooms ~= nil or value.partners ~= nil) then return nil, "has rooms or partners, which sallyport.switch/1 has not"; end
	if type(value.domain) ~= "string" then return nil, "lacks a domain"; end
	if type(value.revision) ~= "number" then return nil, "lacks a revision"; end
	if value.service ~= "on" and value.service ~= "off" then return nil, "has a service that is neither on nor off"; end
	local users, machines, rooms, partners, feeds_off, notices;
	users, err = take_names(value.users, "users");
	if not users then return nil, err; end
	machines, err = take_names(value.machines, "machines");
	if not machines then return nil, err; end
	rooms, err = take_names(old and {} or value.rooms, "rooms", prep_room);
	if not rooms then return nil, err; end
	partners, err = take_names(old and {} or value.partners, "partners", prep_partner);
	if not partners then return nil, err; end
	feeds_off, err = take_names(value.feeds, "feeds", feeds.prep);
	if not feeds_off then return nil, err; end
	notices, err = feeds.take_notices(value.notices);
	if not notices then return nil, err; end
	for partner in pairs(partners) do
		if ("."..value.domain):sub(-#partner - 1) == "."..partner then return nil, "has its own domain among the partners"; end
	end
	return {
		domain = value.domain, revision = value.revision, on = value.service == "on",
		users = users, machines = machines, rooms = rooms, partners = partners, feeds = feeds_off, notices = notices,
	};
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

-- For whoever publishes and reads feeds of `domain`: why it may not be done; nil when it may. `id` is of the notice to be published.
function prosody.sallyport_feed_refusal(domain, feed, id)
	local switch = switch_file.value;
	if not switch or switch.domain ~= domain then return nil; end
	if switch.feeds[feed] then return "This feed is switched off"; end
	if feeds.is_taken(switch.notices, feed, id) then return "This notice was taken away"; end
end

-- Whether a domain or one above it is in the set.
local function covers(set, domain)
	while domain do
		if set[domain] then return true; end
		domain = domain:match("%.(.+)$");
	end
	return false;
end

local rooms = (module:require "sallyport_switch_rooms")(module, hosts, function (node)
	local switch = switch_file.value;
	return switch ~= nil and switch.rooms[node] == true;
end);
local partners = (module:require "sallyport_switch_partners")(module, hosts, function (domain)
	local switch = switch_file.value;
	return switch ~= nil and covers(switch.partners, domain);
end);

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

-- The partners of `before` that are not in `after` any more.
local function came_back(before, after)
	local back = {};
	for partner in pairs(before) do
		if not covers(after, partner) then back[partner] = true; end
	end
	return back;
end

-- What the file says now is done to everything that lives.
local function apply(before, switch)
	local ended = sweep();
	local removed = rooms.sweep(switch.rooms);
	local streams, left = 0, 0;
	if next(switch.partners) then streams, left = partners.off(); end
	local back = before and came_back(before.partners, switch.partners) or {};
	if next(back) then
		partners.on(function (domain) return covers(back, domain) and not covers(switch.partners, domain); end);
	end
	removed = removed + left;
	local taken = feeds.sweep(switch.notices, switch.domain, record);
	module:log("info", "switch read from %s revision=%d service=%s ended=%d removed=%d streams=%d taken=%d", path, switch.revision,
		switch.on and "on" or "off", ended, removed, streams, taken);
	if prosody.sallyport_audit then
		prosody.sallyport_audit("switch.applied", nil, {
			revision = switch.revision; service = switch.on and "on" or "off"; ended = ended; removed = removed; streams = streams;
			taken = taken;
		});
	end
end

-- The switch that was applied last. What could not be applied is tried again at the next look; nobody hears that it was.
local applied, complained;

local function refresh()
	switch_file.refresh();
	local switch = switch_file.value;
	if switch ~= applied then
		local ok, err = pcall(apply, applied, switch);
		if ok then
			applied, complained = switch, nil;
		elseif complained ~= switch then
			complained = switch;
			module:log("error", "revision=%d of the switch could not be applied: %s", switch.revision, err);
		end
	end
	return reload_interval;
end

refresh();
-- a value returned here would end the event before the certificates are read again
module:hook_global("config-reloaded", function () refresh(); end);
module:add_timer(reload_interval, refresh);
-- What was taken away while the server was down: there are no feeds yet when this is loaded.
module:hook_global("server-started", function () applied = nil; refresh(); end);

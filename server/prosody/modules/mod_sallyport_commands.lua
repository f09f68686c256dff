-- Commands for everybody (XEP-0050): one's own other sessions, shown, and ended where one says so. Loaded on a host; a person sees
-- and ends nobody's sessions but the own ones, and each ended session is in the audit log.

module:depends("adhoc");
local adhoc_new = module:require "adhoc".new;
local dataform = require "util.dataforms".new;
local jid = require "util.jid";

local FORM_TYPE = "urn:sallyport:sessions:0";
local MAX_LISTED = 50;

-- The sessions of whoever asks, without the one that asks; in the order of their names.
local function others(from)
	local username, host, own = jid.split(from);
	local user = host == module.host and prosody.hosts[host].sessions[username];
	local found = {};
	for resource, session in pairs(user and user.sessions or {}) do
		if resource ~= own and #found < MAX_LISTED then found[#found + 1] = { resource = resource, session = session }; end
	end
	table.sort(found, function (a, b) return a.resource < b.resource; end);
	return found;
end

local function described(other)
	local session = other.session;
	local gate = session.sallyport_lock;
	local since = session.conntime and os.date("!%Y-%m-%d %H:%MZ", math.floor(session.conntime));
	return other.resource..(gate and gate.kid and ", machine "..gate.kid or "")..(since and ", since "..since or "")
		..(session.hibernating and ", connection lost" or "");
end

local choose = dataform {
	title = "Which are to end";
	instructions = "Whoever sits there has to sign in again.";
	{ name = "FORM_TYPE", type = "hidden", value = FORM_TYPE };
	{ name = "sessions", type = "list-multi", label = "Sessions", required = true };
};
local confirm = dataform {
	title = "Sure?";
	{ name = "FORM_TYPE", type = "hidden", value = FORM_TYPE };
	{ name = "sure", type = "boolean", label = "End them now", value = false };
};

local function first_stage(data)
	local found = others(data.from);
	if not found[1] then return { status = "completed", info = "You are signed in here and nowhere else." }; end
	local options = {};
	for _, other in ipairs(found) do options[#options + 1] = { value = other.resource, label = described(other) }; end
	return {
		status = "executing", actions = { "next", default = "next" };
		form = { layout = choose, values = { sessions = options } };
	}, { stage = 1 };
end

-- What was chosen and is still there.
local function chosen_of(data)
	local fields = data.form and choose:data(data.form);
	local wanted, chosen = {}, {};
	for _, resource in ipairs(fields and fields.sessions or {}) do wanted[resource] = true; end
	for _, other in ipairs(others(data.from)) do
		if wanted[other.resource] then chosen[#chosen + 1] = other.resource; end
	end
	return chosen;
end

local function second_stage(data)
	local chosen = chosen_of(data);
	if not chosen[1] then return { status = "completed", warn = "None of these sessions is there any more." }; end
	return {
		status = "executing", actions = { "prev", "complete", default = "complete" };
		warn = "What was typed there and not sent is lost: "..table.concat(chosen, ", "); form = confirm;
	}, { stage = 2, chosen = chosen };
end

local function last_stage(data, state)
	local fields = data.form and confirm:data(data.form);
	if not (fields and fields.sure) then return { status = "canceled", info = "Nothing was ended." }; end
	local wanted, ended = {}, 0;
	for _, resource in ipairs(state.chosen) do wanted[resource] = true; end
	for _, other in ipairs(others(data.from)) do
		if wanted[other.resource] then
			prosody.sallyport_audit("session.dropped", other.session, { resource = other.resource });
			other.session:close({ condition = "conflict", text = "Ended from another computer of yours" });
			ended = ended + 1;
		end
	end
	return { status = "completed", info = ended == 1 and "One session was ended." or ended.." sessions were ended." };
end

local function handler(_, data, state)
	if data.action == "cancel" then return { status = "canceled" }; end
	if not state or data.action == "prev" then return first_stage(data); end
	if state.stage == 1 then return second_stage(data); end
	return last_stage(data, state);
end

module:provides("adhoc", adhoc_new("My other sessions", "urn:sallyport:sessions:0", handler, "local_user"));

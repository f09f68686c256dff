-- Plays contacts for the benchmarks: of the accounts colleague1, colleague2, … every second one comes online a moment after the
-- account that has them in its list, the first of them last.

local st = require "util.stanza";
local jid = require "util.jid";

module:hook("presence/initial", function (event)
	local origin = event.origin;
	local there = {};
	for contact in pairs(origin.roster) do
		local number = contact and tonumber((jid.node(contact) or ""):match("^colleague(%d+)$"));
		if number and number % 2 == 1 then there[#there + 1] = { number = number, jid = contact }; end
	end
	table.sort(there, function (a, b) return a.number > b.number; end);
	module:add_timer(0, function ()
		for _, contact in ipairs(there) do
			module:send(st.presence({ from = contact.jid.."/desk", to = origin.full_jid }));
		end
	end);
end, -10);

-- Plays crowds for the benchmarks, as a server that has them would: whoever enters the room `crowd-10000` is told of 10,000 others;
-- whoever says `flood 5000 1` in any room has said 5,000 messages to the others there, which name themselves run 1.

local st = require "util.stanza";
local jid = require "util.jid";

local domain = module.host;
local rooms_host = "conference."..domain;

local function occupant_presence(room, index, to)
	local nick = ("Analyst-%05d"):format(index);
	return st.presence({ from = room.jid.."/"..nick, to = to })
		:tag("x", { xmlns = "http://jabber.org/protocol/muc#user" })
		:tag("item", { affiliation = "none", role = "participant", jid = nick:lower().."@"..domain.."/desk" }):up():up();
end

local function play(rooms)
	-- After the real occupants (80) and before the room's history.
	rooms:hook("muc-occupant-session-new", function (event)
		local room = event.room;
		local count = tonumber(jid.node(room.jid):match("^crowd%-(%d+)$"));
		for index = 1, count or 0 do room:route_stanza(occupant_presence(room, index, event.jid)); end
	end, 75);

	rooms:hook("muc-occupant-groupchat", function (event)
		local room, stanza = event.room, event.stanza;
		local count, run = (stanza:get_child_text("body") or ""):match("^flood (%d+) (%d+)$");
		if not count then return; end
		local from = event.occupant.nick;
		for index = 1, tonumber(count) do
			local message = st.message({ from = from, type = "groupchat", id = ("flood-%s-%d"):format(run, index) },
				("Run %s, message %d: convoy passed the checkpoint, all vehicles accounted for."):format(run, index))
				:tag("stanza-id", { xmlns = "urn:xmpp:sid:0", by = room.jid, id = ("archive-%s-%d"):format(run, index) }):up();
			for _, occupant in room:each_occupant() do
				if occupant.nick ~= from then
					for full_jid in occupant:each_session() do
						message.attr.to = full_jid;
						room:route_stanza(message);
					end
				end
			end
		end
		return true;
	end, 100);
end

-- Hosts are started in no certain order; a hook on one that is not there would be nobody's.
local function begin(host)
	if host == rooms_host then play(module:context(host)); end
end
module:hook_global("host-activated", begin);
if prosody.hosts[rooms_host] then begin(rooms_host); end

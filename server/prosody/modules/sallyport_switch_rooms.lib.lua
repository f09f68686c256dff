-- A room that is switched off: whoever is in it is put out, and nothing gets to it. What the room is, its configuration, its
-- affiliations and its archive, stays as it was.
--
-- `is_off(node)` says whether the room of that localpart is off. Stanzas have their addresses normalised (RFC 7622) before any
-- module sees them, and so has the switch's file its names: neither case nor a resource leads past this.

local st = require "util.stanza";
local jid = require "util.jid";

local text = "This room is switched off";
local xmlns_muc_user = "http://jabber.org/protocol/muc#user";

return function (module, hosts, is_off)
	local lib = {};

	local function refuse(event)
		local origin, stanza = event.origin, event.stanza;
		local node, host = jid.split(stanza.attr.to);
		if not node or not is_off(node) then return; end
		local kind = stanza.attr.type;
		local needs_answer = kind ~= "error" and kind ~= "result" and not (stanza.name == "presence" and kind == "unavailable");
		if needs_answer and origin and origin.send then
			origin.send(st.error_reply(stanza, "wait", "recipient-unavailable", text, node.."@"..host));
		end
		return true;
	end

	-- XEP-0045 16.6 as the room does it itself when it is destroyed, but for the room's end. How many occupants there were.
	local function empty(room)
		-- a temporary room ends with its last occupant
		if not room:get_persistent() then
			room:set_persistent(true);
			room:save(true);
		end
		local x = st.stanza("x", { xmlns = xmlns_muc_user }):tag("status", { code = "332" }):up();
		local gone = {};
		for _, occupant in room:each_occupant() do
			gone[occupant] = occupant.role or false;
			occupant.role = nil;
			room:save_occupant(occupant);
		end
		local count = 0;
		for occupant, role in pairs(gone) do
			count = count + 1;
			room:publicise_occupant_status(occupant, x, nil, nil, text, role or nil);
			module:context(select(2, jid.split(room.jid))):fire_event("muc-occupant-left", {
				room = room; nick = occupant.nick; occupant = occupant;
			});
		end
		return count;
	end

	-- Puts everybody out of the rooms of these localparts, live and swapped out; how many.
	function lib.sweep(nodes)
		local count = 0;
		for host, data in pairs(prosody.hosts) do
			local muc = data.modules and data.modules.muc;
			if muc then
				for node in pairs(nodes) do
					local room = muc.get_room_from_jid(node.."@"..host);
					if room then count = count + empty(room); end
				end
			end
		end
		return count;
	end

	hosts.each(module, function (context)
		-- users of the domain may be called like a room
		if prosody.hosts[context.host].type ~= "component" then return; end
		for _, name in ipairs { "presence", "message", "iq" } do
			context:hook(name.."/bare", refuse, 10000);
			context:hook(name.."/full", refuse, 10000);
		end
		context:hook("muc-room-restored", function (event)
			local node = jid.split(event.room.jid);
			if is_off(node) then empty(event.room); end
		end);
	end);

	return lib;
end

-- A partner domain that is switched off, with all domains below it: no stanza to it or from it, its streams end, its people are
-- put out of rooms, and contacts there are gone. Whether a domain may be talked to at all says mod_sallyport_federation; nothing
-- here allows anything.
--
-- `is_off(domain)` says whether the domain or one above it is off.

local st = require "util.stanza";
local jid = require "util.jid";

local xmlns_muc_user = "http://jabber.org/protocol/muc#user";

return function (module, hosts, is_off)
	local lib = {};

	local function text(domain) return "Communication with "..domain.." is switched off"; end
	local function closing(domain) return { condition = "policy-violation", text = text(domain) }; end

	local function is_partners(address)
		local _, host = jid.split(address);
		return host ~= nil and prosody.hosts[host] == nil and is_off(host);
	end

	hosts.each(module, function (context)
		-- before mod_sallyport_federation says whether the domain is a partner's
		context:hook("route/remote", function (event)
			if not is_off(event.to_host) then return; end
			local stanza, origin = event.stanza, event.origin;
			if stanza.attr.type ~= "error" and stanza.attr.type ~= "result" and origin and origin.send then
				origin.send(st.error_reply(stanza, "cancel", "not-allowed", text(event.to_host)));
			end
			return true;
		end, 2000);
		context:hook("s2s-stream-features", function (event)
			local session = event.origin;
			if not session.from_host or not is_off(session.from_host) then return; end
			session.log("warn", "federation refused domain=%s reason=switched-off", session.from_host);
			if prosody.sallyport_audit then
				prosody.sallyport_audit("federation.refused", nil, {
					domain = session.from_host; ip = session.ip; reason = "switched-off";
				});
			end
			session:close(closing(session.from_host));
			return true;
		end, 2000);
		context:hook("s2s-authenticated", function (event)
			if not is_off(event.host) then return; end
			event.session:close(closing(event.host));
			return false;
		end, 2000);
		context:hook("muc-room-restored", function (event) lib.leave_room(event.room); end);
	end);

	-- Ends the streams from and to domains that are off; how many.
	local function end_streams()
		local ending = {};
		for session in pairs(prosody.incoming_s2s) do
			if session.from_host and is_off(session.from_host) then ending[session] = session.from_host; end
			for domain in pairs(session.hosts) do
				if is_off(domain) then ending[session] = domain; end
			end
		end
		for _, host in pairs(prosody.hosts) do
			for domain, session in pairs(host.s2sout or {}) do
				if is_off(domain) then ending[session] = domain; end
			end
		end
		local count = 0;
		for session, domain in pairs(ending) do
			if session.close then
				session:close(closing(domain));
				count = count + 1;
			elseif session.bounce_sendq then
				-- still looks for the other server; when it finds it, the stream ends before anything is said
				session:bounce_sendq(text(domain));
			end
		end
		return count;
	end

	function lib.leave_room(room)
		local count = 0;
		for nick, occupant in room:each_occupant() do
			if is_partners(occupant.bare_jid) then
				local _, host = jid.split(occupant.bare_jid);
				room:set_role(true, nick, nil, text(host));
				count = count + 1;
			end
		end
		return count;
	end

	local function leave_rooms()
		local count = 0;
		for _, data in pairs(prosody.hosts) do
			local muc = data.modules and data.modules.muc;
			if muc then
				-- rooms that are swapped out are looked at when they come back
				local live = {};
				for room in muc.live_rooms() do live[room] = true; end
				for room in pairs(live) do count = count + lib.leave_room(room); end
			end
		end
		return count;
	end

	-- Calls `act(session, address, item)` for every contact in an off or formerly off domain of everybody who is there.
	local function each_contact(concerns, act)
		for _, session in pairs(prosody.full_sessions) do
			if session.presence and session.roster then
				for address, item in pairs(session.roster) do
					if type(address) == "string" and concerns(address) then act(session, address, item); end
				end
			end
		end
	end

	-- Contacts of these domains are away, and the rooms there are left.
	local function tell_absence()
		each_contact(is_partners, function (session, address, item)
			if item.subscription == "both" or item.subscription == "to" then
				session.send(st.presence({ type = "unavailable", from = address, to = session.full_jid }));
			end
		end);
		for _, session in pairs(prosody.full_sessions) do
			local left = {};
			for address in pairs(session.directed or {}) do
				if is_partners(address) then left[#left + 1] = address; end
			end
			for _, address in ipairs(left) do
				local _, host = jid.split(address);
				session.directed[address] = nil;
				session.send(st.presence({ type = "unavailable", from = address, to = session.full_jid })
					:tag("x", { xmlns = xmlns_muc_user })
						:tag("item", { affiliation = "none", role = "none" }):text_tag("reason", text(host)):up()
						:tag("status", { code = "110" }):up()
						:tag("status", { code = "332" }):up());
			end
		end
	end

	-- What has to happen when domains go off: how many streams ended, how many occupants were put out.
	function lib.off()
		local streams = end_streams();
		local removed = leave_rooms();
		tell_absence();
		return streams, removed;
	end

	-- `came_back(domain)` says which are on again: presence is exchanged as after a sign-in.
	function lib.on(came_back)
		local function concerns(address)
			local _, host = jid.split(address);
			return host ~= nil and prosody.hosts[host] == nil and came_back(host);
		end
		each_contact(concerns, function (session, address, item)
			if item.subscription == "both" or item.subscription == "from" then
				local presence = st.clone(session.presence);
				presence.attr.from, presence.attr.to = session.full_jid, address;
				prosody.core_post_stanza(session, presence, true);
			end
			if item.subscription == "both" or item.subscription == "to" then
				prosody.core_post_stanza(session, st.presence({ type = "probe", from = session.full_jid, to = address }), true);
			end
		end);
	end

	return lib;
end

-- The message log: every message that the server takes for delivery, between people and in rooms, with the people's real
-- addresses (server/kit/README.md). Loaded on the domain and on its room service. What cannot be logged is not delivered.
--
-- Options (global section):
--   sallyport_log   directory of the logs; must belong to the server's user and be nobody else's

local st = require "util.stanza";
local jid = require "util.jid";
local files = module:require "sallyport_files";
local directory = module:get_option_path("sallyport_log", nil, "config");
local journal = (module:require "sallyport_journal")(files, directory, "messages", function (...) module:log(...); end);

local shared = module:shared("/*/sallyport_messages/journal");
-- One open file for the whole server, not one for each host.
journal = shared.journal or journal;
shared.journal = journal;

-- Payloads that carry no content: a message of nothing else is not logged, beside others they are left out.
local contentless = {
	["http://jabber.org/protocol/chatstates"] = true;
	["urn:xmpp:receipts"] = true;
	["urn:xmpp:chat-markers:0"] = true;
	["urn:xmpp:hints"] = true;
	["urn:xmpp:sid:0"] = true;
	["urn:xmpp:delay"] = true;
	-- the mark of a private message in a room
	["http://jabber.org/protocol/muc#user"] = true;
};
local text_elements = { body = true; subject = true };

-- Whoever wants to say something past this log says it where nobody looks: only what is as empty as its purpose needs
-- carries no content. In bytes.
local max_attributes, max_thread = 512, 64;

local function is_empty(tag)
	local length = 0;
	for _, value in pairs(tag.attr) do length = length + #value; end
	return #tag.tags == 0 and length <= max_attributes and not tag:get_text():find("%S");
end

-- The content of a message as fields of its record; nil when it has none.
local function content(stanza)
	local record, payloads, found = {}, {}, false;
	for _, tag in ipairs(stanza.tags) do
		local xmlns = tag.attr.xmlns or stanza.attr.xmlns or "jabber:client";
		local plain = xmlns == "jabber:client" or xmlns == "jabber:server";
		if plain and text_elements[tag.name] and #tag.tags == 0 then
			found = true;
			-- several languages: all of them
			record[tag.name] = (record[tag.name] and record[tag.name].."\n" or "")..tag:get_text();
		elseif xmlns == "urn:xmpp:sec-label:0" and tag.name == "securitylabel" then
			record.label = tag:get_child_text("displaymarking") or "";
			payloads[#payloads + 1] = tostring(tag);
		elseif plain and tag.name == "thread" and #tag.tags == 0 and #tag:get_text() <= max_thread then
			-- an id
		elseif not (contentless[xmlns] and is_empty(tag)) then
			found = true;
			payloads[#payloads + 1] = tostring(tag);
		end
	end
	if not found then return nil; end
	if #payloads > 0 then record.payloads = table.concat(payloads); end
	record.id = stanza.attr.id;
	return record;
end

local function add_session(record, origin)
	if not origin then return; end
	local gate = origin.sallyport_lock;
	record.machine = gate and gate.kid or nil;
	record.session = origin.id;
end

local function refuse(origin, stanza)
	if origin and origin.send and stanza.attr.type ~= "error" then
		origin.send(st.error_reply(stanza, "wait", "internal-server-error", "The message log cannot be written"));
	end
	return true;
end

-- Between people.

local function is_room_service(address)
	local host = prosody.hosts[jid.host(address or "")];
	return host and host.modules and host.modules.muc ~= nil;
end

local function log_direct(event)
	local origin, stanza = event.origin, event.stanza;
	if is_room_service(stanza.attr.to) or is_room_service(stanza.attr.from) then return; end
	local record = content(stanza);
	if not record then return; end
	record.type = stanza.attr.type or "normal";
	record.from = jid.bare(stanza.attr.from or origin.full_jid);
	record.to = jid.bare(stanza.attr.to) or record.from;
	add_session(record, origin);
	if not journal.write(record) then return refuse(origin, stanza); end
end

-- In rooms.

local function real_user(room, address)
	local occupant = room:get_occupant_by_nick(address);
	return occupant and occupant.bare_jid or nil, occupant;
end

-- The session an occupant speaks from, where it is a client of this server.
local function session_of(occupant)
	return occupant and prosody.full_sessions[occupant.jid] or nil;
end

local function log_groupchat(event)
	local room, stanza = event.room, event.stanza;
	if stanza.name ~= "message" then return; end
	local record = content(stanza);
	if not record then return; end
	local user, occupant = real_user(room, stanza.attr.from);
	record.type, record.room, record.from = "groupchat", room.jid, user or stanza.attr.from;
	record.nick = occupant and jid.resource(stanza.attr.from) or nil;
	local archived = stanza:find("{urn:xmpp:sid:0}stanza-id@id");
	record.archiveId = archived;
	add_session(record, session_of(occupant));
	-- True ends the delivery.
	if not journal.write(record) then return true; end
end

-- Refuses before the room's history takes the message.
local function check_log(event)
	if not journal.ready() then return refuse(event.origin, event.stanza); end
end

local function log_private(event)
	local room, stanza = event.room, event.stanza;
	local record = content(stanza);
	if not record then return; end
	record.type, record.room = "private", room.jid;
	record.from, record.nick = real_user(room, stanza.attr.from) or stanza.attr.from, jid.resource(stanza.attr.from);
	record.to, record.toNick = real_user(room, stanza.attr.to) or stanza.attr.to, jid.resource(stanza.attr.to);
	add_session(record, event.origin);
	if not journal.write(record) then
		refuse(event.origin, stanza);
		return false;
	end
end

-- Invitations and refusals that go through a room: who, whom, and the reason. `name`: "invite" or "decline".
local function log_mediated(name)
	return function (event)
		local room, stanza, incoming = event.room, event.stanza, event.incoming;
		local payload = incoming:find("{http://jabber.org/protocol/muc#user}x/"..name);
		local reason = payload and payload:get_child_text("reason");
		local record = { type = name, room = room.jid, id = incoming.attr.id, reason = reason ~= "" and reason or nil };
		record.from, record.to = jid.bare(incoming.attr.from), jid.bare(stanza.attr.to);
		-- Declining names the inviter by the address that the invitation had; that may be the one in the room.
		local occupant = jid.bare(stanza.attr.to) == room.jid and room:get_occupant_by_nick(stanza.attr.to);
		if occupant then record.to = occupant.bare_jid; end
		-- What else it says, so that nobody speaks past this log in an invitation.
		local said = content(incoming);
		if said then record.body, record.subject, record.label, record.payloads = said.body, said.subject, said.label, said.payloads; end
		add_session(record, event.origin);
		if not journal.write(record) then return refuse(event.origin, incoming); end
	end
end

if module:get_host_type() == "component" then
	-- Before the room makes a text of it.
	for _, name in ipairs { "invite", "decline" } do module:hook("muc-"..name, log_mediated(name), 10); end
	module:hook("muc-occupant-groupchat", check_log, 40);
	module:hook("muc-broadcast-message", log_groupchat, -100);
	module:hook("muc-private-message", log_private, -100);
else
	-- After everything that may refuse a message (mod_blocklist at -1).
	for _, target in ipairs { "bare", "full", "host" } do
		module:hook("pre-message/"..target, log_direct, -10);
	end
	-- From other domains, where federation is allowed.
	local function log_federated(event)
		if event.origin.type == "s2sin" then return log_direct(event); end
	end
	module:hook("message/bare", log_federated, 1);
	module:hook("message/full", log_federated, 1);
end

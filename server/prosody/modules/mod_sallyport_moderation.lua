-- XEP-0425 0.3.0: moderators take messages of a room back. The room tells everybody in it, and puts a tombstone (XEP-0424
-- 5.1.4) in the message's place in its archive, so that nobody who comes later reads it there. What was said stays in the
-- message log (mod_sallyport_messages), which has the announcement too. Nobody else empties a room's whiteboard either
-- (docs/whiteboard.md). Loaded on the room service, with muc_mam.

local st = require "util.stanza";
local datetime = require "util.datetime";
local ids = require "util.id";
local jid = require "util.jid";

local xmlns_moderate = "urn:xmpp:message-moderate:1";
local xmlns_retract = "urn:xmpp:message-retract:1";
local xmlns_occupant = "urn:xmpp:occupant-id:0";
local xmlns_sid = "urn:xmpp:sid:0";
local xmlns_whiteboard = "urn:sallyport:whiteboard:0";
-- in bytes
local max_id, max_reason = 512, 1024;

local muc = module:depends "muc";
local archive = (module:require "sallyport_archive")(module.host, "muc_log");

module:hook("muc-disco#info", function (event)
	event.reply:tag("feature", { var = xmlns_moderate }):up();
end);

-- What is left of it: who said it, where and under which ids, not what.
local function tombstone(original, id, now)
	local left = st.message({ from = original.attr.from, to = original.attr.to, type = original.attr.type, id = original.attr.id });
	for _, tag in ipairs(original.tags) do
		if (tag.attr.xmlns == xmlns_occupant and tag.name == "occupant-id")
			or (tag.attr.xmlns == xmlns_sid and (tag.name == "stanza-id" or tag.name == "origin-id")) then
			left:add_child(tag);
		end
	end
	left:tag("retracted", { xmlns = xmlns_retract, stamp = now, id = id }):tag("moderated", { xmlns = xmlns_moderate });
	return left:reset();
end

local function announcement(room, id, occupant, actor_nick, reason)
	local message = st.message({ from = room.jid, type = "groupchat", id = ids.medium() })
		:tag("retract", { xmlns = xmlns_retract, id = id })
		:tag("moderated", { xmlns = xmlns_moderate, by = actor_nick });
	if occupant.stable_id then
		message:tag("occupant-id", { xmlns = xmlns_occupant, id = occupant.stable_id }):up();
	end
	message:up();
	if reason then message:text_tag("reason", reason); end
	return message:reset();
end

module:hook("iq-set/bare/"..xmlns_moderate..":moderate", function (event)
	local origin, stanza = event.origin, event.stanza;
	local function refuse(kind, condition, text)
		origin.send(st.error_reply(stanza, kind, condition, text));
		return true;
	end
	local room = muc.get_room_from_jid(stanza.attr.to);
	if not room then return refuse("cancel", "item-not-found"); end
	local actor_nick = room:get_occupant_jid(stanza.attr.from);
	local occupant = actor_nick and room:get_occupant_by_nick(actor_nick);
	if not occupant or occupant.role ~= "moderator" then return refuse("auth", "forbidden"); end

	local moderate = stanza.tags[1];
	local id, reason = moderate.attr.id, moderate:get_child_text("reason");
	if not id or id == "" or #id > max_id or not moderate:get_child("retract", xmlns_retract) then
		return refuse("modify", "bad-request");
	end
	if reason and #reason > max_reason then return refuse("modify", "not-acceptable"); end

	local node = jid.split(room.jid);
	local original, when, with = archive.get(node, id);
	if not original or original.attr.type ~= "groupchat" then return refuse("cancel", "item-not-found"); end
	-- A subject, a tombstone or another announcement says nothing that could be taken back.
	if not original:get_child("body") then return refuse("cancel", "item-not-found"); end

	if not archive.set(node, id, tombstone(original, id, datetime.datetime()), when, with) then
		return refuse("wait", "internal-server-error");
	end
	module:log("info", "%s took message %s of %s back", jid.bare(stanza.attr.from), id, room.jid);
	room:broadcast_message(announcement(room, id, occupant, actor_nick, reason));
	origin.send(st.reply(stanza));
	return true;
end);

local function clears_whiteboard(stanza)
	for _, tag in ipairs(stanza.tags) do
		if tag.name == "board" and tag.attr.xmlns == xmlns_whiteboard and tag:get_child("clear", xmlns_whiteboard) then return true; end
	end
	return false;
end

-- Before the room's history and the message log take it: whoever reads the archive later has nobody's word for the role.
module:hook("muc-occupant-groupchat", function (event)
	local occupant, stanza = event.occupant, event.stanza;
	if not clears_whiteboard(stanza) or (occupant and occupant.role == "moderator") then return; end
	event.origin.send(st.error_reply(stanza, "auth", "forbidden", "Only a moderator empties the whiteboard"));
	return true;
end, 45);

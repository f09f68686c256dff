-- XEP-0163, for what the client keeps and tells, and nothing else: what is published passes the message log, so a node of
-- somebody's choosing, read by whoever knows it, would be a conversation that nobody records. What people publish for others to read
-- (XEP-0277) is in the message log, or not published. Loaded with mod_pep.
--
-- Options:
--   sallyport_log   directory of the logs (global section)

local st = require "util.stanza";
local jid = require "util.jid";
local record, is_plain = module:require "sallyport_published";

local xmlns_pubsub = "http://jabber.org/protocol/pubsub";
local xmlns_owner = xmlns_pubsub.."#owner";
-- Node -> who may read it: the only access model that may be asked for.
local nodes = {
	["urn:xmpp:bookmarks:1"] = "whitelist";
	["http://jabber.org/protocol/geoloc"] = "presence";
	["http://jabber.org/protocol/activity"] = "presence";
	["urn:xmpp:microblog:0"] = "presence";
};
-- What is logged, and read by subscription.
local microblog = "urn:xmpp:microblog:0";
-- in bytes, of all that is published at once
local max_publish = { [microblog] = 32768 };
local max_publish_else = 8192;

local function may_set(pubsub)
	local wish = pubsub.tags[1];
	local model = wish and nodes[wish.attr.node or ""];
	if not model then return false; end
	if wish.name == "subscribe" or wish.name == "unsubscribe" then return wish.attr.node == microblog and #pubsub.tags == 1; end
	if wish.name ~= "publish" and wish.name ~= "retract" then return false; end
	if wish.name == "retract" then return #pubsub.tags == 1; end
	local options = pubsub.tags[2];
	if #pubsub.tags ~= 2 or options.name ~= "publish-options" then return false; end
	for field in (options:get_child("x", "jabber:x:data") or options):childtags("field") do
		if field.attr.var == "pubsub#access_model" then
			return #field.tags == 1 and field:get_child_text("value") == model and #tostring(pubsub) <= (max_publish[wish.attr.node] or max_publish_else);
		end
	end
	return false;
end

local function refuse(event)
	event.origin.send(st.error_reply(event.stanza, "cancel", "not-allowed"));
	return true;
end

-- Why the switch keeps this from being done with somebody's feed; nil when it does not.
local function switched_off(wish, stanza)
	if wish.attr.node ~= microblog or wish.name == "unsubscribe" or wish.name == "retract" then return; end
	local item = wish.name == "publish" and wish:get_child("item");
	return prosody.sallyport_feed_refusal(module.host, jid.bare(stanza.attr.to or stanza.attr.from), item and item.attr.id or nil);
end

module:hook("iq/bare/"..xmlns_pubsub..":pubsub", function (event)
	local stanza = event.stanza;
	local pubsub = stanza.tags[1];
	-- Read by people of this server alone: a label's ceiling for partners is not known here.
	if pubsub.tags[1] and pubsub.tags[1].attr.node == microblog and event.origin.type ~= "c2s" then return refuse(event); end
	local off = pubsub.tags[1] and switched_off(pubsub.tags[1], stanza);
	if off then
		event.origin.send(st.error_reply(stanza, "auth", "forbidden", off));
		return true;
	end
	if stanza.attr.type ~= "set" then return; end
	if not may_set(pubsub) then return refuse(event); end
	local wish = pubsub.tags[1];
	-- Each resource would be a subscription of its own, kept for ever.
	if wish.name == "subscribe" and jid.prep(wish.attr.jid) ~= jid.bare(stanza.attr.from) then return refuse(event); end
	if wish.attr.node ~= microblog or (wish.name ~= "publish" and wish.name ~= "retract") then return; end
	local from, item = jid.bare(stanza.attr.from), wish:get_child("item");
	-- In the own account alone, one item at a time.
	if (stanza.attr.to and jid.prep(stanza.attr.to) ~= from) or not item or #wish.tags ~= 1 or not is_plain(item) then return refuse(event); end
	if wish.name == "retract" and #item.tags > 0 then return refuse(event); end
	local service = module:depends("pep").get_pep_service(event.origin.username);
	if not record(from, from, microblog, item.attr.id, item.tags[1], event.origin, service) then
		event.origin.send(st.error_reply(stanza, "cancel", "internal-server-error", "The message log cannot be written"));
		return true;
	end
end, 100);
module:hook("iq/bare/"..xmlns_owner..":pubsub", function (event)
	if event.stanza.attr.type == "set" then return refuse(event); end
end, 100);

-- Whose feed (XEP-0277) a message tells of; nil for any other.
local function told_of(stanza)
	local told = stanza.name == "message" and stanza:get_child("event", xmlns_pubsub.."#event");
	return told and told.tags[1] and told.tags[1].attr.node == microblog and told.tags[1] or nil;
end

-- mod_pep tells whoever asks for it by "+notify", partners too.
module:hook("route/remote", function (event)
	if told_of(event.stanza) then return true; end
end, 900);
-- And the last notice whoever comes, of a feed that is switched off too; that something is gone is told all the same.
local function notify_local(event)
	if event.stanza.attr.type ~= "headline" then return; end
	local told = told_of(event.stanza);
	if told and told:get_child("item") and prosody.sallyport_feed_refusal(module.host, jid.bare(event.stanza.attr.from)) then return true; end
end
module:hook("message/bare", notify_local, 900);
module:hook("message/full", notify_local, 900);

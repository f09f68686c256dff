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

module:hook("iq/bare/"..xmlns_pubsub..":pubsub", function (event)
	local stanza = event.stanza;
	local pubsub = stanza.tags[1];
	-- Read by people of this server alone: a label's ceiling for partners is not known here.
	if pubsub.tags[1] and pubsub.tags[1].attr.node == microblog and event.origin.type ~= "c2s" then return refuse(event); end
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
	if not record(from, from, microblog, item.attr.id, item.tags[1], event.origin) then
		event.origin.send(st.error_reply(stanza, "cancel", "internal-server-error", "The message log cannot be written"));
		return true;
	end
end, 100);
module:hook("iq/bare/"..xmlns_owner..":pubsub", function (event)
	if event.stanza.attr.type == "set" then return refuse(event); end
end, 100);
-- mod_pep tells whoever asks for it by "+notify", partners too.
module:hook("route/remote", function (event)
	local told = event.stanza.name == "message" and event.stanza:get_child("event", xmlns_pubsub.."#event");
	if told and told.tags[1] and told.tags[1].attr.node == microblog then return true; end
end, 900);

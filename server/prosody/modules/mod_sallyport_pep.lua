-- XEP-0163, for what the client keeps and tells, and nothing else: what is published passes the message log, so a node of
-- somebody's choosing, read by whoever knows it, would be a conversation that nobody records. Loaded with mod_pep.

local st = require "util.stanza";

local xmlns_pubsub = "http://jabber.org/protocol/pubsub";
local xmlns_owner = xmlns_pubsub.."#owner";
-- Node -> who may read it: the only access model that may be asked for.
local nodes = {
	["urn:xmpp:bookmarks:1"] = "whitelist";
	["http://jabber.org/protocol/geoloc"] = "presence";
	["http://jabber.org/protocol/activity"] = "presence";
};
-- in bytes, of all that is published at once
local max_publish = 8192;

local function may_set(pubsub)
	local wish = pubsub.tags[1];
	local model = wish and nodes[wish.attr.node or ""];
	if not model or (wish.name ~= "publish" and wish.name ~= "retract") then return false; end
	if wish.name == "retract" then return #pubsub.tags == 1; end
	local options = pubsub.tags[2];
	if #pubsub.tags ~= 2 or options.name ~= "publish-options" then return false; end
	for field in (options:get_child("x", "jabber:x:data") or options):childtags("field") do
		if field.attr.var == "pubsub#access_model" then
			return #field.tags == 1 and field:get_child_text("value") == model and #tostring(pubsub) <= max_publish;
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
	if stanza.attr.type == "set" and not may_set(stanza.tags[1]) then return refuse(event); end
end, 100);
module:hook("iq/bare/"..xmlns_owner..":pubsub", function (event)
	if event.stanza.attr.type == "set" then return refuse(event); end
end, 100);

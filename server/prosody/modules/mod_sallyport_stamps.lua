-- What only servers may say of a message: when it was sent (XEP-0203) and where it is archived (XEP-0359 section 6).
-- Receivers believe a delay in the name of their own server or of a room, and no archive is at work here that would take
-- a forged id out. So both are taken out of whatever a client sends, before anyone else sees it.

local function is_server_word(tag)
	local xmlns, name = tag.attr.xmlns, tag.name;
	return (xmlns == "urn:xmpp:delay" and name == "delay") or (xmlns == "jabber:x:delay" and name == "x")
		or (xmlns == "urn:xmpp:sid:0" and name == "stanza-id");
end

local function strip(event)
	event.stanza:maptags(function (tag)
		if is_server_word(tag) then return nil; end
		return tag;
	end);
end

for _, target in ipairs { "bare", "full", "host" } do
	module:hook("pre-message/"..target, strip, 1000);
end

-- What a room of this server says goes to each who is in it as a message of its own, and each is looked at by mod_mam, which copies
-- it, and mod_carbons: both leave such messages alone in the end. That is a quarter of what a room's message costs, for each who
-- is in it. So these are delivered here, as mod_message does it, after everything that may refuse them (mod_blocklist at 100).
-- Loaded on the domain.

local jid = require "util.jid";
local full_sessions = prosody.full_sessions;

module:hook("message/full", function (event)
	local stanza, origin = event.stanza, event.origin;
	if stanza.attr.type ~= "groupchat" or origin.type ~= "component" or not (origin.modules and origin.modules.muc) then return; end
	-- mod_mam takes out ids in the name of the receiver's own archive, which an occupant of a partner's may have put in.
	for id in stanza:childtags("stanza-id", "urn:xmpp:sid:0") do
		if jid.prep(id.attr.by) == jid.bare(stanza.attr.to) then return; end
	end
	local session = full_sessions[stanza.attr.to];
	if session and session.send(stanza) then return true; end
end, 0.4);

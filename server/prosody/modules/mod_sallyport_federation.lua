-- Federation with the listed domains and no other. Both directions are TLS with certificates on both sides (mod_s2s with
-- s2s_secure_auth); this module says which domains there are. It stands on every host: a stranger's server may open its stream
-- to the rooms as well as to the domain.
--
-- Options (global section):
--   sallyport_partners   { "partner.example.mil" }; rooms and other services of a partner are listed like domains

module:set_global();

local st = require "util.stanza";
local hosts = module:require "sallyport_hosts";

local partners = module:get_option_set("sallyport_partners", {});

-- Out: answered here, before anybody looks for the other server.
local function outgoing(event)
	if partners:contains(event.to_host) then return; end
	local stanza = event.stanza;
	if stanza.attr.type ~= "error" and stanza.attr.type ~= "result" and event.origin and event.origin.send then
		event.origin.send(st.error_reply(stanza, "cancel", "not-allowed", "No communication with "..event.to_host));
	end
	return true;
end

-- In: a stream may be opened by anybody who has a certificate, but only partners get to authenticate.
local function offering(event)
	local session = event.origin;
	if session.from_host and not partners:contains(session.from_host) then
		session.log("warn", "federation refused domain=%s", session.from_host);
		if prosody.sallyport_audit then
			prosody.sallyport_audit("federation.refused", nil, { domain = session.from_host; ip = session.ip });
		end
		session:close { condition = "policy-violation", text = "No communication with this domain" };
	end
end

-- And only as the domain that the list has: whatever is claimed later on is looked at again.
local function authenticated(event)
	if not partners:contains(event.host) then
		event.session:close { condition = "policy-violation", text = "No communication with this domain" };
		return false;
	end
end

hosts.each(module, function (context)
	context:hook("route/remote", outgoing, 1000);
	context:hook("s2s-stream-features", offering, 1000);
	context:hook("s2s-authenticated", authenticated, 1000);
end);

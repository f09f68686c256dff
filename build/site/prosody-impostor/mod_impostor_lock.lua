-- A server that plays the lock's exchange without knowing any key: it lets every machine in and gives a proof that it
-- made up. For tests of the client, which must stop before it sends anything else.

module:set_global();

local st = require "util.stanza";
local filters = require "util.filters";
local base64 = require "util.encodings".base64;
local random = require "util.random".bytes;

local xmlns = "urn:sallyport:lock:1";

local function stanzas_in(stanza, session)
	if session.impostor_done then
		module:log("error", "impostor received %s after its false proof", stanza.name);
		return stanza;
	end
	if stanza.attr.xmlns == xmlns and stanza.name == "hello" then
		session.send(st.stanza("challenge", { xmlns = xmlns, nonce = base64.encode(random(32)) }));
	elseif stanza.attr.xmlns == xmlns and stanza.name == "proof" then
		session.impostor_done = true;
		session.send(st.stanza("verified", { xmlns = xmlns, mac = base64.encode(random(32)) }));
		session:reset_stream();
	else
		module:log("error", "impostor received %s before its proof", stanza.name);
		session:close("policy-violation");
	end
	return nil;
end

local function stanzas_out(stanza, session)
	if session.impostor_done or stanza.name ~= "stream:features" then return stanza; end
	return st.stanza("stream:features"):tag("lock", { xmlns = xmlns }):tag("cb", { type = "tls-exporter" }):reset();
end

filters.add_filter_hook(function (session)
	if session.type ~= "c2s_unauthed" then return; end
	filters.add_filter(session, "stanzas/in", stanzas_in, 1000);
	filters.add_filter(session, "stanzas/out", stanzas_out, -1000);
end);

-- vCards (XEP-0054) out of the table of accounts, which the directory fills: what contacts see of a person is what the
-- organisation says. Nobody writes a vCard.

local st = require "util.stanza";
local jid_split = require "util.jid".split;
local users = require "core.usermanager";

local xmlns = "vcard-temp";
local host = module.host;

module:add_feature(xmlns);

local function card_of(username)
	local provider = users.get_provider(host);
	return provider and provider.sallyport_vcard and provider.sallyport_vcard(username) or nil;
end

local function add(vcard, name, text)
	if text and text ~= "" then vcard:text_tag(name, text); end
end

local function vcard_of(person)
	local vcard = st.stanza("vCard", { xmlns = xmlns });
	add(vcard, "FN", person.fn);
	if person.given or person.family then
		vcard:tag("N");
		add(vcard, "FAMILY", person.family);
		add(vcard, "GIVEN", person.given);
		vcard:up();
	end
	add(vcard, "TITLE", person.title);
	add(vcard, "ROLE", person.role);
	if person.unit then vcard:tag("ORG"):text_tag("ORGUNIT", person.unit):up(); end
	if person.email then vcard:tag("EMAIL"):tag("WORK"):up():text_tag("USERID", person.email):up(); end
	if person.phone then vcard:tag("TEL"):tag("WORK"):up():tag("VOICE"):up():text_tag("NUMBER", person.phone):up(); end
	return vcard;
end

module:hook("iq/bare/"..xmlns..":vCard", function (event)
	local origin, stanza = event.origin, event.stanza;
	if stanza.attr.type ~= "get" then
		origin.send(st.error_reply(stanza, "auth", "forbidden", "The directory keeps this"));
		return true;
	end
	local username = stanza.attr.to and jid_split(stanza.attr.to) or origin.username;
	local person = username and card_of(username);
	if person then
		origin.send(st.reply(stanza):add_child(vcard_of(person)));
	else
		origin.send(st.error_reply(stanza, "cancel", "item-not-found"));
	end
	return true;
end);

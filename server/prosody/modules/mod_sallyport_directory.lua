-- Searching the directory (XEP-0055): who is in the table of accounts, which the directory fills, by name, unit and title.
-- A component below its host, `directory.` and the host's name; only people of this host, signed in here, get an answer.

local st = require "util.stanza";
local jid_split = require "util.jid".split;
local dataform = require "util.dataforms".new;
local users = require "core.usermanager";

local xmlns = "jabber:iq:search";
local MAX_MATCHES = 50;
local MIN_LENGTH = 2;
local host = module.host:match("^[^.]+%.(.+)$");

module:depends("disco");
module:add_identity("directory", "user", "Directory");
module:add_feature(xmlns);

-- The names are those of the directory's attributes, as ejabberd's mod_vcard has them; what is found is called as in a vCard.
local FIELDS = { { name = "displayName", label = "Name", of = "fn" }, { name = "ou", label = "Unit", of = "unit" },
	{ name = "title", label = "Title", of = "title" } };
local COLUMNS = { { name = "FN", label = "Name", of = "fn" }, { name = "TITLE", label = "Title", of = "title" },
	{ name = "ORGUNIT", label = "Unit", of = "unit" }, { name = "EMAIL", label = "Email", of = "email" } };

local function form_of(fields)
	local form = { title = "Directory"; { name = "FORM_TYPE", type = "hidden", value = xmlns } };
	for _, field in ipairs(fields) do
		form[#form + 1] = { name = field.name, type = "text-single", label = field.label };
	end
	return dataform(form);
end
local search_form = form_of(FIELDS);

local index = (module:require "sallyport_directory")({ "fn", "unit", "title" }, MAX_MATCHES);

-- What was asked for, each of at least MIN_LENGTH bytes; nil where nothing was, so that nobody copies the directory.
local function wishes_of(form)
	local data = search_form:data(form);
	local wishes = {};
	for _, field in ipairs(FIELDS) do
		local text = data and data[field.name];
		if text and #text >= MIN_LENGTH and not text:find("%c") then
			wishes[#wishes + 1] = { of = field.of, text = text:lower() };
		end
	end
	return wishes[1] and wishes or nil;
end

local function found(wishes)
	local provider = users.get_provider(host);
	if not (provider and provider.sallyport_vcard and provider.sallyport_accounts) then return {}; end
	return index(provider.sallyport_accounts(), provider.sallyport_vcard, wishes);
end

local function result_of(matches)
	local form = st.stanza("x", { xmlns = "jabber:x:data", type = "result" });
	form:tag("field", { var = "FORM_TYPE", type = "hidden" }):text_tag("value", xmlns):up();
	form:tag("reported"):tag("field", { var = "jid", label = "Address", type = "jid-single" }):up();
	for _, column in ipairs(COLUMNS) do
		form:tag("field", { var = column.name, label = column.label, type = "text-single" }):up();
	end
	form:up();
	for _, match in ipairs(matches) do
		form:tag("item"):tag("field", { var = "jid" }):text_tag("value", match.username.."@"..host):up();
		for _, column in ipairs(COLUMNS) do
			form:tag("field", { var = column.name }):text_tag("value", match.person[column.of] or ""):up();
		end
		form:up();
	end
	return form;
end

module:hook("iq/host/"..xmlns..":query", function (event)
	local origin, stanza = event.origin, event.stanza;
	local _, from_host = jid_split(stanza.attr.from);
	if origin.type ~= "c2s" or from_host ~= host then
		origin.send(st.error_reply(stanza, "auth", "forbidden"));
		return true;
	end
	local reply = st.reply(stanza):query(xmlns);
	if stanza.attr.type == "get" then
		reply:text_tag("instructions", "Fill in what you know."):add_child(search_form:form());
	else
		local form = stanza.tags[1]:get_child("x", "jabber:x:data");
		local wishes = form and wishes_of(form);
		if not wishes then
			origin.send(st.error_reply(stanza, "modify", "bad-request", "At least two letters of something"));
			return true;
		end
		reply:add_child(result_of(found(wishes)));
	end
	origin.send(reply);
	return true;
end);

-- Archives (XEP-0313) searched by words (XEP-0431 0.3.0): of the own account, and of a room by whoever is in it. Loaded beside
-- mod_mam on the domain and beside muc_mam on the room service; a query without words is theirs. Every word has to be in the
-- text, in whatever case, as a word or a part of one.

local st = require "util.stanza";
local jid = require "util.jid";
local rsm = require "util.rsm";
local datetime = require "util.datetime";
local dataform = require "util.dataforms".new;
local nameprep = require "util.encodings".stringprep.nameprep;
local throttle = require "util.throttle";

local xmlns_mam = "urn:xmpp:mam:2";
local xmlns_forms = "jabber:x:data";
local xmlns_muc_user = "http://jabber.org/protocol/muc#user";
local field = "{urn:xmpp:fulltext:0}fulltext";
-- In bytes; messages of a page.
local max_text, max_words, min_word, max_page = 512, 16, 2, 50;
-- Searches of a session at once, and in so many seconds: a page of each room of a person who is in many.
local burst, period = 60, 60;

local is_rooms = module:get_host_type() == "component";
local muc = is_rooms and module:depends "muc";
module:depends(is_rooms and "muc_mam" or "mam");
local store = is_rooms and "muc_log" or "archive";
local archive = (module:require "sallyport_archive")(module.host, store);
local caps = module:open_store(store, "archive").caps or {};

module:add_feature("urn:xmpp:fulltext:0");
if is_rooms then
	module:hook("muc-disco#info", function (event) event.reply:tag("feature", { var = "urn:xmpp:fulltext:0" }):up(); end);
end

-- The form as mod_mam has it, and the field for words.
local fields = { { name = "FORM_TYPE"; type = "hidden"; value = xmlns_mam }, { name = "with"; type = "jid-single" },
	{ name = "start"; type = "text-single"; datatype = "xs:dateTime" }, { name = "end"; type = "text-single"; datatype = "xs:dateTime" } };
if caps.full_id_range then
	fields[#fields + 1] = { name = "before-id"; type = "text-single" };
	fields[#fields + 1] = { name = "after-id"; type = "text-single" };
end
if caps.ids then fields[#fields + 1] = { name = "ids"; type = "list-multi" }; end
fields[#fields + 1] = { name = field; type = "text-single" };
local form = dataform(fields);

-- A text in one case, word by word: what cannot be prepared is compared as it is.
local function fold(text)
	if not text:find("[\128-\255]") then return text:lower(); end
	return (text:gsub("[%w\128-\255]+", function (word) return nameprep(word) or word:lower(); end));
end

-- The words of a query; nil where there are none that can be looked for.
local function words_of(text)
	if not text or #text > max_text then return nil; end
	local words = {};
	for word in fold(text):gmatch("%S+") do
		if #word < min_word or #words == max_words then return nil; end
		words[#words + 1] = word;
	end
	return words[1] and words or nil;
end

local function has_all(text, words)
	for _, word in ipairs(words) do
		if not text:find(word, 1, true) then return false; end
	end
	return true;
end

-- Words that a file has as they are said; whatever holds none of them need not be looked at.
local function plain(words)
	local found = {};
	for _, word in ipairs(words) do
		if word:find("^%w+$") then found[#found + 1] = word; end
	end
	return found;
end

-- At most `limit` messages before the one with the key `before` (the newest without it), the newest first, and whether there
-- are more.
local function search(node, wish, before, limit)
	local found, passed = {}, before == nil;
	local raw = plain(wish.words);
	local function may_fit(line)
		return (not passed and line:find(before, 1, true) ~= nil) or has_all(line:lower(), raw);
	end
	for key, stanza, when, with in archive.newest_first(node, may_fit) do
		if not passed then
			passed = key == before;
		elseif (not wish.with or with == wish.with) and (not wish.start or when >= wish.start) and (not wish.finish or when <= wish.finish) then
			local body = stanza:get_child_text("body");
			if body and has_all(fold(body), wish.words) then
				if #found >= limit then return found, true; end
				found[#found + 1] = { key = key, stanza = stanza, when = when };
			end
		end
	end
	return found, false;
end

-- Without the real address of whoever said it, where the room does not tell it.
local function without_address(room, stanza)
	if room:get_whois() == "anyone" then return stanza; end
	return stanza:maptags(function (tag)
		if tag.name == "x" and tag.attr.xmlns == xmlns_muc_user then return nil; end
		return tag;
	end);
end

-- Answers a query for words; nil for one of another kind. `room`: whose archive it is; nil: the own account's. `may`: whether
-- whoever asks may read it.
local function answer(event, node, room, may)
	local origin, stanza = event.origin, event.stanza;
	local query = stanza.tags[1];
	local submitted = query:get_child("x", xmlns_forms);
	local asked = false;
	for tag in (submitted or query):childtags("field") do asked = asked or tag.attr.var == field; end
	if not asked then return nil; end
	local function refuse(kind, condition)
		origin.send(st.error_reply(stanza, kind, condition));
		return true;
	end
	if not may then return refuse("auth", "forbidden"); end
	if not submitted then return refuse("modify", "bad-request"); end
	local values, errors = form:data(submitted);
	local words = not errors and words_of(values[field]);
	if not words or values.FORM_TYPE ~= xmlns_mam then return refuse("modify", "bad-request"); end
	local set = rsm.get(query) or {};
	-- Newest first is the one order in which a page can be had.
	if not set.before or set.after then return refuse("cancel", "feature-not-implemented"); end
	local before = type(set.before) == "string" and set.before or nil;
	if before and not before:find("^[%w_-]+$") then return refuse("modify", "item-not-found"); end
	local limit = math.floor(math.max(1, math.min(tonumber(set.max) or max_page, max_page)));
	origin.sallyport_searches = origin.sallyport_searches or throttle.create(burst, period);
	if not origin.sallyport_searches:poll(1) then return refuse("wait", "resource-constraint"); end
	local wish = { words = words, with = values["with"] and jid.bare(values["with"]), start = values.start, finish = values["end"] };
	local found, more = search(node, wish, before, limit);
	for i = #found, 1, -1 do
		local one = found[i];
		local item = room and without_address(room, one.stanza) or one.stanza;
		item.attr.xmlns = "jabber:client";
		origin.send(st.message({ to = stanza.attr.from, from = stanza.attr.to })
			:tag("result", { xmlns = xmlns_mam, queryid = query.attr.queryid, id = one.key })
			:tag("forwarded", { xmlns = "urn:xmpp:forward:0" })
			:tag("delay", { xmlns = "urn:xmpp:delay", stamp = datetime.datetime(one.when) }):up()
			:add_child(item));
	end
	origin.send(st.reply(stanza):tag("fin", { xmlns = xmlns_mam, complete = not more and "true" or nil })
		:add_child(rsm.generate { first = found[1] and found[#found].key, last = found[1] and found[1].key }));
	return true;
end

local function give_form(event)
	event.origin.send(st.reply(event.stanza):query(xmlns_mam):add_child(form:form()));
	return true;
end

if is_rooms then
	module:hook("iq-get/bare/"..xmlns_mam..":query", give_form, 1);
	module:hook("iq-set/bare/"..xmlns_mam..":query", function (event)
		local room = muc.get_room_from_jid(event.stanza.attr.to);
		if not room then return nil; end
		-- Whoever is in it has passed all that keeps people out.
		local node = jid.split(room.jid);
		return answer(event, node, room, room:get_occupant_jid(event.stanza.attr.from) ~= nil);
	end, 1);
else
	module:hook("iq-get/self/"..xmlns_mam..":query", give_form, 1);
	module:hook("iq-set/self/"..xmlns_mam..":query", function (event) return answer(event, event.origin.username, nil, true); end, 1);
end

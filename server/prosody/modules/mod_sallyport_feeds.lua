-- Feeds (XEP-0060): which nodes there are, who may publish in them, and what the administrators publish themselves, out of one file
-- (sallyport.feeds/1, server/prosody/README.md). Loaded with mod_pubsub on a component below its host, `feeds.` and the host's name.
-- People of this host read; nobody makes, configures or gives away a node. What is published is in the message log, or not published.
--
-- Options:
--   sallyport_feeds             the file
--   sallyport_reload_interval   seconds between looks at it, 1 by default
--   sallyport_log               directory of the logs (global section)

local st = require "util.stanza";
local jid = require "util.jid";
local now = require "util.time".monotonic;
local files = module:require "sallyport_files";

local service = module:depends("pubsub").service;
-- It says what is off, and which notices were taken away.
module:depends("sallyport_switch");
local host = module.host:match("^[^.]+%.(.+)$");
local path = module:get_option_path("sallyport_feeds", nil, "config");
local reload_interval = module:get_option_number("sallyport_reload_interval", 1);
local record, is_plain = module:require "sallyport_published";

local xmlns_pubsub = "http://jabber.org/protocol/pubsub";
local xmlns_owner = xmlns_pubsub.."#owner";
local xmlns_atom = "http://www.w3.org/2005/Atom";
local xmlns_label = "urn:xmpp:sec-label:0";
local MAX_ITEMS, MAX_FEEDS, MAX_PUBLISH = 200, 100, 32768;
-- What administrators publish has an id of its own kind, which no publisher may use.
local NOTICE = "urn:sallyport:notice:";
-- In bytes: clients read no longer ids of items.
local MAX_ID = 256 - #NOTICE;
-- Seconds between tries at what could not be published: from the interval of looks on, twice as long each time.
local MAX_WAIT = 60;
-- By node, which notices of the file were published: a node keeps its newest items alone, and an older one is not published again.
local notices = module:open_store("sallyport_notices");

-- The file.

local function is_text(value, max)
	return type(value) == "string" and value ~= "" and #value <= max and not value:find("[%z\1-\8\11\12\14-\31]");
end

local function take_notice(notice)
	if type(notice) ~= "table" or not (is_text(notice.id, MAX_ID) and is_text(notice.title, 256)) then return false; end
	local label = notice.label;
	return (notice.text == nil or is_text(notice.text, 8192)) and (notice.author == nil or is_text(notice.author, 128))
		and (notice.link == nil or is_text(notice.link, 1024)) and is_text(notice.updated, 64)
		and (label == nil or type(label) == "table" and is_text(label.id, 64) and is_text(label.text, 128));
end

local function take(text)
	local value, err = files.parse(text, "sallyport.feeds/1");
	if not value then return nil, err; end
	if value.domain ~= host then return nil, "is not of this domain"; end
	if type(value.feeds) ~= "table" or #value.feeds > MAX_FEEDS then return nil, "lacks its list of feeds"; end
	local feeds = {};
	for _, feed in ipairs(value.feeds) do
		if type(feed) ~= "table" or not (is_text(feed.node, 256) and is_text(feed.title, 256)) then
			return nil, "has a feed without node or title";
		end
		-- the switch calls somebody's own feed by the address
		if feed.node:find("@", 1, true) then return nil, "has a feed whose node is like an address"; end
		if feeds[feed.node] then return nil, "has a feed twice"; end
		if feed.description ~= nil and not is_text(feed.description, 512) then return nil, "has a description that is none"; end
		local publishers = {};
		for _, account in ipairs(feed.publishers or {}) do
			local prepared = is_text(account, 1023) and jid.prep(account.."@"..host);
			if not prepared then return nil, "has a publisher that is no account"; end
			publishers[prepared] = true;
		end
		for _, notice in ipairs(feed.notices or {}) do
			if not take_notice(notice) then return nil, "has a notice that is none"; end
		end
		feeds[feed.node] = {
			title = feed.title, description = feed.description, publishers = publishers, notices = feed.notices or {};
		};
	end
	return feeds;
end

local feeds_file = files.watch(path or "(sallyport_feeds)", take, function (...) module:log(...); end);

local function entry_of(notice)
	local entry = st.stanza("entry", { xmlns = xmlns_atom }):text_tag("title", notice.title);
	if notice.author then entry:tag("author"):text_tag("name", notice.author):up(); end
	entry:text_tag("id", NOTICE..notice.id):text_tag("updated", notice.updated);
	if notice.text then entry:text_tag("content", notice.text, { type = "text" }); end
	if notice.link then entry:tag("link", { href = notice.link }):up(); end
	if notice.label then
		entry:tag("securitylabel", { xmlns = xmlns_label }):text_tag("displaymarking", notice.label.text)
			:tag("label"):text_tag("id", notice.label.id, { xmlns = "urn:sallyport:label:0" }):reset();
	end
	return entry;
end

-- True once it is published.
local function publish_notice(node, notice)
	local id = NOTICE..notice.id;
	-- One that was taken away is done with; while the feed is off they wait.
	if prosody.sallyport_feed_refusal(host, node) then return false; end
	if prosody.sallyport_feed_refusal(host, node, id) then return true; end
	local ok, there = service:get_items(node, true, { id });
	if ok and there[id] then return true; end
	local entry = entry_of(notice);
	return record(module.host, module.host, node, id, entry, nil, service)
		and service:publish(node, true, id, st.stanza("item", { id = id, xmlns = xmlns_pubsub }):add_child(entry));
end

-- In their order, up to the first that cannot be published. True when all are.
local function publish_notices(node, wanted)
	local known = notices:get(node) or {};
	local done, all, changed = {}, true, false;
	for _, notice in ipairs(wanted) do
		local id = notice.id;
		if known[id] then
			done[id] = true;
		elseif not done[id] and all then
			all = publish_notice(node, notice) or false;
			if all then done[id], changed = true, true; end
		end
	end
	return (not changed or notices:set(node, done)) and all;
end

local function has_publishers(node, wanted)
	local known = {};
	for address in pairs(service.nodes[node].affiliations) do known[address] = true; end
	for address in pairs(known) do
		if not wanted[address] and not service:set_affiliation(node, true, address, nil) then return false; end
	end
	for address in pairs(wanted) do
		if not known[address] and not service:set_affiliation(node, true, address, "publisher") then return false; end
	end
	return true;
end

-- The file is what there is: nodes that it does not name are gone, with what was published in them. True when all is as it says.
local function apply()
	local feeds = feeds_file.value;
	local gone, all = {}, true;
	for node in pairs(service.nodes) do
		if not feeds[node] then gone[#gone + 1] = node; end
	end
	for _, node in ipairs(gone) do
		all = service:delete(node, true) and notices:set(node, nil) and all;
	end
	for node, feed in pairs(feeds) do
		local config = {
			title = feed.title, description = feed.description, max_items = MAX_ITEMS, persist_items = true, access_model = "open",
			publish_model = "publishers", notify_retract = true, notify_delete = true;
		};
		local there = service.nodes[node] and service:set_node_config(node, true, config) or service:create(node, true, config);
		all = there and has_publishers(node, feed.publishers) and publish_notices(node, feed.notices) and all;
	end
	return all;
end

local wait, due;
local function refresh()
	local changed = feeds_file.refresh();
	if changed or due and now() >= due then
		wait = math.min(changed and reload_interval or 2 * wait, MAX_WAIT);
		due = not apply() and now() + wait or nil;
	end
	if changed then module:log("info", "feeds read from %s", path); end
	return reload_interval;
end

-- Who may ask what.

local reads = { items = true, subscriptions = true };
local writes = { subscribe = true, unsubscribe = true, publish = true, retract = true };

local function refuse(event, condition, text)
	event.origin.send(st.error_reply(event.stanza, "cancel", condition or "not-allowed", text));
	return true;
end

local function is_own(event)
	return event.origin.type == "c2s" and jid.host(event.stanza.attr.from) == host;
end

module:hook("iq/host/"..xmlns_pubsub..":pubsub", function (event)
	local origin, stanza = event.origin, event.stanza;
	local pubsub = stanza.tags[1];
	local wish = pubsub.tags[1];
	local allowed = stanza.attr.type == "get" and reads or writes;
	if not is_own(event) or not wish or not allowed[wish.name] or #pubsub.tags ~= 1 then return refuse(event, "forbidden"); end
	-- Each resource would be a subscription of its own, kept for ever.
	if wish.name == "subscribe" and jid.prep(wish.attr.jid) ~= jid.bare(stanza.attr.from) then return refuse(event, "forbidden"); end
	local off = wish.name ~= "unsubscribe" and wish.name ~= "retract" and wish.attr.node
		and prosody.sallyport_feed_refusal(host, wish.attr.node, wish.name == "publish" and (wish:get_child("item") or wish).attr.id or nil);
	if off then return refuse(event, "forbidden", off); end
	if wish.name ~= "publish" and wish.name ~= "retract" then return; end
	local from, node, item = jid.bare(stanza.attr.from), wish.attr.node, wish:get_child("item");
	if not service:may(node, stanza.attr.from, wish.name) then return refuse(event, "forbidden"); end
	if not item or #wish.tags ~= 1 or not is_plain(item) or #tostring(item) > MAX_PUBLISH then return refuse(event); end
	if (item.attr.id or ""):sub(1, #NOTICE) == NOTICE then return refuse(event, "forbidden"); end
	if wish.name == "retract" and #item.tags > 0 then return refuse(event); end
	if not record(from, module.host, node, item.attr.id, item.tags[1], origin, service) then
		return refuse(event, "internal-server-error", "The message log cannot be written");
	end
end, 100);
module:hook("iq/host/"..xmlns_owner..":pubsub", refuse, 100);
for _, name in ipairs { "info", "items" } do
	module:hook("iq/host/http://jabber.org/protocol/disco#"..name..":query", function (event)
		if not is_own(event) then return refuse(event, "forbidden"); end
	end, 100);
end

function module.load()
	refresh();
	module:add_timer(reload_interval, refresh);
end
module:hook_global("config-reloaded", refresh);

-- Feeds that are switched off, and notices that administrators have taken away. A feed is called by its node, a person's own
-- (XEP-0277) by the person's address.
--
-- Where a feed is off nobody publishes in it, subscribes to it or reads it; what was published stays. A notice that was taken away
-- is gone for everybody, and its id is not published again.

local st = require "util.stanza";
local jid = require "util.jid";
local stringprep = require "util.encodings".stringprep;

local microblog = "urn:xmpp:microblog:0";
local MAX_NAME, MAX_ID, MAX_NOTICES = 1024, 1024, 1000;

local lib = {};

-- The name of a feed, normalised; nil for a slip.
function lib.prep(name)
	if type(name) ~= "string" or name == "" or #name > MAX_NAME or name:find("%c") then return nil; end
	local node, host = name:match("^([^@]+)@([^@]+)$");
	if not node then return name; end
	node, host = stringprep.nodeprep(node), stringprep.nameprep(host);
	return node and host and node.."@"..host or name;
end

local function key_of(feed, id) return feed.."\0"..id; end

-- The list of notices: in its order, and by feed and id.
function lib.take_notices(list)
	if type(list) ~= "table" or #list > MAX_NOTICES then return nil, "lacks its list of notices"; end
	local notices, count = { by_key = {} }, 0;
	for _ in pairs(list) do count = count + 1; end
	if count ~= #list then return nil, "has notices that are no list"; end
	for _, notice in ipairs(list) do
		local feed = type(notice) == "table" and lib.prep(notice.feed);
		local id = type(notice) == "table" and notice.id;
		if not feed or type(id) ~= "string" or id == "" or #id > MAX_ID then return nil, "has a list of notices that are none"; end
		notices[#notices + 1] = { feed = feed, id = id };
		notices.by_key[key_of(feed, id)] = true;
	end
	return notices;
end

function lib.is_taken(notices, feed, id) return id ~= nil and notices.by_key[key_of(feed, id)] == true; end

-- The service that has the feed, the feed's node there, and the address of the service; nil where there is none.
local function service_of(feed, domain)
	local user, host = jid.split(feed);
	if user and host == domain then
		local pep = prosody.hosts[domain].modules.pep;
		return pep and pep.get_pep_service(user), microblog, feed;
	end
	local address = "feeds."..domain;
	local component = prosody.hosts[address];
	local pubsub = component and component.modules.pubsub;
	return pubsub and pubsub.service, feed, address;
end

-- Takes the notices away that are still there; how many were. That it was done is in the message log, or it is not done.
function lib.sweep(notices, domain, record)
	local count = 0;
	for _, notice in ipairs(notices) do
		local service, node, address = service_of(notice.feed, domain);
		local ok, items = false, nil;
		if service then ok, items = service:get_items(node, true, { notice.id }); end
		if ok and items[notice.id] then
			if not record(domain, address, node, notice.id, nil) then error("the message log cannot be written"); end
			if service:retract(node, true, notice.id, st.stanza("retract", { id = notice.id })) then count = count + 1; end
		end
	end
	return count;
end

return lib;

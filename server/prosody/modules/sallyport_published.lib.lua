-- What is published (XEP-0060) as records of the message log. Returns two functions: `record` (from, to, node, id, payload, origin,
-- service) is true when it is in the log, and whoever publishes anything asks it first; with the service it has how many subscribe.
-- `is_plain` (item) is true for an item that has its id, by which it can be taken away, and one payload at most: anything else would
-- be told to everybody and logged nowhere.

local files = module:require "sallyport_files";
local directory = module:get_option_path("sallyport_log", nil, "config");
local shared = module:shared("/*/sallyport_messages/journal");
-- One open file for the whole server.
local journal = shared.journal
	or (module:require "sallyport_journal")(files, directory, "messages", function (...) module:log(...); end);
shared.journal = journal;

local function content_of(payload)
	local parts = {};
	for _, name in ipairs { "title", "summary", "content" } do
		parts[#parts + 1] = payload and payload:get_child_text(name) or nil;
	end
	return parts[1] and table.concat(parts, "\n") or nil;
end

local function subscribers_of(service, node)
	local there, count = service and service.nodes[node], 0;
	for _ in pairs(there and there.subscribers or {}) do count = count + 1; end
	return service and count or nil;
end

local function record(from, to, node, id, payload, origin, service)
	local gate = origin and origin.sallyport_lock;
	local label = payload and payload:get_child("securitylabel", "urn:xmpp:sec-label:0");
	return journal.write({
		type = "feed", from = from, to = to, feed = node, id = id, body = content_of(payload),
		label = label and label:get_child_text("displaymarking") or nil, payloads = payload and tostring(payload) or nil,
		machine = gate and gate.kid or nil, session = origin and origin.id or nil,
		subscribers = subscribers_of(service, node);
	});
end

local function is_plain(item)
	for name in pairs(item.attr) do
		if name ~= "id" and name ~= "xmlns" then return false; end
	end
	return (item.attr.id or "") ~= "" and #item == #item.tags and #item.tags <= 1;
end

return record, is_plain;

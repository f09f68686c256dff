-- A receipt (XEP-0184) belongs to whoever sent the message: it stays in that person's archive, where a client that was away reads
-- that the message arrived. Whoever sends the receipt has nothing to read there later, so mod_mam does not put it into their own
-- archive, half of which it would be. Loaded beside mod_mam, on the domain.

local sending = false;

local function is_receipt(stanza)
	local found = false;
	for _, tag in ipairs(stanza.tags) do
		local xmlns = tag.attr.xmlns;
		if xmlns == "urn:xmpp:receipts" and tag.name == "received" and #tag == 0 then
			found = true;
		elseif xmlns ~= "urn:xmpp:hints" then
			return false;
		end
	end
	return found;
end

-- mod_mam asks what it shall store at 0, and does not say for whom.
local function mark(value)
	return function () sending = value; end;
end
for _, target in ipairs { "bare", "full" } do
	module:hook("pre-message/"..target, mark(true), 0.5);
	module:hook("message/"..target, mark(false), 0.5);
end

module:hook("archive-should-store", function (event)
	if sending and is_receipt(event.stanza) then
		event.reason = "own receipt";
		return false;
	end
end);

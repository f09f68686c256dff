-- Changes messages of an archive with the kit's own code and Prosody's own storage libraries, and reads it back by these.
-- Usage: lua5.4 archive.lua MODULES_DIRECTORY SCRATCH_DIRECTORY MESSAGES      prints one line a check, exits 1 on a failed one

package.path = "/usr/lib/prosody/?.lua;"..package.path;
package.cpath = "/usr/lib/prosody/?.so;"..package.cpath;

local modules, scratch, count = arg[1], arg[2], tonumber(arg[3]);
local datamanager = require "util.datamanager";
local st = require "util.stanza";
local now = require "util.time".now;
datamanager.set_data_path(scratch);
package.loaded["core.storagemanager"] = { olddm = datamanager; get_driver = function () return {}, "internal"; end };
-- luacheck: globals module
module = {
	open_store = function () return {}; end;
	require = function (_, name) return dofile(modules.."/"..name..".lib.lua"); end;
};
local archive = dofile(modules.."/sallyport_archive.lib.lua")("rooms.example", "muc_log");

local failed = false;
local function check(name, ok)
	print(name.." "..(ok and "done" or "FAILED"));
	failed = failed or not ok;
end

local function key_of(i) return ("key-%07d"):format(i); end

-- Texts that look like the end of a message, the beginning of another one, or its key.
local hostile = { ");\nitem(", "item({ [\"key\"] = \""..key_of(3).."\" });\n", "\\", "\"", "]]", "\r\n\t", "\\\n);\nitem({" };

local items = {};
for i = 1, count do
	local text = hostile[i % 20] or "Two vehicles at the north gate, waiting. The relay dropped again at 0240Z.";
	local message = st.message({ from = "watch@rooms.example/bob"; type = "groupchat"; id = "m"..i }, text)
		:tag("x", { xmlns = "urn:example"; key = key_of(i % 7 + 1) }):text(text):up();
	local item = st.preserialize(message);
	item.key, item.when, item.with, item.attr.stamp = key_of(i), 1700000000 + i, "message<groupchat", "2026-11-29T00:00:00Z";
	items[i] = item;
end
assert(datamanager.list_store("watch", "rooms.example", "muc_log", items));
local before = datamanager.list_load("watch", "rooms.example", "muc_log");

local taken = {};
local longest = 0;
for _, i in ipairs { 1, 2, 3, 4, 5, 7, math.floor(count / 2), count - 1, count } do
	local begin = now();
	local stanza, when, with = archive.get("watch", key_of(i));
	local ok = stanza and stanza:get_child_text("body") == before[i][1][1] and when == 1700000000 + i and with == "message<groupchat";
	local left = st.message({ from = stanza and stanza.attr.from }):tag("retracted", { id = key_of(i) }):text(hostile[1]):reset();
	ok = ok and archive.set("watch", key_of(i), left, when, with);
	longest = math.max(longest, now() - begin);
	taken[i] = true;
	check("message "..i, ok);
end

local after = datamanager.list_load("watch", "rooms.example", "muc_log");
local others, gone = #after == count, true;
for i, item in ipairs(after) do
	others = others and item.key == key_of(i) and item.when == 1700000000 + i;
	if taken[i] then
		gone = gone and item[1].name == "retracted" and item[1][1] == hostile[1];
	else
		others = others and item[1][1] == before[i][1][1] and item[2].attr.key == before[i][2].attr.key;
	end
end
check("the others as they were", others);
check("what was taken back", gone);
check("nothing of another name", not archive.get("watch", "key-none") and not archive.get("none", key_of(1))
	and not archive.get("watch", key_of(1).."\"") and not archive.set("watch", "key-none", st.message(), 1, "x"));
io.stderr:write(("longest %.3f s of %d messages\n"):format(longest, count));
os.exit(failed and 1 or 0);

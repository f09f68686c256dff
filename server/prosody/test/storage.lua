-- The kit's storage for archives beside Prosody's own, on the same files.
-- Usage: lua5.4 storage.lua MODULES_DIRECTORY SCRATCH_DIRECTORY      prints one line a check, exits 1 on a failed one

package.path = "/usr/lib/prosody/?.lua;"..package.path;
package.cpath = "/usr/lib/prosody/?.so;"..package.cpath;

local modules, scratch = arg[1], arg[2];
local datamanager = require "util.datamanager";
local st = require "util.stanza";
datamanager.set_data_path(scratch);

local host, limit = "chat.example", 400;
local drivers, logged = {}, {};
package.loaded["core.storagemanager"] = { olddm = datamanager; load_driver = function (_, name) return drivers[name]; end };
-- luacheck: globals module
local function load_driver(name, path)
	module = {
		host = host;
		require = function (_, library) return dofile(modules.."/"..library..".lib.lua"); end;
		get_option_number = function (_, option, default) return option == "storage_archive_item_limit" and limit or default; end;
		get_option = function (_, _, default) return default; end;
		log = function (_, level, message, ...) logged[#logged + 1] = level.." "..message:format(...); end;
		provides = function (_, _, driver) drivers[name] = driver; end;
	};
	dofile(path);
	return drivers[name];
end
local theirs = load_driver("internal", "/usr/lib/prosody/modules/mod_storage_internal.lua"):open("archive", "archive");
local driver = load_driver("sallyport", modules.."/mod_storage_sallyport.lua");
local ours = driver:open("archive", "archive");

local failed = false;
local function check(name, ok)
	print(name.." "..(ok and "done" or "FAILED"));
	failed = failed or not ok;
end

local function path_of(user) return datamanager.getpath(user, host, "archive", "list"); end
local function read(path)
	local file = io.open(path, "rb");
	local text = file and file:read("a");
	if file then file:close(); end
	return text;
end
local function write(path, text, mode)
	local file = assert(io.open(path, mode or "wb"));
	file:write(text);
	file:close();
end

-- Everything a query gives, in words.
local function told(archive, user, query)
	local copy = {};
	for name, value in pairs(query) do copy[name] = value; end
	local messages, total = archive:find(user, copy);
	if not messages then return "refused "..tostring(total); end
	local lines = { tostring(total) };
	for key, stanza, when, with in messages do
		local children = {};
		for i, child in ipairs(stanza) do children[i] = tostring(child); end
		lines[#lines + 1] = table.concat({ key, when, tostring(with), stanza.name, tostring(stanza.attr.from), tostring(stanza.attr.id),
			table.concat(children) }, "|");
	end
	return table.concat(lines, "\n");
end

-- Texts that look like the end of a message, the beginning of another one, or its head.
local hostile = { ");\nitem(", "item({[\"key\"] = \"key\";[\"when\"] = 1;[\"with\"] = \"\";", "\\", "\"", "]]", "\r\n\t", "\\\n);\nitem({",
	"Grüße 🚚 \u{202e}", "\127", "});", "\\\");\n" };
local function message(i)
	return st.message({ from = "alice@chat.example/desk"; type = "chat"; id = "m"..i; ["urn:example\1key"] = hostile[i % #hostile + 1] },
		hostile[i % 23 + 1] or "Two vehicles at the north gate, waiting."):tag("x", { xmlns = "urn:example"; key = hostile[3] })
		:text(hostile[i % #hostile + 1]):up();
end

-- Half of them Prosody's own, by turns.
local keys = {};
for i = 1, 120 do
	local archive = i % 2 == 0 and theirs or ours;
	keys[i] = archive:append("alice", nil, message(i), 1700000000 + i * 10, i % 3 == 0 and "bob@chat.example" or "carol@chat.example");
end
local all = told(ours, "alice", { total = true });
check("what either wrote the other reads", #keys == 120 and all == told(theirs, "alice", { total = true }) and select(2, all:gsub("\n", "")) >= 120);

local queries, same = 0, true;
for _, reverse in ipairs { false, true } do
	for _, limited in ipairs { 0, 1, 7, 500 } do
		for _, edge in ipairs { "none", "after", "before", "both", "unknown" } do
			for _, kind in ipairs { "all", "with", "time", "ids" } do
				local query = { reverse = reverse, limit = limited > 0 and limited or nil, total = limited ~= 7 };
				if edge == "after" or edge == "both" then query.after = keys[30]; end
				if edge == "before" or edge == "both" then query.before = keys[90]; end
				if edge == "unknown" then query[reverse and "before" or "after"] = "no-such-key"; end
				if kind == "with" then query.with = "bob@chat.example"; end
				if kind == "time" then query.start, query["end"] = 1700000250, 1700000950; end
				if kind == "ids" then query.ids = { keys[30], keys[31], keys[90], "no-such-key" }; end
				queries = queries + 1;
				same = same and told(ours, "alice", query) == told(theirs, "alice", query);
			end
		end
	end
end
check("160 queries are answered as by Prosody's own", same and queries == 160);
check("nobody's archive", told(ours, "nobody", { total = true }) == told(theirs, "nobody", { total = true })
	and told(ours, "nobody", { before = "x" }) == told(theirs, "nobody", { before = "x" }) and ours:delete("nobody") == 0);

local stanza, when, with = ours:get("alice", keys[6]);
check("one message", tostring(stanza and stanza:get_child("body")) == tostring(message(6):get_child("body")) and when == 1700000060
	and with == "bob@chat.example" and not ours:get("alice", "no-such-key"));
check("one in the place of another", ours:set("alice", keys[6], st.message({ id = "changed" }, hostile[1]))
	and ours:get("alice", keys[6]).attr.id == "changed" and select(2, ours:get("alice", keys[6])) == 1700000060
	and not ours:set("alice", "no-such-key", message(1)) and select(2, told(theirs, "alice", {}):gsub("|changed|", "")) == 1);
check("a key that is there", ours:append("alice", keys[7], st.message({ id = "again" }), 1700009999, "bob@chat.example") == keys[7]
	and ours:get("alice", keys[7]).attr.id == "again" and select(2, theirs:find("alice", { total = true })) == 120);

-- Deleting, on a copy for each.
local before = read(path_of("alice"));
local deleted = true;
for _, query in ipairs { { ["end"] = 1700000500 }, { start = 1700000500 }, { with = "bob@chat.example" }, { key = keys[9] },
	{ truncate = 50 }, { truncate = 500 }, { ["end"] = 1700000100, truncate = 60 }, { ["end"] = 1 } } do
	local answers = {};
	for name, archive in pairs { ours = ours, theirs = theirs } do
		write(path_of(name), before);
		archive:find(name, {});
		answers[name] = { archive:delete(name, query), told(theirs, name, {}) };
	end
	deleted = deleted and answers.ours[1] == answers.theirs[1] and answers.ours[2] == answers.theirs[2];
end
write(path_of("ours"), before);
check("deleted is what Prosody's own deletes", deleted and ours:delete("ours", { truncate = 3, reverse = true }) == 117
	and ours:get("ours", keys[1]) ~= nil and not ours:get("ours", keys[100]));
check("all of an archive", ours:delete("ours") == 3 and read(path_of("ours")) == nil and ours:append("ours", nil, message(1), 1, "x"));

-- A message that Prosody's own storage writes so that Lua refuses the whole file.
local crowded = st.message({ id = "crowded" });
for _ = 1, 7 do
	for _ = 1, 48 do crowded:tag("a"):up(); end
	crowded:tag("n");
end
local told_before = told(ours, "alice", {});
ours:append("alice", nil, crowded:reset(), 1700010000, "bob@chat.example");
check("many children in many depths", told(theirs, "alice", {}) == told(ours, "alice", {})
	and told(ours, "alice", {}):sub(1, #told_before) == told_before
	and ours:delete("alice", { key = keys[1] }) == 1 and told(theirs, "alice", {}) == told(ours, "alice", {}));

local function deep(count)
	local made = st.message({ id = "deep" });
	for i = 2, count do
		for n = 1, 3 do made:tag("child"..i.."-"..n, { ["a"..i] = "b"..n }):up(); end
		made:tag("depth"..i);
	end
	return made:reset();
end
local size = #read(path_of("alice"));
check("too many elements within each other", not pcall(ours.append, ours, "alice", nil, deep(101), 1700010001, "x")
	and #read(path_of("alice")) == size and ours:append("alice", nil, deep(100), 1700010001, "x")
	and told(theirs, "alice", {}) == told(ours, "alice", {}));

-- What is left of a machine's crash.
write(path_of("bob"), "");
for i = 1, 3 do ours:append("bob", nil, message(i), i, "x"); end
local whole = read(path_of("bob"));
local half = "item({[\"key\"] = \"half\";[\"when\"] = 4;[\"with\"] = \"x\";[\"name\"] = \"mess\0\0\0";
write(path_of("bob"), whole..half);
local restarted = load_driver("sallyport", modules.."/mod_storage_sallyport.lua"):open("archive", "archive");
local appended = restarted:append("bob", nil, message(4), 4, "x");
local list = io.popen("ls "..path_of("bob").."*");
local names = list:read("a");
list:close();
check("half a message is put aside", appended and select(2, theirs:find("bob", { total = true })) == 4
	and read(names:match("%S+torn%S+")) == half and read(path_of("bob")):sub(1, #whole) == whole
	and table.concat(logged, "\n"):find("warn the archive of bob@chat.example ended with "..#half.." octets", 1, true));

-- One that nobody can read.
write(path_of("carol"), whole.."item({[\"key\"] = \"bad\";[\"when\"] = ;});\n"..whole:gsub("key\"%] = \"", "%0second-"));
write(path_of("erin"), (whole:gsub("(%[\"key\"%] = \"[^\"]+\";%[\"when\"%] = [%d.]+;%[\"with\"%] = \"[^\"]*\";)[^\n]*", "%1\0\0\0});", 1)));
local readable = 0;
for _ in restarted:find("erin", { limit = 2 }) do readable = readable + 1; end
check("nor does one of which only the beginning is good", readable == 2
	and table.concat(logged, "\n"):find("of the archive of erin@chat.example cannot be read", 1, true));
check("one message that cannot be read hides no other", select(2, restarted:find("carol", { total = true })) == 6
	and restarted:delete("carol", { ["end"] = 2 }) == 4 and read(path_of("carol")):find("\"bad\"", 1, true)
	and table.concat(logged, "\n"):find("error 1 messages of the archive of carol@chat.example cannot be read", 1, true));

for i = 1, limit do restarted:append("dave", nil, message(i), i, "x"); end
local key, err = restarted:append("dave", nil, message(1), 1, "x");
check("no more than the limit", key == nil and err == "quota-limit" and restarted:delete("dave", { truncate = limit - 1 }) == 1
	and restarted:append("dave", nil, message(1), 1, "x"));

local uploads = driver:open("uploads", "archive");
check("a store of the whole host", uploads:append(nil, "slot", message(1), 5, "alice") == "slot" and uploads:append(nil, nil, message(2), 6, "bob")
	and uploads:append(nil, "slot", message(3), 7, "alice") == "slot" and uploads:get(nil, "slot").attr.id == "m3"
	and select(2, drivers.internal:open("uploads", "archive"):find(nil, { total = true })) == 2
	and uploads:summary(nil, { with = "alice" }).counts.alice == 1 and uploads:dates(nil)[1] == "1970-01-01");

local people = {};
for user in restarted:users() do people[#people + 1] = user; end
table.sort(people);
check("whose archives there are", table.concat(people, " ") == "alice bob carol dave erin ours theirs");

local preferences = driver:open("archive_prefs", "keyval");
check("preferences", preferences:get("alice") == nil and preferences:get("alice") == nil
	and preferences:set("alice", { [false] = "roster" }) and preferences:get("alice")[false] == "roster"
	and preferences:set("alice", nil) and preferences:get("alice") == nil);
os.exit(failed and 1 or 0);

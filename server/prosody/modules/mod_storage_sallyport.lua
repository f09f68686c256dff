-- Archives (XEP-0313, messages for whoever is away, items of nodes) in the files of Prosody's own storage (mod_storage_internal),
-- which reads what is written here, and the reverse. Written with a third of its work: a message between two people goes into
-- two archives. Read without making every message of a person for a page of them. No message makes an archive unreadable; one
-- that cannot be read hides no other. A message is in its file, out of this process, when `append` returns; what a machine's
-- crash left half written is put aside. What is no archive is stored by Prosody's own.

local storagemanager = require "core.storagemanager";
local datamanager = storagemanager.olddm;
local cache = require "util.cache";
local date = require "util.datetime".date;
local now = require "util.time".now;
local new_id = require "util.id".medium;
local is_stanza = require "util.stanza".is_stanza;
local pposix = require "util.pposix";
local line = module:require "sallyport_archive_line";

local host = module.host;
local limit = module:get_option_number("storage_archive_item_limit", 10000);
local internal = storagemanager.load_driver(host, "internal");

-- Archives of which is known how many messages they hold, and people of whom is known that they have no preferences.
local max_known = 1000;

-- How many messages the archives of a store hold, by its name.
local counts = setmetatable({}, { __index = function (known, store)
	local made = cache.new(max_known);
	known[store] = made;
	return made;
end });

local archive = {};
archive.__index = archive;
archive.caps = { total = true, quota = limit, truncate = true, full_id_range = true, ids = true };

-- Stores of a whole host have no name of a person.
local function known_count(self, username) return self.counts:get(username or ""); end

local function set_count(self, username, count) self.counts:set(username or "", count); end

local function path_of(self, username) return datamanager.getpath(username, host, self.store, "list"); end

local function failed(self, username, err)
	module:log("error", "the %s of %s@%s: %s", self.store, username, host, err);
	return nil, err;
end

-- Makes a file of these pieces and puts it in the place of another: it is there as it was or as it is to be.
local function replace(path, pieces)
	local file, err = io.open(path.."~", "wb");
	if not file then return nil, err; end
	local ok = true;
	for _, piece in ipairs(pieces) do
		ok, err = file:write(piece);
		if not ok then break; end
	end
	local closed, close_err = file:close();
	if ok and closed then return os.rename(path.."~", path); end
	os.remove(path.."~");
	return nil, err or close_err;
end

-- What is behind the last whole message, left by a crash, goes beside the archive, so that Prosody's own storage and we can go on.
local function put_aside(self, username, text, behind)
	local path = path_of(self, username);
	local aside = path..os.date("!.torn-%Y%m%dT%H%M%SZ");
	local ok, err = replace(aside, { text:sub(behind) });
	if ok then ok, err = replace(path, { text:sub(1, behind - 1) }); end
	if not ok then return failed(self, username, err); end
	module:log("warn", "the %s of %s@%s ended with %d octets that are no whole message; they are in %s",
		self.store, username, host, #text - behind + 1, aside);
	return text:sub(1, behind - 1);
end

-- The text of an archive and its messages: `from` and `to` in the text, `key`, `when`, `with`. Nothing without an error: there is none.
local function load(self, username)
	local file, err, code = io.open(path_of(self, username), "rb");
	if not file then
		if code == pposix.ENOENT then return nil; end
		return failed(self, username, err);
	end
	local text;
	text, err = file:read("a");
	file:close();
	if not text then return failed(self, username, err); end
	local entries, behind, unread = {}, 1, 0;
	for from, to, key, when, with in line.each(text) do
		if to == nil then
			behind = from;
		else
			if not key then unread = unread + 1; end
			entries[#entries + 1] = { from = from, to = to, key = key, when = when, with = with };
		end
	end
	if unread > 0 and not known_count(self, username) then
		module:log("error", "%d messages of the %s of %s@%s cannot be read", unread, self.store, username, host);
	end
	if behind <= #text then
		text, err = put_aside(self, username, text, behind);
		if not text then return nil, err; end
	end
	set_count(self, username, #entries);
	return text, entries;
end

local function count(self, username)
	local known = known_count(self, username);
	if known then return known; end
	local text, entries = load(self, username);
	if text then return #entries; end
	if entries then return nil, entries; end
	set_count(self, username, 0);
	return 0;
end

local function write(self, username, text)
	local file, err, code = io.open(path_of(self, username), "r+");
	if not file then
		if code ~= pposix.ENOENT then return nil, err; end
		-- Makes file and directories.
		return datamanager.append_raw(username, host, self.store, "list", text);
	end
	-- In one piece, and all of it or nothing when the disk is full.
	file:setvbuf("no");
	local ok;
	ok, err = file:seek("end");
	if ok then ok, err = pposix.atomic_append(file, text); end
	local closed, close_err = file:close();
	if ok and closed then return true; end
	return nil, err or close_err or "cannot be written";
end

local function place_of(list, key)
	for i, entry in ipairs(list) do
		if entry.key == key then return i; end
	end
end

-- Keeps what `kept` says of an entry: true, false, or another text for it; then `added`. The number of those that are not kept.
local function rewrite(self, username, text, entries, kept, added)
	local pieces, gone, changed = {}, 0, false;
	for _, entry in ipairs(entries) do
		local keep = kept(entry);
		if keep then
			pieces[#pieces + 1] = keep == true and text:sub(entry.from, entry.to) or keep;
		else
			gone = gone + 1;
		end
		changed = changed or keep ~= true;
	end
	if not changed then return 0; end
	pieces[#pieces + 1] = added;
	local path, ok, err = path_of(self, username), nil, nil;
	if #pieces == 0 then ok, err = os.remove(path); else ok, err = replace(path, pieces); end
	if not ok then return failed(self, username, err); end
	set_count(self, username, #pieces);
	return gone;
end

function archive:append(username, key, value, when, with)
	if not is_stanza(value) then return nil, "unsupported-datatype"; end
	when = when or now();
	if key then
		local text, entries = load(self, username);
		if not text and entries then return nil, entries; end
		if text and place_of(entries, key) then
			-- Behind all others, in the place of what has this key.
			local ok, err = rewrite(self, username, text, entries, function (entry) return entry.key ~= key; end, line.write(value, key, when, with));
			return ok and key, err;
		end
	end
	local known, err = count(self, username);
	if not known then return nil, err; end
	if known >= limit then return nil, "quota-limit"; end
	key = key or new_id();
	local ok;
	ok, err = write(self, username, line.write(value, key, when, with));
	if not ok then
		set_count(self, username, nil);
		return failed(self, username, err);
	end
	set_count(self, username, known + 1);
	return key;
end

-- Whether a message is one of those that a query is about, but for their order and number.
local function fits(entry, query, ids)
	return entry.key and (not query.key or entry.key == query.key) and (not ids or ids[entry.key])
		and (not query.with or entry.with == query.with)
		and (not query.start or entry.when >= query.start) and (not query["end"] or entry.when <= query["end"]);
end

local function set_of(list)
	if not list then return nil; end
	local set = {};
	for _, one in ipairs(list) do set[one] = true; end
	return set;
end

function archive:find(username, query)
	query = query or {};
	local text, entries = load(self, username);
	if not text then
		if entries then return nil, entries; end
		if query.before or query.after then return nil, "item-not-found"; end
		return function () end, query.total and 0 or nil;
	end
	local list, ids = {}, set_of(query.ids);
	for _, entry in ipairs(entries) do
		if fits(entry, query, ids) then list[#list + 1] = entry; end
	end
	local total = query.total and #list or nil;
	local i, last, step, first, until_key = 0, #list, 1, query.after, query.before;
	if query.reverse then i, last, step, first, until_key = #list + 1, 1, -1, query.before, query.after; end
	if first then
		i = place_of(list, first);
		if not i then return nil, "item-not-found"; end
	end
	local left = query.limit or math.huge;
	return function ()
		while left > 0 and i ~= last do
			i = i + step;
			local entry = list[i];
			if until_key and entry.key == until_key then break; end
			-- Its head is good; the rest of it may not be.
			local ok, key, stanza, when, with = pcall(line.read, text, entry.from, entry.to);
			if ok then
				left = left - 1;
				return key, stanza, when, with;
			end
			module:log("error", "message %s of the %s of %s@%s cannot be read", entry.key, self.store, username, host);
		end
		left = 0;
		return nil;
	end, total;
end

function archive:get(username, key)
	local messages, err = self:find(username, { key = key });
	if not messages then return nil, err; end
	local _, stanza, when, with = messages();
	if not stanza then return nil, "item-not-found"; end
	return stanza, when, with;
end

function archive:set(username, key, value, when, with)
	local text, entries = load(self, username);
	local place = text and place_of(entries, key);
	if not place then return nil, not text and entries or "item-not-found"; end
	local old = entries[place];
	local written = line.write(value, key, when or old.when, with or old.with);
	local ok, err = rewrite(self, username, text, entries, function (entry) return entry ~= old or written; end);
	return ok and true, err;
end

function archive:delete(username, query)
	query = query or {};
	local text, entries = load(self, username);
	if not text then
		if entries then return nil, entries; end
		return 0;
	end
	local all, ids = next(query) == nil, set_of(query.ids);
	local only_number = query.truncate and not (query.key or query.with or query.start or query["end"] or ids);
	local gone, left = {}, {};
	for _, entry in ipairs(entries) do
		if all or (not only_number and fits(entry, query, ids)) then gone[entry] = true; else left[#left + 1] = entry; end
	end
	-- The oldest go, or with `reverse` the newest.
	for i = 1, query.truncate and #left - query.truncate or 0 do
		gone[left[query.reverse and #left - i + 1 or i]] = true;
	end
	return rewrite(self, username, text, entries, function (entry) return not gone[entry]; end);
end

function archive:dates(username)
	local text, entries = load(self, username);
	if not text then return nil, entries; end
	local days, seen = {}, {};
	for _, entry in ipairs(entries) do
		local day = entry.when and date(entry.when);
		if day and not seen[day] then
			seen[day] = true;
			days[#days + 1] = day;
		end
	end
	return days;
end

function archive:summary(username, query)
	local messages, err = self:find(username, query);
	if not messages then return nil, err; end
	local told = { counts = {}, earliest = {}, latest = {}, body = {} };
	for _, stanza, when, with in messages do
		told.counts[with] = (told.counts[with] or 0) + 1;
		told.earliest[with] = told.earliest[with] or when;
		told.latest[with] = when;
		told.body[with] = stanza:get_child_text("body") or told.body[with];
	end
	return told;
end

function archive:users() return datamanager.users(host, self.store, "list"); end

-- What people wish of their archives is asked with every message, and hardly anybody wishes anything.
local preferences = {};
preferences.__index = preferences;

function preferences:get(username)
	if username and self.none:get(username) then return nil; end
	local data, err = self.stored:get(username);
	if username and data == nil and err == nil then self.none:set(username, true); end
	return data, err;
end

function preferences:set(username, data)
	if username then self.none:set(username, nil); end
	return self.stored:set(username, data);
end

function preferences:users() return self.stored:users(); end

local driver = {};

function driver:open(store, typ) -- luacheck: ignore 212/self
	if typ == "archive" then return setmetatable({ store = store, type = typ, counts = counts[store] }, archive); end
	local stored, err = internal:open(store, typ);
	if not stored then return nil, err; end
	if store ~= "archive_prefs" or (typ or "keyval") ~= "keyval" then return stored; end
	return setmetatable({ store = store, type = typ, stored = stored, none = cache.new(max_known) }, preferences);
end

function driver:stores(username) return internal:stores(username); end -- luacheck: ignore 212/self

function driver:purge(username) -- luacheck: ignore 212/self
	for _, known in pairs(counts) do known:set(username or "", nil); end
	return internal:purge(username);
end

module:provides("storage", driver);

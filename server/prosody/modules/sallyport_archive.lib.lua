-- One message of an archive, found and changed without the others: mod_storage_internal reads and writes a whole archive for
-- that, which holds up the server for seconds. Its files, and mod_storage_sallyport's, are a line of Lua for each message; what
-- a message says cannot look like the end of one, because a line's end in a text has a backslash before it. Other storages change
-- one message by themselves.

local datamanager = require "core.storagemanager".olddm;
local get_driver = require "core.storagemanager".get_driver;
local line = module:require "sallyport_archive_line";

-- Read at once, in bytes, and the longest line that is understood.
local block = 1024 * 1024;
local separator = ");\nitem(";
-- An archive whose file is longer is read as its storage reads it.
local max_whole = 64 * 1024 * 1024;

return function (host, store)
	local lib = {};
	local archive = module:open_store(store, "archive");
	local _, driver = get_driver(host, store);
	local internal = driver == "internal" or driver == "sallyport";

	local function path_of(node) return datamanager.getpath(node, host, store, "list"); end

	-- The line around a place in the file: where it begins, behind "item(", where it ends, before ");", and its text.
	local function line_within(file, place, size, reach)
		local from = math.max(0, place - reach);
		file:seek("set", from);
		local text = file:read(math.min(size - from, 2 * reach)) or "";
		local at = place - from + 1;
		local first, behind = nil, 1;
		repeat
			local found = text:find(separator, behind, true);
			if not found or found > at then break; end
			first, behind = found + #separator, found + 1;
		until false
		if not first and from == 0 and text:sub(1, 5) == "item(" then first = 6; end
		local last = text:find(separator, at, true);
		if not last and from + #text == size and text:sub(-3) == ");\n" then last = #text - 2; end
		if not first or not last then return nil; end
		return from + first - 1, from + last - 1, text:sub(first, last - 1);
	end

	-- Hardly a line is long.
	local function line_around(file, place, size)
		local from, to, text = line_within(file, place, size, 16 * 1024);
		if from then return from, to, text; end
		return line_within(file, place, size, block);
	end

	-- Where the message with that key is in the file, and the message; a key that somebody put into a text is passed by.
	local function locate(file, key)
		local needle = "[\"key\"] = \""..key.."\"";
		local size = file:seek("end");
		local offset, tail = 0, "";
		while offset < size do
			file:seek("set", offset);
			local read = file:read(block);
			if not read then return nil; end
			local text, behind = tail..read, 1;
			while true do
				local found = text:find(needle, behind, true);
				if not found then break; end
				local from, to, around = line_around(file, offset - #tail + found - 1, size);
				local item = around and line.parse(around);
				if item and item.key == key then return from, to, item, size; end
				behind = found + 1;
			end
			offset = offset + #read;
			tail = text:sub(-#needle + 1);
		end
		return nil;
	end

	-- Copies a part of one file to another.
	local function copy(file, target, from, to)
		file:seek("set", from);
		while from < to do
			local read = file:read(math.min(block, to - from));
			if not read or not target:write(read) then return nil; end
			from = from + #read;
		end
		return true;
	end

	local function get_internal(node, key)
		local file = key:find("^[%w_-]+$") and io.open(path_of(node), "rb");
		if not file then return nil; end
		local _, _, item = locate(file, key);
		file:close();
		if not item then return nil; end
		return select(2, line.take(item));
	end

	-- The file is there as it was or as it is to be, whenever the machine stops.
	local function set_internal(node, key, stanza, when, with)
		local path = path_of(node);
		local file = io.open(path, "rb");
		if not file then return nil, "item-not-found"; end
		local from, to, _, size = locate(file, key);
		local written = line.write(stanza, key, when, with):sub(6, -4);
		local target = from and io.open(path.."~", "wb");
		local ok = target and copy(file, target, 0, from) and target:write(written) and copy(file, target, to, size);
		file:close();
		if target then ok = target:close() and ok; end
		if ok then return os.rename(path.."~", path); end
		os.remove(path.."~");
		return nil, from and "cannot be written" or "item-not-found";
	end

	-- The whole file; nil where it is none that can be read at once.
	local function whole(node)
		local file = internal and io.open(path_of(node), "rb");
		if not file then return nil; end
		local text = file:seek("end") <= max_whole and file:seek("set") and file:read("a");
		file:close();
		return text or nil;
	end

	-- All messages of an archive, the newest first: key, stanza, when, with whom. `may_fit` gets a message's line as it is in the
	-- file and says whether it is looked at at all, so that most of them are not even parsed.
	function lib.newest_first(node, may_fit)
		local text = whole(node);
		if not text then return archive:find(node, { reverse = true }) or function () end; end
		local starts, at = { 6 }, 1;
		if text:sub(1, 5) ~= "item(" then return function () end; end
		repeat
			local found = text:find(separator, at, true);
			if found then starts[#starts + 1] = found + #separator; end
			at = found and found + 1;
		until not at
		local number, behind = #starts + 1, #text - 2;
		return function ()
			while number > 1 do
				number = number - 1;
				local said = text:sub(starts[number], behind - 1);
				behind = starts[number] - #separator;
				local item = may_fit(said) and line.parse(said);
				if item then return line.take(item); end
			end
		end;
	end

	-- The message with that key, when it was said and with whom; nil where there is none.
	function lib.get(node, key)
		if internal then return get_internal(node, key); end
		local stanza, when, with = archive:get(node, key);
		if not stanza then return nil; end
		return stanza, when, with;
	end

	-- Puts another stanza in its place; false or nil: it is as it was.
	function lib.set(node, key, stanza, when, with)
		if internal then return set_internal(node, key, stanza, when, with); end
		return archive:set(node, key, stanza, when, with);
	end

	return lib;
end

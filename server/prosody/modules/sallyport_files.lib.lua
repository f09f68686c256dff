-- Reading the files that administrators keep: bounded, checked, and never half taken over.

local json = require "util.json";
local lfs = require "lfs";

local lib = {};

-- A table of 100,000 people, with what is on their cards, has some 50 MiB.
local max_bytes = 64 * 1024 * 1024;

-- The whole text of a regular file; nil and a reason when there is none or it is too large.
function lib.read(path)
	if lfs.attributes(path, "mode") ~= "file" then return nil, "is not a file"; end
	local file, err = io.open(path, "rb");
	if not file then return nil, err; end
	local size = file:seek("end");
	if not size or size > max_bytes then
		file:close();
		return nil, size and "is too large" or "is empty or unreadable";
	end
	file:seek("set");
	local text = file:read(size);
	file:close();
	if not text or text == "" then return nil, "is empty or unreadable"; end
	return text;
end

-- A JSON object with the expected "format", or with one of the former ones after it, which are understood as well.
function lib.parse(text, format, ...)
	local ok, value = pcall(json.decode, text);
	if not ok or type(value) ~= "table" then return nil, "is not a JSON object"; end
	for _, known in ipairs { format, ... } do
		if value.format == known then return value; end
	end
	return nil, "is not of the format "..format;
end

-- Files with secrets: nobody outside the owner and the group may read them, nobody but the owner may write them.
function lib.is_private(path)
	local permissions = lfs.attributes(path, "permissions");
	return type(permissions) == "string" and permissions:find("^r[w-].[r-]%-.%-%-%-$") ~= nil;
end

-- Paths of the *.json files in a directory, sorted.
function lib.list(directory)
	local paths = {};
	if lfs.attributes(directory, "mode") ~= "directory" then return nil, "is not a directory"; end
	for name in lfs.dir(directory) do
		if name:find("^[A-Za-z0-9._-]+%.json$") then paths[#paths + 1] = directory.."/"..name; end
	end
	table.sort(paths);
	return paths;
end

-- Tells one state of a file from another without reading it; nil while the file is so fresh that a second change within
-- the file system's clock tick could look the same.
local function stamp_of(path)
	local a = lfs.attributes(path);
	if not a or os.time() - math.max(a.modification, a.change) < 3 then return nil; end
	return table.concat({ a.dev, a.ino, a.size, a.modification, a.change }, " ");
end

-- A file that is read again when its text changes. `take(text)` returns the value or nil and a reason. A file that
-- is broken or gone later on leaves the last good value in force and says so once: a slip of an editor must neither
-- open the door nor throw everybody out.
function lib.watch(path, take, log)
	local watched = { value = nil };
	local seen, seen_stamp, complained;
	function watched.refresh()
		local stamp = stamp_of(path);
		if stamp and stamp == seen_stamp then return false; end
		seen_stamp = nil;
		local text, err = lib.read(path);
		if text ~= nil and text == seen then
			seen_stamp = stamp;
			local mended = complained ~= nil;
			complained = nil;
			return mended;
		end
		local value;
		if text then value, err = take(text); end
		if value == nil then
			if complained ~= err then
				complained = err;
				log("error", "%s %s%s", path, err, watched.value and "; the last good one stays in force" or "; nobody is accepted");
			end
			return false;
		end
		seen, seen_stamp, complained, watched.value = text, stamp, nil, value;
		return true;
	end
	return watched;
end

return lib;

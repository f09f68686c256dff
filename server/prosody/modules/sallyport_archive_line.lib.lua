-- One message as a line of an archive's file: `item({...});`, Lua that Prosody's own storage reads as well (util.datamanager's
-- lists), and back. What a message says is on one line whatever it is, so a line ends with ");" before the line's end and nothing
-- else does. Children have their number before them: without it Lua takes a register for each, and refuses a whole file for
-- one message with many children in many depths.

local envload = require "util.envload".envload;
local datetime = require "util.datetime";
local deserialize = require "util.stanza".deserialize;
local kind = math.type or function (number) return number % 1 == 0 and "integer" or "float"; end;

local lib = {};

-- Elements within each other. Lua reads no more than 200.
local max_depth = 100;
-- What a line says before the message itself, where it was written here.
local head = "^item%({%[\"key\"%] = \"([%w_-]+)\";%[\"when\"%] = ([%d.]+);%[\"with\"%] = \"([^\"\\\n]*)\";";

local escapes = setmetatable({ ["\\"] = "\\\\", ["\""] = "\\\"" }, {
	__index = function (known, char)
		local escape = ("\\%03d"):format(char:byte());
		known[char] = escape;
		return escape;
	end;
});

local function quoted(text)
	if text:find("[%c\\\"]") then text = text:gsub("[%c\\\"]", escapes); end
	return "\""..text.."\"";
end

local function add(parts, count, stanza, depth)
	if depth > max_depth then error("a message of more than "..max_depth.." elements within each other cannot be archived", 0); end
	count = count + 1;
	parts[count] = "[\"name\"] = "..quoted(stanza.name)..";[\"attr\"] = {";
	for name, value in pairs(stanza.attr) do
		count = count + 1;
		parts[count] = "["..quoted(name).."] = "..quoted(value)..";";
	end
	count = count + 1;
	parts[count] = "};";
	for i = 1, #stanza do
		local child = stanza[i];
		count = count + 1;
		if type(child) == "table" then
			parts[count] = "["..i.."] = {";
			count = add(parts, count, child, depth + 1) + 1;
			parts[count] = "};";
		else
			parts[count] = "["..i.."] = "..quoted(child)..";";
		end
	end
	return count;
end

-- `key`: its id in the archive; `when`: seconds since 1970; `with`: whom it is from or to, may be nil.
function lib.write(stanza, key, when, with)
	local parts = {
		"item({[\"key\"] = "..quoted(key)..";[\"when\"] = "..(kind(when) == "integer" and "%d" or "%.17g"):format(when)..";"
			..(with and "[\"with\"] = "..quoted(with)..";" or "");
	};
	local count = add(parts, 1, stanza, 1) + 1;
	parts[count] = "});\n";
	return table.concat(parts, "", 1, count);
end

-- The table between "item(" and ")"; nil for what is none.
function lib.parse(text)
	local chunk = envload("return "..text, "=item", {});
	local ok, item = pcall(chunk or error);
	return ok and type(item) == "table" and item or nil;
end

-- Key, message, when, with whom.
function lib.take(item)
	local key, when, with = item.key, item.when or datetime.parse(item.attr.stamp), item.with;
	item.key, item.when, item.with, item.attr.stamp = nil, nil, nil, nil;
	-- of Prosody's before 0.10
	item.attr.stamp_legacy = nil;
	return key, deserialize(item), when, with;
end

-- The messages of a file's text in its order: where each begins, where it ends, its key, when, with whom; false for the key of what
-- cannot be read. The place behind the last whole one comes at last, with nil for its end.
function lib.each(text)
	local from = 1;
	return function ()
		if not from then return nil; end
		local begin = from;
		local _, to = text:find(");\n", begin, true);
		if not to then
			from = nil;
			return begin;
		end
		from = to + 1;
		local key, when, with = text:match(head, begin);
		if key then return begin, to, key, tonumber(when), with; end
		local item = text:sub(begin, begin + 4) == "item(" and lib.parse(text:sub(begin + 5, to - 3));
		if not item or type(item.attr) ~= "table" then return begin, to, false; end
		return begin, to, item.key or false, item.when or datetime.parse(item.attr.stamp), item.with;
	end;
end

-- What `take` gives, of the line between two places that `each` told.
function lib.read(text, from, to)
	return lib.take(lib.parse(text:sub(from + 5, to - 3)));
end

return lib;

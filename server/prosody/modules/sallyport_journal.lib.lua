-- Logs of one JSON object a line, one file a UTC day (server/kit/README.md). A line is either wholly in the file or its
-- caller learns that it is not.

local json = require "util.json";
local now = require "util.time".now;
local pposix = require "util.pposix";
local floor = math.floor;

-- Prosody sets its umask when mod_posix is loaded, which may be after us.
pposix.umask("077");

return function (files, directory, kind, log)
	local lib = {};
	local handle, open_day, torn, complained;

	local function complain(err)
		if complained == err then return; end
		complained = err;
		log("error", "the %s log cannot be written: %s", kind, err);
	end

	local function ends_torn(path)
		local file = io.open(path, "rb");
		if not file then return false; end
		local size = file:seek("end");
		local last = size > 0 and file:seek("set", size - 1) and file:read(1);
		file:close();
		return size > 0 and last ~= "\n";
	end

	-- The file of `day` ("2026-03-01"), open for appending; nil and a reason otherwise.
	local function open(day)
		if handle and open_day == day then return handle; end
		if handle then handle:close(); handle = nil; end
		if not directory then return nil, "no directory is configured"; end
		local path = directory.."/"..kind.."-"..day..".ndjson";
		local opened, err = io.open(path, "ab");
		if not opened then return nil, err; end
		if not files.is_private(path) then
			opened:close();
			return nil, path.." may be read by others; umask must be 077";
		end
		handle, open_day, torn = opened, day, ends_torn(path);
		return handle;
	end

	-- UTC with milliseconds, RFC 3339.
	function lib.time(seconds)
		local whole = floor(seconds);
		return os.date("!%Y-%m-%dT%H:%M:%S", whole)..(".%03dZ"):format(floor((seconds - whole) * 1000));
	end

	-- Whether a line could be written now.
	function lib.ready()
		local opened, err = open(os.date("!%Y-%m-%d"));
		if not opened then complain(err); return false; end
		complained = nil;
		return true;
	end

	-- Writes `record` with the present time. True when it has left this process.
	function lib.write(record)
		local time = now();
		record.time = lib.time(time);
		local opened, err = open(os.date("!%Y-%m-%d", floor(time)));
		if opened then
			local ok;
			ok, err = opened:write(torn and "\n" or "", json.encode(record), "\n");
			if ok then ok, err = opened:flush(); end
			if ok then
				torn, complained = false, nil;
				return true;
			end
			opened:close();
			handle = nil;
		end
		complain(err or "unknown reason");
		return false;
	end

	function lib.close()
		if handle then handle:close(); handle = nil; end
	end

	return lib;
end

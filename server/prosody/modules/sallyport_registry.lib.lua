-- What the server knows of machines: the master keys of the accepted epochs, and which machines exist.

local base64 = require "util.encodings".base64;
local random_bytes = require "util.random".bytes;
local parse_time = require "util.datetime".parse;

return function (files, protocol, log)
	local lib = {};

	local function read_master(path)
		if not files.is_private(path) then return nil, "may be read or changed by others; chmod 640 or 600"; end
		local text, err = files.read(path);
		if not text then return nil, err; end
		local master;
		master, err = files.parse(text, "sallyport.lock-master/1");
		if not master then return nil, err; end
		local key = protocol.decode32(master.key);
		if not key then return nil, "holds no key of 32 bytes"; end
		if type(master.domain) ~= "string" or master.domain ~= master.domain:lower() then return nil, "names no domain"; end
		local epoch = type(master.epoch) == "number" and ("%.0f"):format(master.epoch) or "";
		if not protocol.is_epoch(epoch) or tonumber(epoch) ~= master.epoch then return nil, "has no epoch"; end
		return { domain = master.domain, epoch = epoch, key = key };
	end

	-- Only the newest epoch and the one directly before it are accepted (docs/lock.md, "Rotation").
	local function keep_window(epochs, domain)
		local newest = 0;
		for epoch in pairs(epochs) do newest = math.max(newest, tonumber(epoch)); end
		for epoch in pairs(epochs) do
			if tonumber(epoch) < newest - 1 then
				log("warn", "epoch %s of %s is outside the window and not accepted; remove its file", epoch, domain);
				epochs[epoch] = nil;
			end
		end
	end

	-- The master keys of a directory: masters(domain, epoch) -> key or nil.
	function lib.read_masters(directory)
		local found = {};
		local paths, err = files.list(directory);
		if not paths then
			log("error", "%s %s; no machine is accepted", directory, err);
			paths = {};
		end
		for _, path in ipairs(paths) do
			local master, reason = read_master(path);
			if master then
				found[master.domain] = found[master.domain] or {};
				if found[master.domain][master.epoch] then
					log("error", "%s repeats epoch %s of %s and is ignored", path, master.epoch, master.domain);
				else
					found[master.domain][master.epoch] = master.key;
				end
			else
				log("error", "%s %s and is ignored", path, reason);
			end
		end
		for domain, epochs in pairs(found) do keep_window(epochs, domain); end
		return found;
	end

	local function take_machine(record, machines)
		if type(record) ~= "table" or not protocol.is_kid(record.kid) then return "has a machine without a kid"; end
		if machines[record.kid] then return "names the machine "..record.kid.." twice"; end
		if record.revoked ~= nil and type(record.revoked) ~= "boolean" then return "has a machine whose revoked is not true or false"; end
		local users;
		if record.users ~= nil then
			if type(record.users) ~= "table" then return "has a machine whose users are not a list"; end
			users = {};
			for _, user in ipairs(record.users) do
				if type(user) ~= "string" then return "has a machine whose users are not a list of names"; end
				users[user] = true;
			end
		end
		local epoch, grace_until = record.epoch, nil;
		if epoch ~= nil and (type(epoch) ~= "number" or epoch < 1 or epoch % 1 ~= 0 or not protocol.is_epoch(("%.0f"):format(epoch))) then
			return "has a machine whose epoch is none";
		end
		if record.graceUntil ~= nil then
			local text = record.graceUntil;
			grace_until = epoch and type(text) == "string" and text:find("Z$") and parse_time(text);
			if not grace_until then return "has a machine whose graceUntil is no time in UTC beside an epoch"; end
		end
		machines[record.kid] = { kid = record.kid, revoked = record.revoked == true, users = users, epoch = epoch, grace_until = grace_until };
	end

	-- Whether the machine may still prove itself with the key of this epoch. `now`: seconds since 1970.
	function lib.epoch_allowed(machine, epoch, now)
		if not machine.epoch or tonumber(epoch) >= machine.epoch then return true; end
		return machine.grace_until ~= nil and now < machine.grace_until;
	end

	-- Whether the grace of any machine ended after `from` and not after `to`.
	function lib.grace_ended(machines, from, to)
		for _, machine in pairs(machines) do
			if machine.grace_until and machine.grace_until > from and machine.grace_until <= to then return true; end
		end
		return false;
	end

	-- The machines file: { domain, machines by kid }.
	function lib.take_machines(text)
		local value, err = files.parse(text, "sallyport.machines/1");
		if not value then return nil, err; end
		if type(value.domain) ~= "string" or type(value.machines) ~= "table" then return nil, "lacks a domain or machines"; end
		local machines = {};
		for _, record in ipairs(value.machines) do
			local reason = take_machine(record, machines);
			if reason then return nil, reason; end
		end
		return { domain = value.domain, machines = machines };
	end

	-- Stands for the master key of epochs that do not exist, so that they cost the same time as those that do.
	lib.dummy_master = random_bytes(protocol.key_bytes);

	function lib.new_nonce()
		local bytes = random_bytes(protocol.key_bytes);
		return bytes, base64.encode(bytes);
	end

	return lib;
end

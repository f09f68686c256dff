-- Runs the lock's test vectors on the module's own code, with Prosody's own libraries and nothing else of Prosody.
-- Usage: lua5.4 vectors.lua MODULES_DIRECTORY VECTORS_JSON      prints one line a vector, exits 1 on a difference

package.path = "/usr/lib/prosody/?.lua;"..package.path;
package.cpath = "/usr/lib/prosody/?.so;"..package.cpath;

local modules, vectors_path = arg[1], arg[2];
local protocol = dofile(modules.."/sallyport_protocol.lib.lua");
local json = require "util.json";
local base64 = require "util.encodings".base64;

local function unhex(text) return (text:gsub("%x%x", function (byte) return string.char(tonumber(byte, 16)); end)); end
local function hex(bytes) return (bytes:gsub(".", function (byte) return ("%02x"):format(byte:byte()); end)); end

local file = assert(io.open(vectors_path));
local vectors = assert(json.decode(file:read("*a"))).vectors;
file:close();

local failed = #vectors == 0;
for i, vector in ipairs(vectors) do
	local epoch = ("%.0f"):format(vector.epoch);
	local got = {};
	local machine_key = protocol.machine_key(unhex(vector.masterKey), vector.domain, vector.kid, epoch);
	local client_key, server_key = protocol.client_key(machine_key), protocol.server_key(machine_key);
	local transcript = protocol.transcript {
		domain = vector.domain; kid = vector.kid; epoch = epoch;
		binding = vector.binding; binding_data = unhex(vector.bindingData);
		client_nonce = unhex(vector.clientNonce); server_nonce = unhex(vector.serverNonce);
	};
	local client_mac = protocol.client_mac(client_key, transcript);
	got.machineKey, got.clientKey, got.serverKey = hex(machine_key), hex(client_key), hex(server_key);
	got.check, got.transcript = hex(protocol.check_value(machine_key)), hex(transcript);
	got.clientMac, got.serverMac = hex(client_mac), hex(protocol.server_mac(server_key, transcript, client_mac));
	for name, value in pairs(got) do
		if vector[name] ~= value then
			failed = true;
			print(("vector %d: %s is %s, not %s"):format(i, name, value, tostring(vector[name])));
		end
	end
	print(("vector %d done"):format(i));
end

-- Values that must be refused.
local good = base64.encode(("\251"):rep(32));
local bad = {
	good:sub(1, -2), good.."=", good:sub(1, -3).."t=", " "..good:sub(2), good:gsub("%+", "-"),
	base64.encode(("x"):rep(31)), base64.encode(("x"):rep(33)), "", good.."\n", 7,
};
if not protocol.decode32(good) then failed = true; print("a good nonce is refused"); end
for i, text in ipairs(bad) do
	if text ~= good and protocol.decode32(text) then failed = true; print("accepted bad base64 "..i); end
end
for _, kid in ipairs { "", ("x"):rep(65), "a b", "a\n", "a\0b", "ä" } do
	if protocol.is_kid(kid) then failed = true; print("accepted kid "..kid); end
end
for _, epoch in ipairs { "", "0", "01", "-1", "1.5", "1e3", "4294967296", "99999999999", " 1", "1\n" } do
	if protocol.is_epoch(epoch) then failed = true; print("accepted epoch "..epoch); end
end
os.exit(failed and 1 or 0);

-- The pure part of the lock (docs/lock.md): keys, transcript, proofs and the shape of the values.
-- Nothing here knows of sessions or files, so the test vectors of src/lock run on exactly this code.

local hashes = require "util.hashes";
local base64 = require "util.encodings".base64;

local sha256, hmac_sha256 = hashes.sha256, hashes.hmac_sha256;
local s_char, floor = string.char, math.floor;

local lib = {
	xmlns = "urn:sallyport:lock:1";
	key_bytes = 32;
	max_epoch = 4294967295;
};

-- RFC 5869 with SHA-256 for exactly one block of output, which is all the lock needs.
local function hkdf32(ikm, salt, info)
	local prk = hmac_sha256(salt, ikm);
	return hmac_sha256(prk, info.."\1");
end

-- The machine's key K of an epoch, from the epoch's master key.
function lib.machine_key(master, domain, kid, epoch)
	return hkdf32(master, sha256(domain), "sallyport-lock-1 machine\0"..kid.."\0"..epoch);
end

function lib.client_key(machine_key)
	return hkdf32(machine_key, "", "sallyport-lock-1 client");
end

function lib.server_key(machine_key)
	return hkdf32(machine_key, "", "sallyport-lock-1 server");
end

function lib.check_value(machine_key)
	return hmac_sha256(machine_key, "sallyport-lock-1 check"):sub(1, 8);
end

-- LP(x): the length as four bytes, big-endian, then x.
local function lp(part)
	local n = #part;
	return s_char(floor(n / 0x1000000) % 256, floor(n / 0x10000) % 256, floor(n / 0x100) % 256, n % 256)..part;
end

-- parts: domain, kid, epoch (text), binding, binding_data, client_nonce, server_nonce
function lib.transcript(parts)
	return lp("sallyport-lock-1")..lp(parts.domain)..lp(parts.kid)..lp(parts.epoch)
		..lp(parts.binding)..lp(parts.binding_data)..lp(parts.client_nonce)..lp(parts.server_nonce);
end

function lib.client_mac(client_key, transcript)
	return hmac_sha256(client_key, lp("client")..transcript);
end

function lib.server_mac(server_key, transcript, client_mac)
	return hmac_sha256(server_key, lp("server")..transcript..lp(client_mac));
end

-- Strict base64 (RFC 4648 section 4, padded) of exactly 32 bytes; nil for anything else.
function lib.decode32(text)
	if type(text) ~= "string" or #text ~= 44 then return nil; end
	local bytes = base64.decode(text);
	if not bytes or #bytes ~= 32 or base64.encode(bytes) ~= text then return nil; end
	return bytes;
end

function lib.is_kid(text)
	return type(text) == "string" and #text <= 64 and text:find("^[A-Za-z0-9._-]+$") ~= nil;
end

-- An epoch as it is written in XML: decimal, no sign, no leading zero. Returns the text itself, which is what is hashed.
function lib.is_epoch(text)
	return type(text) == "string" and #text <= 10 and text:find("^[1-9][0-9]*$") ~= nil
		and tonumber(text) <= lib.max_epoch;
end

return lib;

-- What a certificate (DER, X.690) says that LuaSec does not hand out: the issuer's name as it stands there, the serial number,
-- and the subject key identifier. OpenSSL has read and verified the certificate before; here every length is looked at again,
-- and what is not as DER wants it is no certificate.

local hashes = require "util.hashes";
local base64 = require "util.encodings".base64;
local hex = require "util.hex".to;

local max_bytes = 16384;
local max_serial = 20; -- octets, RFC 5280 4.1.2.2
local min_key_id, max_key_id = 20, 64; -- octets: shorter ones are too few to stand for a key
local oid_key_id = "\85\29\14"; -- 2.5.29.14

local SEQUENCE, INTEGER, BOOLEAN, OCTET_STRING, OID, VERSION, EXTENSIONS = 0x30, 0x02, 0x01, 0x04, 0x06, 0xA0, 0xA3;

local lib = {};

-- The element that begins at `at`: { tag, whole, value } and where the next one begins; nil when there is none.
local function element(der, at)
	local tag, length = der:byte(at, at + 1);
	if not length or tag % 32 == 31 then return nil; end
	local from = at + 2;
	if length >= 0x80 then
		local octets = length - 0x80;
		if octets < 1 or octets > 2 then return nil; end
		local first, second = der:byte(from, from + octets - 1);
		if not first or (octets == 2 and not second) then return nil; end
		length = octets == 1 and first or first * 256 + second;
		if length < (octets == 1 and 0x80 or 0x100) then return nil; end
		from = from + octets;
	end
	if from + length - 1 > #der then return nil; end
	return { tag = tag, whole = der:sub(at, from + length - 1), value = der:sub(from, from + length - 1) }, from + length;
end

-- All elements of `der`, which they fill exactly; nil otherwise.
local function elements(der)
	local found, at = {}, 1;
	while at <= #der do
		local next_one, after = element(der, at);
		if not next_one then return nil; end
		found[#found + 1], at = next_one, after;
	end
	return found;
end

local function only(der, tag)
	local found = elements(der);
	return found and #found == 1 and found[1].tag == tag and found[1].value or nil;
end

-- The number in lower-case hex, whole octets and none of them zero in front; nil for one that is not positive or too large.
local function serial_text(value)
	if value == "" or value:byte() >= 0x80 then return nil; end
	local digits = value:gsub("^%z+", "");
	if digits == "" or #digits > max_serial then return nil; end
	return hex(digits);
end

-- The key identifiers in the extensions; nil when these cannot be read.
local function key_ids(wrapped)
	local found = {};
	local list = wrapped and elements(only(wrapped, SEQUENCE) or "\0");
	if wrapped and not list then return nil; end
	for _, extension in ipairs(list or {}) do
		local parts = extension.tag == SEQUENCE and elements(extension.value);
		if not parts or #parts < 2 or #parts > 3 or parts[1].tag ~= OID or parts[#parts].tag ~= OCTET_STRING
			or (#parts == 3 and parts[2].tag ~= BOOLEAN) then return nil; end
		if parts[1].value == oid_key_id then
			local id = only(parts[#parts].value, OCTET_STRING);
			if not id then return nil; end
			found[#found + 1] = id;
		end
	end
	return found;
end

-- { issuer_serial, key_ids }: base64 of the SHA-256 over the issuer's name, ":", and the serial number, nil where there is no
-- serial that can be one; and the identifiers that are long enough, in lower-case hex. nil for what is no certificate.
function lib.read(pem)
	local der = type(pem) == "string" and base64.decode((pem:gsub("%-%-%-%-%-[^\n]*\n?", "")));
	if not der or #der > max_bytes then return nil; end
	local certificate = elements(only(der, SEQUENCE) or "\0");
	local fields = certificate and certificate[1] and certificate[1].tag == SEQUENCE and elements(certificate[1].value);
	if not fields then return nil; end
	local first = fields[1] and fields[1].tag == VERSION and 2 or 1;
	local serial, issuer = fields[first], fields[first + 2];
	if not serial or serial.tag ~= INTEGER or not issuer or issuer.tag ~= SEQUENCE then return nil; end
	local wrapped;
	for at = first + 6, #fields do
		if fields[at].tag == EXTENSIONS then wrapped = fields[at].value; end
	end
	local ids = key_ids(wrapped);
	if not ids then return nil; end
	local number = serial_text(serial.value);
	local read = { issuer_serial = number and base64.encode(hashes.sha256(issuer.whole))..":"..number, key_ids = {}, several = #ids > 1 };
	for _, id in ipairs(ids) do
		if #id >= min_key_id and #id <= max_key_id then read.key_ids[#read.key_ids + 1] = hex(id); end
	end
	return read;
end

return lib;

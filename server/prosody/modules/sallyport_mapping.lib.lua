-- From a card's certificate to the account, through an explicit table and nothing else. The subject's name and the
-- e-mail addresses (rfc822Name) are never looked at: others than the issuer's badge office can put a name there.

local hashes = require "util.hashes";
local encodings = require "util.encodings";
local parse_time = require "util.datetime".parse;
local nodeprep = encodings.stringprep.nodeprep;
local base64 = encodings.base64;

local oid_san = "2.5.29.17";
local oid_upn = "1.3.6.1.4.1.311.20.2.3";
local oid_xmpp_addr = "1.3.6.1.5.5.7.8.5";

local vcard_fields = { "fn", "given", "family", "title", "role", "unit", "email", "phone" };
-- Field of an account's record -> how its values are compared.
local kinds = { upns = "upn"; xmppAddrs = "xmppAddr"; spkiSha256 = "spki"; issuerSerials = "issuerSerial"; subjectKeyIds = "ski" };
local names = { upn = true; xmppAddr = true };

-- What is not a name stands in the table in one form only: base64 of a SHA-256, lower-case hex of whole octets.
local hash_pattern = "^"..("[A-Za-z0-9+/]"):rep(43).."=";
local forms = {
	spki = function (value) return value:find(hash_pattern.."$") end;
	issuerSerial = function (value)
		local serial = value:match(hash_pattern..":([0-9a-f]+)$");
		return serial and #serial % 2 == 0 and #serial <= 40 and serial:sub(1, 2) ~= "00";
	end;
	ski = function (value) return value:find("^[0-9a-f]+$") and #value % 2 == 0 and #value >= 40 and #value <= 128; end;
};

return function (files, certificates)
	local lib = {};

	local function add_keys(record, account, keys)
		for field, kind in pairs(kinds) do
			local values = record[field];
			if values ~= nil and type(values) ~= "table" then return field.." of "..account.." is not a list"; end
			for _, value in ipairs(values or {}) do
				if type(value) ~= "string" or value == "" then return field.." of "..account.." is not a list of texts"; end
				if forms[kind] and not forms[kind](value) then return field.." of "..account.." has a value in another form than the one that is compared"; end
				local key = kind..":"..(names[kind] and value:lower() or value);
				if keys[key] then return "two accounts share "..key; end
				keys[key] = account;
			end
		end
	end

	-- What contacts may see of a person: short texts only.
	local function take_vcard(vcard, account)
		if type(vcard) ~= "table" then return nil, "vcard of "..account.." is not an object"; end
		local taken = {};
		for _, field in ipairs(vcard_fields) do
			local text = vcard[field];
			if text ~= nil then
				if type(text) ~= "string" or #text > 1000 then return nil, field.." in the vcard of "..account.." is not a short text"; end
				taken[field] = text;
			end
		end
		return taken;
	end

	-- The accounts file: { domain, valid_until, accounts: name -> { disabled, vcard }, keys: "kind:value" -> name }.
	function lib.take(text)
		local value, err = files.parse(text, "sallyport.card-accounts/1");
		if not value then return nil, err; end
		if type(value.domain) ~= "string" or type(value.accounts) ~= "table" then return nil, "lacks a domain or accounts"; end
		local valid_until;
		if value.validUntil ~= nil then
			valid_until = type(value.validUntil) == "string" and value.validUntil:find("Z$") and parse_time(value.validUntil);
			if not valid_until then return nil, "has a validUntil that is no time in UTC"; end
		end
		local accounts, keys = {}, {};
		for _, record in ipairs(value.accounts) do
			local account = type(record) == "table" and record.account;
			if type(account) ~= "string" or account == "" or nodeprep(account) ~= account then
				return nil, "has an account whose name is no localpart in its prepared form";
			end
			if accounts[account] then return nil, "names the account "..account.." twice"; end
			if record.disabled ~= nil and type(record.disabled) ~= "boolean" then
				return nil, "disabled of "..account.." is not true or false";
			end
			local vcard, reason;
			if record.vcard ~= nil then
				vcard, reason = take_vcard(record.vcard, account);
				if not vcard then return nil, reason; end
			end
			accounts[account] = { disabled = record.disabled == true, vcard = vcard };
			reason = add_keys(record, account, keys);
			if reason then return nil, reason; end
		end
		return { domain = value.domain, valid_until = valid_until, accounts = accounts, keys = keys };
	end

	local function spki_sha256(certificate)
		local pem = certificate.pubkey and certificate:pubkey();
		if type(pem) ~= "string" then return nil; end
		local der = base64.decode((pem:gsub("%-%-%-%-%-[^\n]*\n?", "")));
		return der and base64.encode(hashes.sha256(der)) or nil;
	end

	-- The identities of a certificate as keys of the table; nil and a reason when it names more than one of a kind.
	function lib.identities(certificate)
		local san = certificate:extensions()[oid_san] or {};
		local upns, addresses = san[oid_upn] or {}, san[oid_xmpp_addr] or {};
		if #upns > 1 then return nil, "more than one UPN"; end
		if #addresses > 1 then return nil, "more than one xmppAddr"; end
		local found = {};
		if upns[1] then found[#found + 1] = "upn:"..upns[1]:lower(); end
		if addresses[1] then found[#found + 1] = "xmppAddr:"..addresses[1]:lower(); end
		local spki = spki_sha256(certificate);
		if spki then found[#found + 1] = "spki:"..spki; end
		local read = certificates.read(certificate:pem());
		if not read then return nil, "the certificate cannot be read to its end"; end
		if read.several then return nil, "more than one subjectKeyIdentifier"; end
		if read.issuer_serial then found[#found + 1] = "issuerSerial:"..read.issuer_serial; end
		if read.key_ids[1] then found[#found + 1] = "ski:"..read.key_ids[1]; end
		return found;
	end

	-- The one account that the certificate's identities lead to; nil and a reason when there is none or are several.
	function lib.account_of(map, certificate)
		local identities, err = lib.identities(certificate);
		if not identities then return nil, err; end
		local account;
		for _, key in ipairs(identities) do
			local named = map.keys[key];
			if named and account and named ~= account then return nil, "its identities lead to different accounts"; end
			account = account or named;
		end
		if not account then return nil, "it is in no account's list"; end
		return account;
	end

	return lib;
end

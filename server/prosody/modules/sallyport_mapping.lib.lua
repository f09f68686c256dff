-- From a card's certificate to the account, through an explicit table and nothing else. The subject's name and the
-- e-mail addresses (rfc822Name) are never looked at: others than the issuer's badge office can put a name there.

local hashes = require "util.hashes";
local encodings = require "util.encodings";
local nodeprep = encodings.stringprep.nodeprep;
local base64 = encodings.base64;

local oid_san = "2.5.29.17";
local oid_upn = "1.3.6.1.4.1.311.20.2.3";
local oid_xmpp_addr = "1.3.6.1.5.5.7.8.5";

-- Field of an account's record -> how its values are compared.
local kinds = { upns = "upn"; xmppAddrs = "xmppAddr"; spkiSha256 = "spki" };

return function (files)
	local lib = {};

	local function add_keys(record, account, keys)
		for field, kind in pairs(kinds) do
			local values = record[field];
			if values ~= nil and type(values) ~= "table" then return field.." of "..account.." is not a list"; end
			for _, value in ipairs(values or {}) do
				if type(value) ~= "string" or value == "" then return field.." of "..account.." is not a list of texts"; end
				local key = kind..":"..(kind == "spki" and value or value:lower());
				if keys[key] then return "two accounts share "..key; end
				keys[key] = account;
			end
		end
	end

	-- The accounts file: { domain, accounts: name -> { disabled }, keys: "kind:value" -> name }.
	function lib.take(text)
		local value, err = files.parse(text, "sallyport.card-accounts/1");
		if not value then return nil, err; end
		if type(value.domain) ~= "string" or type(value.accounts) ~= "table" then return nil, "lacks a domain or accounts"; end
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
			accounts[account] = { disabled = record.disabled == true };
			local reason = add_keys(record, account, keys);
			if reason then return nil, reason; end
		end
		return { domain = value.domain, accounts = accounts, keys = keys };
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

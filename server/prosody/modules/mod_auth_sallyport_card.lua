-- Sign-in by smart card: SASL EXTERNAL (XEP-0178), the certificate mapped to the account through an explicit table.
--
-- The chain, the dates, the purpose and the CRLs are checked by OpenSSL in the handshake (see prosody.cfg.lua.template);
-- this module insists that they were, and decides who the certificate's owner is.
--
-- The table may be made from a directory (server/kit); then it says until when it is good, and nobody signs in later.
--
-- Options (host section):
--   sallyport_card_accounts       file of accounts (sallyport.card-accounts/1)
--   sallyport_card_require_lock   true by default: without mod_sallyport_lock nobody signs in

local jid_prep = require "util.jid".prep;

local files = module:require "sallyport_files";
local sessions = module:require "sallyport_sessions";
local mapping = (module:require "sallyport_mapping")(files, module:require "sallyport_certificate");

local host = module.host;
local accounts_path = module:get_option_path("sallyport_card_accounts", nil, "config");
local require_lock = module:get_option_boolean("sallyport_card_require_lock", true);
local reload_interval = module:get_option_number("sallyport_reload_interval", 2);

local gate = (module:require "sallyport_sign_in").gate(module, require_lock);

local accounts_file = files.watch(accounts_path or "(sallyport_card_accounts)", mapping.take, function (...) module:log(...); end);

local function current_map()
	local map = accounts_file.value;
	if map and map.domain == host and not (map.valid_until and map.valid_until < os.time()) then return map; end
end

-- Also of a table whose time has run out: that stops sign-ins, and ends nobody's work.
local function account_record(username)
	local map = accounts_file.value;
	return map and map.domain == host and map.accounts[username] or nil;
end

-- The client's certificate, only when the handshake verified it.
local function verified_certificate(session)
	local socket = session.secure and session.conn and session.conn.socket and session.conn:socket();
	if not socket or not socket.getpeercertificate then return nil, "no TLS"; end
	local certificate = socket:getpeercertificate();
	if not certificate then return nil, "no certificate"; end
	if not socket:getpeerverification() then return nil, "certificate not verified"; end
	return certificate;
end

-- The account to sign in, or nil and the SASL condition. `authzid` is "" when the client leaves the choice to us.
local function decide(session, authzid)
	local certificate, why = verified_certificate(session);
	if not certificate then return gate.refuse(session, "not-authorized", why); end
	local map = current_map();
	if not map then return gate.refuse(session, "temporary-auth-failure", "no table of accounts that is in force"); end
	local account, reason = mapping.account_of(map, certificate);
	if not account then return gate.refuse(session, "not-authorized", reason); end
	return gate.enter(session, account, function ()
		if map.accounts[account].disabled then return "account-disabled", "disabled"; end
		if authzid ~= "" and jid_prep(authzid) ~= account.."@"..host then
			return "invalid-authzid", "asks for another address";
		end
	end);
end

local sasl = {};
local sasl_mt = { __index = sasl };

local function new_handler(session)
	return setmetatable({ session = session, offered = verified_certificate(session) ~= nil }, sasl_mt);
end

function sasl:mechanisms() return self.offered and { EXTERNAL = true } or {}; end

function sasl:select(mechanism)
	if self.selected or mechanism ~= "EXTERNAL" then return nil; end
	self.selected = mechanism;
	return true;
end

-- `message` is nil for an element without text: at first that asks for an (empty) challenge, RFC 6120 6.4.2 and 6.4.4.
function sasl:process(message)
	if message == nil and not self.challenged then
		self.challenged = true;
		return "challenge", "";
	end
	local account, condition = decide(self.session, message or "");
	if not account then return "failure", condition; end
	self.username = account;
	return "success";
end

function sasl:clean_clone() return new_handler(self.session); end

local provider = {};

-- For mod_sallyport_vcard: what the table says of a person.
function provider.sallyport_vcard(username)
	local record = account_record(username);
	return record and not record.disabled and record.vcard or nil;
end

-- For mod_sallyport_directory: the accounts by name; another table when they are read again.
function provider.sallyport_accounts()
	local map = accounts_file.value;
	return map and map.domain == host and map.accounts or {};
end

function provider.get_sasl_handler(session) return new_handler(session); end
function provider.user_exists(username) return account_record(username) ~= nil; end
function provider.is_enabled(username)
	local record = account_record(username);
	return record ~= nil and not record.disabled;
end
function provider.users()
	return pairs(provider.sallyport_accounts());
end

local function no_passwords() return nil, "Accounts have no passwords; sign in with a card"; end
provider.test_password, provider.get_password, provider.set_password = no_passwords, no_passwords, no_passwords;

local function not_here() return nil, "Accounts are kept in the file of sallyport_card_accounts"; end
provider.create_user, provider.delete_user = not_here, not_here;

-- Every session of this host that has signed in: those with a resource, waiting for an XEP-0198 resume or not, and those
-- that have bound none yet, which are in no list of the host and could be kept for later.
local function signed_in_sessions()
	local found = {};
	for session in pairs(sessions.all(module)) do
		if session.host == host and session.username then found[session] = true; end
	end
	return found;
end

-- Accounts that were disabled or taken out of the table: their sessions end now.
local function end_sessions()
	for session in pairs(signed_in_sessions()) do
		if not provider.is_enabled(session.username) then
			gate.audited("session.ended", session, session.username, { reason = "account-disabled" });
			session.log("warn", "session ended account=%s reason=account-disabled", session.username);
			session:close { condition = "not-authorized", text = "This account is disabled" };
		end
	end
end

local function refresh()
	if accounts_file.refresh() then
		module:log("info", "accounts read from %s", accounts_path);
		local map = accounts_file.value;
		if map.domain ~= host then module:log("error", "%s is for %s, not for %s; nobody is accepted", accounts_path, map.domain, host); end
		end_sessions();
	end
	return reload_interval;
end

refresh();
-- a value returned here would end the event before the certificates are read again
module:hook_global("config-reloaded", function () refresh(); end);
module:add_timer(reload_interval, refresh);
module:provides("auth", provider);

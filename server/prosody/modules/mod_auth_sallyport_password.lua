-- Sign-in by password: SASL SCRAM-SHA-256-PLUS with the channel binding tls-exporter (RFC 5802, RFC 7677, RFC 9266), and no
-- other mechanism. For sites whose policy has /authentication/method "password".
--
-- SCRAM itself is Prosody's (util.sasl.scram); this module gives it the binding, and asks the lock, the kill switch and the
-- audit log as mod_auth_sallyport_card does. Prosody 0.12 has no PBKDF2 with SHA-512, so that mechanism is not offered.
--
-- Accounts are kept as mod_auth_internal_hashed keeps them (with `password_hash = "SHA-256"`); `prosodyctl adduser` makes
-- them. Two fields more are looked at: `disabled` (true) and `expires` (seconds since 1970).
--
-- Options (host section):
--   sallyport_password_require_lock   true by default: without mod_sallyport_lock nobody signs in
--   sallyport_password_change         true by default: people may change their own password (XEP-0077 3.3)
--   sallyport_password_min_length     characters of a new password, 15 by default
--   sallyport_password_iterations     PBKDF2 iterations of new passwords, 100000 by default
--   sallyport_password_tries          wrong passwords in a row before an account has to wait, 5 by default
--   sallyport_password_wait           seconds it waits then, 300 by default

local cache = require "util.cache";
local base64 = require "util.encodings".base64;
local utf8_length = require "util.encodings".utf8.length;
local hashes = require "util.hashes";
local hex = require "util.hex";
local random_bytes = require "util.random".bytes;
local scram = require "util.sasl.scram";
local st = require "util.stanza";
local usermanager = require "core.usermanager";

local channel = module:require "sallyport_channel";
local sessions = module:require "sallyport_sessions";

local host = module.host;
local accounts = module:open_store("accounts");
local derive = assert(scram.hashers["SHA-256"], "util.sasl.scram has no SHA-256");

local require_lock = module:get_option_boolean("sallyport_password_require_lock", true);
local may_change = module:get_option_boolean("sallyport_password_change", true);
local min_length = module:get_option_number("sallyport_password_min_length", 15);
local iterations = math.max(4096, module:get_option_number("sallyport_password_iterations", 100000));
local tries = module:get_option_number("sallyport_password_tries", 5);
local wait = module:get_option_number("sallyport_password_wait", 300);

local gate = (module:require "sallyport_sign_in").gate(module, require_lock);

local mechanism = "SCRAM-SHA-256-PLUS";
local binding = "tls-exporter";
local xmlns_binding = "urn:xmpp:sasl-cb:0";
local xmlns_register = "jabber:iq:register";

-- Prosody registers its mechanisms through a function; this one only takes note of the one that is used here.
local process;
scram.init(function (name, _, f) if name == mechanism then process = f; end end);
assert(process, "util.sasl.scram has no "..mechanism);

-- XEP-0474: both lists as they are advertised, one entry each.
local offer_hash = base64.encode(hashes.sha256(mechanism.."\31"..binding));

-- Unknown accounts get a salt too, the same one each time, so that nobody can ask who has an account.
local decoy_secret = random_bytes(32);
local function decoy(username)
	local salt = hex.encode(hashes.hmac_sha256(decoy_secret, username):sub(1, 16));
	return random_bytes(32), random_bytes(32), iterations, salt, true;
end

local function stored(_, username)
	local account = accounts:get(username);
	if not account or not account.stored_key then return decoy(username); end
	return hex.decode(account.stored_key), hex.decode(account.server_key), account.iteration_count, account.salt, true;
end

-- Wrong passwords in a row, and until when an account has to wait; unknown accounts are counted like others. In memory: a
-- restart forgives, and of more names than this the one that was longest not used.
local failures = cache.new(10000);

local function waits(username)
	local record = failures:get(username);
	return record ~= nil and record.until_time ~= nil and record.until_time > os.time();
end

local function count_failure(username)
	local record = failures:get(username) or { count = 0 };
	if record.until_time and record.until_time <= os.time() then record = { count = 0 }; end
	record.count = record.count + 1;
	if record.count >= tries then record.until_time = os.time() + wait; end
	failures:set(username, record);
end

local function refuse(...)
	local _, condition = gate.refuse(...);
	return "failure", condition;
end

-- What keeps an account out whose password was right.
local function obstacle(account)
	local record = accounts:get(account);
	if not record then return "not-authorized", "no such account"; end
	if record.disabled then return "account-disabled", "disabled"; end
	if record.expires and record.expires < os.time() then return "credentials-expired", "password expired"; end
end

local function exporter(session)
	return channel.bindings(session.conn, { contains = function (_, name) return name == binding; end })[binding];
end

local sasl = {};
local sasl_mt = { __index = sasl };

local function new_handler(session)
	local data = session.secure and exporter(session) or nil;
	return setmetatable({
		session = session, realm = host, offered = data ~= nil, binds = data ~= nil;
		profile = { scram_sha_256 = stored; cb = { [binding] = function () return data; end } };
	}, sasl_mt);
end

function sasl:mechanisms() return self.offered and { [mechanism] = true } or {}; end

function sasl:select(name)
	if self.selected or not self.offered or name ~= mechanism then return nil; end
	self.selected = name;
	return true;
end

-- util.sasl.scram goes on without a binding when the client says that it has none; here that ends it.
local function begin(self, message)
	if type(message) ~= "string" or message:sub(1, #binding + 4) ~= "p="..binding..",," then
		return refuse(self.session, "malformed-request", "no channel binding");
	end
	local status, answer = process(self, message);
	if status ~= "challenge" then return refuse(self.session, answer, "client-first-message", self.username); end
	if waits(self.username) then
		return refuse(self.session, "temporary-auth-failure", "too many wrong passwords", self.username);
	end
	self.state.server_first_message = answer..",h="..offer_hash;
	return "challenge", self.state.server_first_message;
end

function sasl:process(message)
	if not self.state then return begin(self, message); end
	-- Others may have guessed since this one began: many that begin side by side are no more guesses than one after the other.
	if waits(self.username) then
		return refuse(self.session, "temporary-auth-failure", "too many wrong passwords", self.username);
	end
	local status, answer = process(self, message);
	if status ~= "success" then
		if answer == "not-authorized" then count_failure(self.username); end
		return refuse(self.session, answer, "client-final-message", self.username);
	end
	local account, condition = gate.enter(self.session, self.username, obstacle);
	if not account then return "failure", condition; end
	failures:set(account, nil);
	return "success", answer;
end

function sasl:clean_clone() return new_handler(self.session); end

-- XEP-0440
module:hook("stream-features", function (event)
	local handler = event.origin.sasl_handler;
	if event.origin.username or not handler or not handler.binds then return; end
	event.features:tag("sasl-channel-binding", { xmlns = xmlns_binding })
		:tag("channel-binding", { type = binding }):up():up();
end, -1);

local provider = {};

local function new_record(record, password)
	record.salt = hex.encode(random_bytes(16));
	record.iteration_count = iterations;
	local ok, stored_key, server_key = derive(password, record.salt, iterations);
	if not ok then return nil, stored_key; end
	record.stored_key, record.server_key = hex.encode(stored_key), hex.encode(server_key);
	record.password, record.expires = nil, nil;
	return record;
end

function provider.get_sasl_handler(session) return new_handler(session); end
function provider.user_exists(username) return accounts:get(username) ~= nil; end
function provider.is_enabled(username)
	local record = accounts:get(username);
	return record ~= nil and not record.disabled;
end
function provider.users() return accounts:users(); end
function provider.delete_user(username) return accounts:set(username, nil); end

function provider.create_user(username, password)
	if not password then return nil, "An account needs a password"; end
	local record, why = new_record({}, password);
	if not record then return nil, why; end
	return accounts:set(username, record);
end

function provider.set_password(username, password)
	local record, why = accounts:get(username), "No such account";
	if record then record, why = new_record(record, password); end
	if not record then return nil, why; end
	return accounts:set(username, record);
end

local function no_plain() return nil, "Passwords are not looked at in the clear"; end
provider.test_password, provider.get_password = no_plain, no_plain;

-- Everybody else who signed in with the old password signs in again.
local function end_other_sessions(own)
	for session in pairs(sessions.all(module)) do
		if session ~= own and session.host == host and session.username == own.username then
			session:close { condition = "not-authorized", text = "The password was changed" };
		end
	end
end

-- XEP-0077 3.3 and nothing else of it: neither registration nor removal.
local function change_password(event)
	local session, stanza = event.origin, event.stanza;
	local query = stanza.tags[1];
	local function no(kind, condition)
		gate.audited("password.refused", session, session.username, { reason = condition });
		session.send(st.error_reply(stanza, kind, condition));
		return true;
	end
	if stanza.attr.type ~= "set" or session.type ~= "c2s" or not may_change then return no("cancel", "not-allowed"); end
	local username, password = query:get_child_text("username"), query:get_child_text("password");
	if #query.tags ~= 2 or username ~= session.username or not password then return no("modify", "bad-request"); end
	if (utf8_length(password) or 0) < min_length then return no("modify", "not-acceptable"); end
	if not usermanager.set_password(username, password, host, session.resource) then
		return no("wait", "internal-server-error");
	end
	gate.audited("password.changed", session, username, {});
	session.log("info", "password changed account=%s ip=%s", username, session.ip or "-");
	session.send(st.reply(stanza));
	end_other_sessions(session);
	return true;
end
module:hook("iq/host/"..xmlns_register..":query", change_password);
module:hook("iq/self/"..xmlns_register..":query", change_password);

-- Accounts that were disabled in the meantime are noticed at the next sign-in; the kill switch ends sessions at once.
module:provides("auth", provider);
